import { TwoFactorError } from '../core/errors.ts';
import { type MessageKind, foldAddress } from '../message/address.ts';
import { memoize } from '../core/memoize.ts';
import type { OtpDevice } from '../otp/otp-device.ts';
import { registerSecret } from '../secret/secret.ts';
import { type DefinedSource, defineSource } from './polling/define-source.ts';
import type { SourceMailbox, SourceContent, SourceMessage, SourceSighting, SourceDriver } from './polling/driver.ts';
import { Watermark, type Page } from './polling/watermark.ts';
import { HttpClient } from '../core/http-client.ts';
import { MailosaurDevice } from './mailosaur-device.ts';

export interface MailosaurOptions {
  /** The inbox (server), which all its addresses end in. */
  readonly serverId: string;
  /** @default `MAILOSAUR_API_KEY` of the environment */
  readonly apiKey?: string;
  /** The number of the inbox, for SMS; all fresh personas share it. @default none */
  readonly number?: string;
  /** @default 'https://mailosaur.com/' */
  readonly url?: string;
  /** How requests go out, for a proxy or a certificate of one's own. @default Node's fetch */
  readonly fetch?: typeof fetch;
}

/** How many messages a page has. */
const PAGE = 50;
/** What is waited between looks where the service does not say, in milliseconds, as in its own client. */
const DELAY = 1000;
/** What it calls the kinds. */
const TYPES = { email: 'Email', sms: 'SMS' } as const;

/**
 * E-mail and SMS of a Mailosaur inbox. It is asked no oftener than it says itself (`x-ms-delay`), and only read.
 *
 * @see https://mailosaur.com/docs/api
 */
export function mailosaur(options: MailosaurOptions): DefinedSource {
  return defineSource(new Mailosaur(options));
}

class Mailosaur implements SourceDriver<Watermark> {
  readonly name: string;
  readonly kinds = ['email', 'sms'] as const;
  /** A mail comes to it over the internet. */
  readonly lag = 5000;
  readonly #options: MailosaurOptions;
  readonly #http: HttpClient;
  #env: Readonly<Record<string, string | undefined>> = process.env;
  /** Addresses that nobody can have written to, so that there is nothing to ask for before the first look. */
  readonly #unused = new Set<string>();
  #delays: readonly number[] = [DELAY];

