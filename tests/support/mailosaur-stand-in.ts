import { randomUUID } from 'node:crypto';
import { Agent } from 'node:https';
import { connect } from 'node:tls';
import MailosaurClient from 'mailosaur';
import { simpleParser } from 'mailparser';
import { generateCode } from '../../src/otp/generate.ts';
import type { OtpSeed } from '../../src/otp/seed.ts';
import { type Certificate, fetchTrusting, makeCertificate } from './certificate.ts';
import { type Answer, type Asked, StandIn } from './stand-in.ts';

export const SERVER_ID = 'ab12cd34';
export const API_KEY = 'Key-of-the-inbox-4711';

interface Address {
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
}

interface Stored {
  readonly id: string;
  readonly type: 'Email' | 'SMS';
  readonly from: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly received: string;
  readonly subject: string;
  readonly text: object;
  readonly html: object;
  readonly metadata: object;
}

/** The part of Mailosaur that tests read, over TLS, in the wire format of its API. @see https://mailosaur.com/docs/api */
export class MailosaurStandIn {
  readonly http: StandIn;
  readonly #certificate: Certificate;
  readonly #messages: Stored[] = [];
  usage = { email: { limit: 50, current: 0 }, sms: { limit: 50, current: 0 } };
  delays = '100,200,400';
  readonly #devices: { readonly id: string; readonly name: string; readonly seed: OtpSeed }[] = [];

  private constructor(http: StandIn, certificate: Certificate) {
    this.http = http;
    this.#certificate = certificate;
  }

  static async start(): Promise<MailosaurStandIn> {
    const certificate = makeCertificate();
    const answer = (asked: Asked): Promise<Answer> => standIn.#answer(asked);
    const standIn: MailosaurStandIn = new MailosaurStandIn(await StandIn.start(answer, certificate), certificate);
    return standIn;
  }

  get url(): string {
    return this.http.url;
  }

  /** A `fetch` that trusts its certificate. */
  get fetch(): typeof fetch {
    return fetchTrusting(this.#certificate);
  }

  /** Certificate for `NODE_EXTRA_CA_CERTS`, so that another process trusts it. */
  get certificate(): string {
    return this.#certificate.cert;
  }

  /** The official client. It ignores the port of its URL, so its connections are redirected to this server. */
  officialClient(apiKey: string = API_KEY): MailosaurClient {
    const client = new MailosaurClient(apiKey, 'https://localhost/');
    const agent = new Agent({ keepAlive: false });
    const [{ port }, { cert: ca }] = [this.http, this.#certificate];
    agent.createConnection = () => connect({ host: '127.0.0.1', port, ca, servername: 'localhost' });
    Object.assign((client as unknown as { request: object }).request, { proxyAgent: agent });
    return client;
  }

  /** Adds an authenticator. @returns its id */
  addDevice(name: string, seed: OtpSeed, id: string = randomUUID()): string {
    this.#devices.push({ id, name, seed });
    return id;
  }

  /** Deletes all messages. */
  deleteMessages(): void {
    this.#messages.length = 0;
  }

  async deliverMail(to: string, raw: string): Promise<void> {
    const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
    const listOf = (field: typeof mail.to): Address[] =>
      [field ?? []].flat().flatMap(({ value }) => value.map(({ name, address = '' }) => ({ name, email: address })));
    const [named, cc] = [listOf(mail.to), listOf(mail.cc)];
    const isHidden = ![...named, ...cc].some(({ email }) => email?.toLowerCase() === to.toLowerCase());
    this.#add({
      type: 'Email',
      from: listOf(mail.from),
      to: named,
      cc,
      bcc: isHidden ? [{ name: '', email: to }] : [],
      subject: mail.subject ?? '',
      text: partOf(mail.text),
      html: partOf(mail.html || undefined),
      metadata: {
        headers: mail.headerLines.map(({ key, line }) => ({
          field: key,
          value: line.slice(line.indexOf(':') + 1).trim(),
        })),
        rcptTo: [{ email: to }],
      },
    });
    this.usage.email.current++;
  }

  deliverSms(to: string, from: string, text: string): void {
    const addresses = { from: [{ phone: from }], to: [{ phone: to }], cc: [], bcc: [] };
    this.#add({
      type: 'SMS',
      ...addresses,
      subject: text.slice(0, 60),
      text: partOf(text),
      html: partOf(),
      metadata: {},
    });
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  #add(message: Omit<Stored, 'id' | 'received'>): void {
    this.#messages.unshift({ ...message, id: randomUUID(), received: this.http.now().toISOString() });
  }

  async #answer({ method, url, headers, body }: Asked): Promise<Answer> {
    const expected = `Basic ${Buffer.from(`${API_KEY}:`).toString('base64')}`;
    if (headers.authorization !== expected) return { status: 401, headers: { 'www-authenticate': 'Bearer' } };
    if (method === 'GET' && url.pathname === '/api/usage/limits') return { body: this.usage };
    if (method === 'GET' && url.pathname === '/api/devices')
      return { body: { items: this.#devices.map(({ id, name }) => ({ id, name })) } };
    const device = this.#devices.find((one) => url.pathname === `/api/devices/${one.id}/otp`);
    if (method === 'GET' && device) {
      const step = Math.floor(this.http.now().getTime() / 30_000);
      return {
        body: { code: await generateCode(device.seed, step), expires: new Date((step + 1) * 30_000).toISOString() },
      };
    }
    const id = /^\/api\/messages\/([\w-]{36})$/.exec(url.pathname)?.[1];
    if (method === 'GET' && id) {
      const found = this.#messages.find((message) => message.id === id);
      return found ? { body: { ...found, server: SERVER_ID, attachments: [] } } : { status: 404 };
    }
    if (url.searchParams.get('server') !== SERVER_ID) return { status: 404 };
    if (method === 'GET' && url.pathname === '/api/messages')
      return { body: { items: this.#search('', url.searchParams) } };
    if (method !== 'POST' || url.pathname !== '/api/messages/search') return { status: 404 };
    const { sentTo } = JSON.parse(body) as { sentTo?: string };
    if (!sentTo) return { status: 400, body: { errors: [{ field: 'sentTo', detail: [{ description: 'needed' }] }] } };
    return { headers: { 'x-ms-delay': this.delays }, body: { items: this.#search(sentTo, url.searchParams) } };
  }

  #search(sentTo: string, query: URLSearchParams): object[] {
    const [page, size] = [Number(query.get('page') ?? 0), Number(query.get('itemsPerPage') ?? 50)];
    const after = Date.parse(query.get('receivedAfter') ?? '') || 0;
    const found = this.#messages.filter(({ to, cc, bcc, received }) => {
      const addresses = [...to, ...cc, ...bcc].map(({ email, phone }) => (email ?? phone ?? '').toLowerCase());
      return Date.parse(received) >= after && addresses.some((address) => address.includes(sentTo.toLowerCase()));
    });
    return found.slice(page * size, (page + 1) * size).map(({ id, type, from, to, cc, bcc, received, subject }) => {
      return { ...{ id, type, from, to, cc, bcc, received, subject }, server: SERVER_ID, summary: '', attachments: 0 };
    });
  }
}

function partOf(body?: string): object {
  return { body: body ?? null, links: [], codes: [], images: [] };
}
