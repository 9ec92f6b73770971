import { TwoFactorError } from '../core/errors.ts';
import { foldAddress } from '../message/address.ts';
import { memoize } from '../core/memoize.ts';
import { registerSecret } from '../secret/secret.ts';
import { type DefinedSource, defineSource } from './polling/define-source.ts';
import type { SourceMailbox, SourceMessage, PushConnection, SourceSighting, SourceDriver } from './polling/driver.ts';
import { Watermark, type Page } from './polling/watermark.ts';
import { HttpClient } from '../core/http-client.ts';

export interface MailpitOptions {
  /** Where its pages are. User and password may stand in it. @default 'http://127.0.0.1:8025' */
  readonly url?: string;
  /** How requests go out. @default Node's fetch */
  readonly fetch?: typeof fetch;
}

/** How many messages a page has. */
const PAGE = 50;
/** The server says something at least every 54 s; a line that is silent for longer is dead. In milliseconds. */
const SILENCE = 60_000;
const MAX_EVENT = 1024 * 1024;

/**
 * E-mail of a running Mailpit, which is pushed over its WebSocket. It is only read: nothing is deleted, and no other
 * test's mail is marked as read.
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
  /** Made on first use, when there is somebody to keep the password out of artifacts. */
  readonly #authorization: () => Readonly<Record<string, string>>;

  constructor(url: string, fetch: MailpitOptions['fetch']) {
    this.#url = readUrl(url);
    const { username, password } = this.#url;
    this.#authorization = memoize(() => {
      if (!username) return {};
      if (password) registerSecret('mailpit/password', decodeURIComponent(password));
      const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
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
      ifRefused: 'Put user and password into its URL: http://USER:PASSWORD@host:8025.',
    });
  }

  async mark(box: SourceMailbox): Promise<Watermark> {
    return await Watermark.of((next) => this.#list(box, next));
  }

  async since(horizon: Watermark, box: SourceMailbox): Promise<SourceMessage[]> {
    const fresh = await horizon.beyond((start) => this.#list(box, start));
    return fresh.filter(({ to }) => to.some((address) => foldAddress('email', address) === box.folded));
  }

  async push({ opened, notify: rang, signal }: PushConnection): Promise<void> {
    const { default: WebSocketClient } = await import('ws');
    if (signal.aborted) return;
    const target = new URL('api/events', this.#base());
    target.protocol = target.protocol.replace('http', 'ws');
    const socket = new WebSocketClient(target, { headers: this.#authorization(), maxPayload: MAX_EVENT });
    const stop = (): void => socket.terminate();
    signal.addEventListener('abort', stop);
    const silence = setTimeout(stop, SILENCE).unref();
    await new Promise<void>((resolve, reject) => {
      socket.on('open', opened);
      socket.on('error', reject);
      socket.on('close', () => resolve());
      socket.on('ping', () => silence.refresh());
      socket.on('message', (data: Buffer) => {
        silence.refresh();
        const to = recipientsOf(data);
        if (to) rang(to);
      });
    }).finally(() => {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
    });
  }

  async others(_since: number, { signal }: SourceMailbox): Promise<SourceSighting[]> {
    const { body } = await this.#http.json(`api/v1/messages?limit=${PAGE}`, { signal });
    const { messages = [] } = body as Answer;
    return messages.map((summary) => ({ ...headOf(summary), subject: summary.Subject }));
  }

  clockOffset(): number | undefined {
    return this.#http.clockOffset();
  }

  /** Its search finds parts of addresses, too, and hides nothing that is read; who is meant is told by the caller. */
  async #list({ folded, signal }: SourceMailbox, start = '0'): Promise<Page<Found>> {
    const query = new URLSearchParams({
      query: `addressed:${searchTerm(folded)}`,
      start,
      limit: String(PAGE),
    });
    const { body } = await this.#http.json(`api/v1/search?${query.toString()}`, { signal });
    const { messages } = body as Answer;
    if (!Array.isArray(messages))
      throw new TwoFactorError('SOURCE_REFUSED', `${this.name} does not answer as one does.`);
    const items = messages.map((summary) => ({
      id: summary.ID,
      at: Date.parse(summary.Created),
      ...headOf(summary),
      read: () => this.#http.maybeBytes(`api/v1/message/${encodeURIComponent(summary.ID)}/raw`, signal),
    }));
    return { items, next: items.length < PAGE ? undefined : String(Number(start) + PAGE) };
  }

  #base(): string {
    return this.#url.href.endsWith('/') ? this.#url.href : `${this.#url.href}/`;
  }
}

type Found = SourceMessage & { readonly at: number };

interface Address {
  readonly Address: string;
}

/** A message in a list, as far as it is read. */
interface Summary {
  readonly ID: string;
  readonly From: Address | null;
  readonly To: readonly Address[] | null;
  readonly Cc: readonly Address[] | null;
  readonly Bcc: readonly Address[] | null;
  readonly Subject?: string;
  readonly Created: string;
}

interface Answer {
  readonly messages?: readonly Summary[];
}

function headOf(summary: Summary): Pick<Found, 'from' | 'to' | 'receivedAt'> {
  const { From, Created } = summary;
  return { from: From?.Address ?? '', to: addressesOf(summary), receivedAt: Date.parse(Created) };
}

/** Those of blind copies are among them: it takes them from the SMTP envelope. */
function addressesOf({ To, Cc, Bcc }: Summary): string[] {
  return [To, Cc, Bcc].flatMap((list) => list ?? []).map(({ Address }) => Address);
}

/** As much of an address as is the same in every spelling, and a word of its search: the caller tells the rest. */
function searchTerm(folded: string): string {
  const at = folded.lastIndexOf('@');
  if (/[\s"]/.test(folded)) return folded.slice(at);
  return folded.includes('xn--', at) ? folded.slice(0, at + 1) : folded;
}

/** To whom a new message went; nothing for any other event. */
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
  const text = `"${url.replace(/.*@/s, '…@')}" is not the URL of a Mailpit. Write it like http://127.0.0.1:8025.`;
  throw new TwoFactorError('SETTINGS_INVALID', text);
}