  constructor(options: MailosaurOptions) {
    const { serverId, url = 'https://mailosaur.com/', fetch } = options;
    this.#options = options;
    this.name = `Mailosaur's inbox ${serverId}`;
    this.#http = new HttpClient({
      ...{ name: this.name, url, fetch },
      headers: memoize(() => this.#authorization()),
      ifRefused: 'Check MAILOSAUR_API_KEY, and whether it may read this inbox.',
    });
  }

  async mark(box: SourceMailbox): Promise<Watermark> {
    if (this.#unused.delete(box.folded)) return Watermark.empty;
    return await Watermark.of((next) => this.#search(box, next));
  }

  async since(horizon: Watermark, box: SourceMailbox): Promise<SourceMessage[]> {
    const fresh = await horizon.beyond((page) => this.#search(box, page));
    const isMeant = ({ to }: Found): boolean => to.some((address) => foldAddress(box.kind, address) === box.folded);
    return fresh.filter((message) => message.type === TYPES[box.kind] && isMeant(message));
  }

  delay(looks: number): number {
    return this.#delays[Math.min(looks, this.#delays.length) - 1] ?? DELAY;
  }

  /** Over its limit a plan takes no more mail, and says so nowhere else. */
  async notes({ signal }: SourceMailbox): Promise<string[]> {
    const answer = await this.#http.maybeJson('api/usage/limits', signal).catch(() => undefined); // only a key of the whole account may ask
    const usage = (answer?.body ?? {}) as Readonly<Record<string, Usage | undefined>>;
    return Object.entries({ email: 'e-mails', sms: 'SMS' }).flatMap(([name, words]) => {
      const { limit = Infinity, current = 0 } = usage[name] ?? {};
      if (current < limit) return [];
      return `The plan of this Mailosaur account is used up: ${current} of ${limit} ${words}. What is sent to it now is lost.`;
    });
  }

  async others(since: number, { kind, signal }: SourceMailbox): Promise<SourceSighting[]> {
    const query = new URLSearchParams({ server: this.#options.serverId, page: '0', itemsPerPage: String(PAGE) });
    query.set('receivedAfter', new Date(since).toISOString());
    const { body } = await this.#http.json(`api/messages?${query.toString()}`, { signal });
    const { items = [] } = body as { readonly items?: readonly Summary[] };
    const ofKind = items.filter(({ type }) => type === TYPES[kind]);
    return ofKind.map((summary) => ({ ...headOf(summary), subject: kind === 'sms' ? undefined : summary.subject }));
  }

  clockOffset(): number | undefined {
    return this.#http.clockOffset();
  }

  async createAddress(kind: MessageKind, name: string): Promise<string | undefined> {
    const { serverId, number } = this.#options;
    if (kind === 'sms') return number;
    const address = `${name}@${serverId}.mailosaur.net`;
    this.#unused.add(foldAddress(kind, address));
    return address;
  }

  isShared(kind: MessageKind): boolean {
    return kind === 'sms';
  }

  device(name: string): OtpDevice {
    return new MailosaurDevice(name, this.#http);
  }

  useEnvironment(env: Readonly<Record<string, string | undefined>>): void {
    this.#env = env;
  }

  #authorization(): Record<string, string> {
    const { apiKey = this.#env['MAILOSAUR_API_KEY'] } = this.#options;
    if (!apiKey) throw noKey(this.name);
    registerSecret('mailosaur/apiKey', apiKey);
    return { authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}` };
  }

  async #search({ kind, address, signal }: SourceMailbox, page = '0'): Promise<Page<Found>> {
    const query = new URLSearchParams({ server: this.#options.serverId, page, itemsPerPage: String(PAGE) });
    const json = { sentTo: kind === 'email' ? address : foldAddress(kind, address), match: 'ALL' };
    const path = `api/messages/search?${query.toString()}`;
    const { body, headers } = await this.#http.json(path, { method: 'POST', json, signal });
    const delays = (headers.get('x-ms-delay') ?? '')
      .split(',')
      .map(Number)
      .filter((ms) => ms > 0);
    if (delays.length > 0) this.#delays = delays;
    const { items = [] } = body as { readonly items?: readonly Summary[] };
    const next = items.length < PAGE ? undefined : String(Number(page) + 1);
    return { items: items.map((summary) => this.#incoming(summary, signal)), next };
  }

  #incoming(summary: Summary, signal: AbortSignal): Found {
    const { id, type } = summary;
    const head = headOf(summary);
    return {
      ...{ id, type, at: head.receivedAt, ...head },
      read: async () => {
        const answer = await this.#http.maybeJson(`api/messages/${encodeURIComponent(id)}`, signal);
        return answer && contentOf(answer.body as Full, type);
      },
    };
  }
}

type Found = SourceMessage & { readonly at: number; readonly type: string };

interface Usage {
  readonly limit?: number;
  readonly current?: number;
}

interface Address {
  readonly email?: string | null;
  readonly phone?: string | null;
}

interface Summary {
  readonly id: string;
  readonly type: string;
  readonly from?: readonly Address[];
  readonly to?: readonly Address[];
  readonly cc?: readonly Address[];
  readonly bcc?: readonly Address[];
  readonly received: string;
  readonly subject?: string | null;
}

interface Full {
  readonly from?: readonly Address[];
  readonly subject?: string | null;
  readonly html?: { readonly body?: string | null } | null;
  readonly text?: { readonly body?: string | null } | null;
  readonly metadata?: {
    readonly headers?: readonly { readonly field: string; readonly value: string }[] | null;
  } | null;
}

function headOf({
  from,
  to,
  cc,
  bcc,
  received,
}: Summary): Pick<Found, 'from' | 'to'> & { readonly receivedAt: number } {
  return {
    from: addressesOf(from)[0] ?? '',
    to: [to, cc, bcc].flatMap(addressesOf),
    receivedAt: Date.parse(received),
  };
}

function addressesOf(list: readonly Address[] = []): string[] {
  return list.flatMap(({ email, phone }) => email ?? phone ?? []);
}

function contentOf({ from, subject, html, text, metadata }: Full, type: string): SourceContent {
  const plain = text?.body ?? undefined;
  if (type === 'SMS') return plain ?? '';
  const lines = (metadata?.headers ?? []).map(({ field, value }): [string, string] => [field.toLowerCase(), value]);
  return {
    from: addressesOf(from)[0],
    subject: subject ?? undefined,
    plain,
    html: html?.body ?? undefined,
    headers: Object.fromEntries(lines),
  };
}

function noKey(name: string): TwoFactorError {
  const text = `${name} cannot be read without a key. Set MAILOSAUR_API_KEY, or give \`apiKey\` to mailosaur({ … }).`;
  return new TwoFactorError('SETTINGS_INVALID', text);
}
