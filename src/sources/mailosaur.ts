import type { Message, MessageAddress, MessageSummary } from 'mailosaur';
import { TwoFactorError } from '../core/errors.ts';
import { isGone } from '../core/http-client.ts';
import { memoize } from '../core/memoize.ts';
import { type MessageKind, foldAddress } from '../message/address.ts';
import type { OtpDevice } from '../otp/otp-device.ts';
import { registerSecret } from '../secret/secret.ts';
import { GivenClientApi, type MailosaurApi, type MailosaurOperations, TransportApi } from './mailosaur-api.ts';
import { MailosaurDevice } from './mailosaur-device.ts';
import { type DefinedSource, defineSource } from './polling/define-source.ts';
import type { SourceContent, SourceDriver, SourceMailbox, SourceMessage, SourceSighting } from './polling/driver.ts';
import { type ListPage, Watermark } from './polling/watermark.ts';

export interface MailosaurOptions {
  /** ID of the inbox (server). All its addresses end in it. */
  readonly serverId: string;
  /** @default `MAILOSAUR_API_KEY` of the environment */
  readonly apiKey?: string;
  /** Phone number of the inbox, for SMS. All fresh personas share it. @default none */
  readonly number?: string;
  /** @default 'https://mailosaur.com/' */
  readonly url?: string;
  /** Sends the requests, for example through a proxy or with a certificate of your own. @default Node's fetch */
  readonly fetch?: typeof fetch;
  /**
   * A client of your own, such as `new MailosaurClient(apiKey)`. It is used as it is: `apiKey`, `url` and `fetch` are
   * ignored, and the delays between polls are the default ones.
   *
   * @default a client that is made on first use
   */
  readonly client?: MailosaurOperations;
}

const PAGE_SIZE = 50;
/** Delay between polls if the service names none, in milliseconds. The official client has the same. */
const DEFAULT_DELAY = 1000;
const TYPES = { email: 'Email', sms: 'SMS' } as const;

/**
 * E-mail and SMS of a Mailosaur inbox, over the official client. Messages are read, never deleted. The source polls no
 * more often than the service asks for (`x-ms-delay`).
 *
 * @example
 * export default withTwoFactor(config, { mail: mailosaur({ serverId: 'ab12cd34' }) }); // with the API key in MAILOSAUR_API_KEY
 *
 * @see https://mailosaur.com/docs/api
 */
export function mailosaur(options: MailosaurOptions): DefinedSource {
  return defineSource(new Mailosaur(options));
}

class Mailosaur implements SourceDriver<Watermark> {
  readonly name: string;
  readonly kinds = ['email', 'sms'] as const;
  /** Mail reaches the service over the internet. */
  readonly lag = 5000;
  readonly #options: MailosaurOptions;
  readonly #api: MailosaurApi;
  #env: Readonly<Record<string, string | undefined>> = process.env;
  /** New addresses, which cannot have messages before the first watch. */
  readonly #unused = new Set<string>();

