import { decodePercent } from '../core/decode-percent.ts';
import { TwoFactorError } from '../core/errors.ts';
import { HttpClient } from '../core/http-client.ts';
import { memoize } from '../core/memoize.ts';
import { foldAddress } from '../message/address.ts';
import { registerSecret } from '../secret/secret.ts';
import { type DefinedSource, defineSource } from './polling/define-source.ts';
import type { PushConnection, SourceDriver, SourceMailbox, SourceMessage, SourceSighting } from './polling/driver.ts';
import { type ListPage, Watermark } from './polling/watermark.ts';

export interface MailpitOptions {
  /** URL of the web interface. It may contain a user and a password. @default 'http://127.0.0.1:8025' */
  readonly url?: string;
  /** Sends the requests. @default Node's fetch */
  readonly fetch?: typeof fetch;
}

const PAGE_SIZE = 50;
/** The server sends a ping at least every 54 s. A connection that is silent for longer is dead. In milliseconds. */
const MAX_SILENCE = 60_000;
const MAX_EVENT = 1024 * 1024;

/**
 * E-mail of a running Mailpit, pushed over its WebSocket. Messages are only read: none is deleted or marked as read.
 *
 * @example
 * export default withTwoFactor(config, { mail: mailpit({ url: 'http://127.0.0.1:8025' }) });
 *
 * @see https://mailpit.axllent.org/docs/api-v1/
 */
export function mailpit({ url = 'http://127.0.0.1:8025', fetch }: MailpitOptions = {}): DefinedSource {
  return defineSource(new Mailpit(url, fetch));
}

class Mailpit implements SourceDriver<Watermark> {
  readonly name: string;
  readonly kinds = ['email'] as const;
  readonly #url: URL;
  readonly #http: HttpClient;
  /** Computed on first use: by then redaction listens for the password. */
  readonly #authorization: () => Readonly<Record<string, string>>;

  constructor(url: string, fetch: MailpitOptions['fetch']) {
    this.#url = readUrl(url);
    const { username, password } = this.#url;
    this.#authorization = memoize(() => {
      if (!username) return {};
      if (password) registerSecret('mailpit/password', decodePercent(password));
      const pair = `${decodePercent(username)}:${decodePercent(password)}`;
      return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
    });
    this.#url.username = '';
    this.#url.password = '';
    this.name = `Mailpit at ${this.#url.href.replace(/\/$/, '')}`;
    this.#http = new HttpClient({
      name: this.name,
      url: this.#url.href,
      fetch,
      headers: this.#authorization,
      ifRefused: 'Put the user and the password into the URL: http://USER:PASSWORD@host:8025.',
    });
  }

  async mark(box: SourceMailbox): Promise<Watermark> {
    return await Watermark.of((start) => this.#list(box, start));
  }

  async since(watermark: Watermark, box: SourceMailbox): Promise<SourceMessage[]> {
    const newer = await watermark.newer((start) => this.#list(box, start));
    return newer.filter(({ to }) => to.some((address) => foldAddress('email', address) === box.folded));
  }

  async push({ opened, notify, signal }: PushConnection): Promise<void> {
    const { default: WebSocketClient } = await import('ws');
    if (signal.aborted) return;
    const target = new URL('api/events', this.#base());
    target.protocol = target.protocol.replace('http', 'ws');
    const socket = new WebSocketClient(target, { headers: this.#authorization(), maxPayload: MAX_EVENT });
    const stop = (): void => socket.terminate();
    signal.addEventListener('abort', stop);
    const silence = setTimeout(stop, MAX_SILENCE).unref();
    await new Promise<void>((resolve, reject) => {
      socket.on('open', opened);
      socket.on('error', reject);
      socket.on('close', () => resolve());
      socket.on('ping', () => silence.refresh());
      socket.on('message', (data: Buffer) => {
        silence.refresh();
        const to = recipientsOf(data);
        if (to) notify(to);
      });
    }).finally(() => {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
    });
  }

  async others(_since: number, { signal }: SourceMailbox): Promise<SourceSighting[]> {
    const { body } = await this.#http.json(`api/v1/messages?limit=${PAGE_SIZE}`, { signal });
    const { messages = [] } = body as MessageList;
    return messages.map((summary) => ({ ...headOf(summary), subject: summary.Subject }));
  }

  clockOffset(): number | undefined {
    return this.#http.clockOffset();
  }

  /** Searches for an address. The search also matches parts of addresses, so the caller filters by recipient. */
  async #list({ folded, signal }: SourceMailbox, start = '0'): Promise<ListPage<ListedMessage>> {
    const query = new URLSearchParams({
      query: `addressed:${searchTerm(folded)}`,
      start,
      limit: String(PAGE_SIZE),
    });
    const { body } = await this.#http.json(`api/v1/search?${query.toString()}`, { signal });
    const { messages } = body as MessageList;
    if (!Array.isArray(messages))
      throw new TwoFactorError(
        'SOURCE_REFUSED',
        `${this.name} does not answer as Mailpit does. Check that another program is not running there.`,
      );
    const items = messages.map((summary) => ({
      id: summary.ID,
      at: Date.parse(summary.Created),
      ...headOf(summary),
      read: () => this.#http.maybeBytes(`api/v1/message/${encodeURIComponent(summary.ID)}/raw`, signal),
    }));
    return { items, next: items.length < PAGE_SIZE ? undefined : String(Number(start) + PAGE_SIZE) };
  }

  #base(): string {
    return this.#url.href.endsWith('/') ? this.#url.href : `${this.#url.href}/`;
  }
}

type ListedMessage = SourceMessage & { readonly at: number };

interface Address {
  readonly Address: string;
}

/** The members of a message summary that are read. */
interface Summary {
  readonly ID: string;
  readonly From: Address | null;
  readonly To: readonly Address[] | null;
  readonly Cc: readonly Address[] | null;
  readonly Bcc: readonly Address[] | null;
  readonly Subject?: string;
  readonly Created: string;
}

interface MessageList {
  readonly messages?: readonly Summary[];
}

function headOf(summary: Summary): Pick<ListedMessage, 'from' | 'to' | 'receivedAt'> {
  const { From, Created } = summary;
  return { from: From?.Address ?? '', to: addressesOf(summary), receivedAt: Date.parse(Created) };
}

/** Includes blind copies, which Mailpit takes from the SMTP envelope. */
function addressesOf({ To, Cc, Bcc }: Summary): string[] {
  return [To, Cc, Bcc].flatMap((list) => list ?? []).map(({ Address }) => Address);
}

/** Returns the part of an address that every spelling shares and that is one word of the search. The caller filters the rest. */
function searchTerm(folded: string): string {
  const at = folded.lastIndexOf('@');
  if (/[\s"]/.test(folded)) return folded.slice(at);
  return folded.includes('xn--', at) ? folded.slice(0, at + 1) : folded;
}

/** Returns the recipients of a new message, or undefined for any other event. */
function recipientsOf(data: Buffer): string[] | undefined {
  try {
    const event = JSON.parse(data.toString()) as { readonly Type?: string; readonly Data?: Summary };
    return event.Type === 'new' && event.Data ? addressesOf(event.Data) : undefined;
  } catch {
    return undefined;
  }
}

function readUrl(url: string): URL {
  if (URL.canParse(url) && /^https?:/.test(url)) return new URL(url);
  const text = `\`url\` of mailpit({ … }) must be a URL such as http://127.0.0.1:8025, but is "${url.replace(/.*@/s, '…@')}".`;
  throw new TwoFactorError('SETTINGS_INVALID', text);
}
