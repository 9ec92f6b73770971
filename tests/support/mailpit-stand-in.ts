import { randomBytes } from 'node:crypto';
import { simpleParser } from 'mailparser';
import { WebSocketServer } from 'ws';
import { SmtpDoor } from './smtp-door.ts';
import { type Answer, type Asked, StandIn } from './stand-in.ts';

interface Address {
  readonly Name: string;
  readonly Address: string;
}

interface Stored {
  readonly summary: {
    readonly ID: string;
    readonly From: Address;
    readonly To: readonly Address[];
    readonly Cc: readonly Address[];
    readonly Bcc: readonly Address[];
    readonly ReplyTo: readonly Address[];
    readonly Created: string;
    readonly [name: string]: unknown;
  };
  readonly raw: Buffer;
  isRead: boolean;
}

/** The part of Mailpit that tests use: SMTP, search, raw messages and events. @see https://mailpit.axllent.org/docs/api-v1/ */
export class MailpitStandIn {
  readonly #messages: Stored[] = [];
  readonly #events = new WebSocketServer({ noServer: true });
  readonly #door: SmtpDoor;
  readonly http: StandIn;

  private constructor(http: StandIn, door: SmtpDoor) {
    this.http = http;
    this.#door = door;
    http.server.on('upgrade', (request, socket, head) => {
      if (request.url !== '/api/events') return void socket.destroy();
      this.#events.handleUpgrade(request, socket, head, () => undefined);
    });
  }

  /** @param options `credentials`: `user:password` required of HTTP clients */
  static async start({ credentials }: { readonly credentials?: string } = {}): Promise<MailpitStandIn> {
    const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
    const answer = (asked: Asked): Answer => {
      if (expected && asked.headers.authorization !== expected) return { status: 401, body: 'Unauthorised.\n' };
      return standIn.#answer(asked);
    };
    const door = await SmtpDoor.open((to, raw) => standIn.deliver([to], Buffer.from(raw)));
    const standIn: MailpitStandIn = new MailpitStandIn(await StandIn.start(answer), door);
    return standIn;
  }

  get url(): string {
    return this.http.url;
  }

  get smtpPort(): number {
    return this.#door.port;
  }

  /** Numbers of all messages and of those marked as read. */
  get counts(): { readonly total: number; readonly read: number } {
    return { total: this.#messages.length, read: this.#messages.filter(({ isRead }) => isRead).length };
  }

  /** Stores a mail. Recipients that the headers do not name are put into `Bcc`, as Mailpit does. */
  async deliver(to: readonly string[], raw: Buffer): Promise<void> {
    const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
    const listOf = (field: typeof mail.to): Address[] =>
      [field ?? []]
        .flat()
        .flatMap(({ value }) => value.map(({ name, address = '' }) => ({ Name: name, Address: address })));
    const [To, Cc] = [listOf(mail.to), listOf(mail.cc)];
    const named = new Set([...To, ...Cc].map(({ Address }) => Address.toLowerCase()));
    const hidden = to.filter((address) => !named.has(address.toLowerCase()));
    const summary = {
      ID: randomBytes(16).toString('base64url'),
      MessageID: (mail.messageId ?? '').replace(/[<>]/g, ''),
      Read: false,
      From: listOf(mail.from)[0] ?? { Name: '', Address: '' },
      To,
      Cc,
      Bcc: hidden.map((Address) => ({ Name: '', Address })),
      ReplyTo: listOf(mail.replyTo),
      Subject: mail.subject ?? '',
      Created: this.http.now().toISOString(),
      Username: '',
      Tags: [],
      Size: raw.length,
      Attachments: 0,
      Snippet: (mail.text ?? '').slice(0, 250),
    };
    this.#messages.unshift({ summary, raw, isRead: false });
    this.broadcast({ Type: 'new', Data: summary });
    this.broadcast({ Type: 'stats', Data: { Total: this.#messages.length } });
  }

  /** Sends an event to all listeners. */
  broadcast(event: object): void {
    for (const client of this.#events.clients) client.send(JSON.stringify(event));
  }

  /** Cuts the connections of all listeners. */
  hangUp(): void {
    for (const client of this.#events.clients) client.terminate();
  }

  async close(): Promise<void> {
    this.hangUp();
    await Promise.all([this.http.close(), this.#door.close()]);
  }

  #answer({ method, url }: Asked): Answer {
    const [, id, rest] = /^\/api\/v1\/message\/([^/]+)(\/raw)?$/.exec(url.pathname) ?? [];
    if (method === 'GET' && ['/api/v1/search', '/api/v1/messages'].includes(url.pathname))
      return { body: this.#search(url.searchParams) };
    const found = this.#messages.find(({ summary }) => summary.ID === id);
    if (method !== 'GET' || id === undefined) return { status: 404, body: '404 page not found' };
    if (!found) return { status: 404, body: 'message not found' };
    if (rest) return { body: found.raw, headers: { 'content-type': 'text/plain' } };
    found.isRead = true; // opening a message marks it as read
    return { body: found.summary };
  }

  /** Matches parts of all addresses, including names and senders, ignoring case. */
  #search(query: URLSearchParams): object {
    const wanted = /^addressed:"?(.*?)"?$/.exec(query.get('query') ?? '')?.[1]?.toLowerCase() ?? '';
    const [start, limit] = [Number(query.get('start')), Number(query.get('limit') ?? 50)];
    const found = this.#messages.filter(({ summary: { From, To, Cc, Bcc, ReplyTo } }) =>
      JSON.stringify([From, To, Cc, Bcc, ReplyTo]).toLowerCase().includes(wanted),
    );
    return {
      ...{ total: this.#messages.length, unread: 0, count: limit, start, tags: [] },
      messages_count: found.length,
      messages: found.slice(start, start + limit).map(({ summary }) => summary),
    };
  }
}