  constructor(options: MailosaurOptions) {
    const { serverId, client, url = 'https://mailosaur.com/', fetch } = options;
    this.#options = options;
    this.name = `Mailosaur's inbox ${serverId}`;
    const ifRefused = 'Check MAILOSAUR_API_KEY, and that it may read this inbox.';
    const shared = { name: this.name, ifRefused };
    this.#api = client
      ? new GivenClientApi(client, shared)
      : new TransportApi({ ...shared, url, fetch, headers: memoize(() => this.#authorization()) });
  }

  async mark(box: SourceMailbox): Promise<Watermark> {
    if (this.#unused.delete(box.folded)) return Watermark.empty;
    return await Watermark.of((page) => this.#search(box, page));
  }

  async since(watermark: Watermark, box: SourceMailbox): Promise<SourceMessage[]> {
    const newer = await watermark.newer((page) => this.#search(box, page));
    const isRecipient = ({ to }: ListedMessage): boolean =>
      to.some((address) => foldAddress(box.kind, address) === box.folded);
    return newer.filter((message) => message.type === TYPES[box.kind] && isRecipient(message));
  }

  delay(polls: number): number {
    const delays = this.#api.delays ?? [];
    return delays[Math.min(polls, delays.length) - 1] ?? DEFAULT_DELAY;
  }

  /** A plan that is over its limit takes no more mail, and the service reports it nowhere else. */
  async notes({ signal }: SourceMailbox): Promise<string[]> {
    // Only a key of the whole account may read the limits.
    const limits = await this.#api.call((client) => client.usage.limits(), signal).catch(() => undefined);
    return Object.entries({ email: 'e-mails', sms: 'SMS' } as const).flatMap(([kind, noun]) => {
      const { limit = 0, current = 0 } = limits?.[kind as MessageKind] ?? {};
      if (limit <= 0 || current < limit) return [];
      return `The plan of this Mailosaur account is used up: ${current} of ${limit} ${noun}. The service now drops new messages.`;
    });
  }

  async others(since: number, { kind, signal }: SourceMailbox): Promise<SourceSighting[]> {
    const options = { page: 0, itemsPerPage: PAGE_SIZE, receivedAfter: new Date(since) };
    const { items = [] } = await this.#api.call(
      (client) => client.messages.list(this.#options.serverId, options),
      signal,
    );
    const ofKind = items.filter(({ type }) => type === TYPES[kind]);
    return ofKind.map((summary) => ({ ...headOf(summary), subject: kind === 'sms' ? undefined : summary.subject }));
  }

  clockOffset(): number | undefined {
    return this.#api.clockOffset();
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
    return new MailosaurDevice(name, this.#api);
  }

  useEnvironment(env: Readonly<Record<string, string | undefined>>): void {
    this.#env = env;
  }

  #authorization(): Record<string, string> {
    const { apiKey = this.#env['MAILOSAUR_API_KEY'] } = this.#options;
    if (!apiKey) throw keyMissing(this.name);
    registerSecret('mailosaur/apiKey', apiKey);
    return { authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}` };
  }

  async #search({ kind, address, signal }: SourceMailbox, page = '0'): Promise<ListPage<ListedMessage>> {
    const criteria = { sentTo: kind === 'email' ? address : foldAddress(kind, address), match: 'ALL' as const };
    const { items = [] } = await this.#api.call((client) => {
      const options = { page: Number(page), itemsPerPage: PAGE_SIZE, timeout: 0 }; // one request: the polling is ours
      return client.messages.search(this.#options.serverId, criteria, options);
    }, signal);
    const next = items.length < PAGE_SIZE ? undefined : String(Number(page) + 1);
    return { items: items.map((summary) => this.#listed(summary, signal)), next };
  }

  #listed(summary: MessageSummary, signal: AbortSignal): ListedMessage {
    const { id, type } = summary;
    const head = headOf(summary);
    return {
      ...{ id, type, at: head.receivedAt, ...head },
      read: async () => {
        try {
          return contentOf(await this.#api.call((client) => client.messages.getById(encodeURIComponent(id)), signal));
        } catch (error) {
          if (isGone(error)) return undefined;
          throw error;
        }
      },
    };
  }
}

type ListedMessage = SourceMessage & { readonly at: number; readonly type: string };

function headOf({ from, to, cc, bcc, received }: MessageSummary): Pick<ListedMessage, 'from' | 'to'> & {
  readonly receivedAt: number;
} {
  return {
    from: addressesOf(from)[0] ?? '',
    to: [to, cc, bcc].flatMap(addressesOf),
    receivedAt: Number(received ?? NaN),
  };
}

function addressesOf(list: readonly MessageAddress[] = []): string[] {
  return list.flatMap(({ email, phone }) => email ?? phone ?? []);
}

function contentOf({ type, from, subject, html, text, metadata }: Message): SourceContent {
  const plain = text?.body ?? undefined;
  if (type === 'SMS') return plain ?? '';
  const lines = (metadata?.headers ?? []).map(({ field = '', value = '' }): [string, string] => [
    field.toLowerCase(),
    value,
  ]);
  return {
    from: addressesOf(from)[0],
    subject: subject ?? undefined,
    plain,
    html: html?.body ?? undefined,
    headers: Object.fromEntries(lines),
  };
}

function keyMissing(name: string): TwoFactorError {
  const text = `${name} cannot be read without an API key. Set MAILOSAUR_API_KEY, or pass \`apiKey\` or \`client\` to mailosaur({ … }).`;
  return new TwoFactorError('SETTINGS_INVALID', text);
}
