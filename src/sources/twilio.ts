import { TwoFactorError } from '../core/errors.ts';
import { HttpClient } from '../core/http-client.ts';
import { memoize } from '../core/memoize.ts';
import { type MessageKind, foldAddress } from '../message/address.ts';
import { registerSecret } from '../secret/secret.ts';
import { type DefinedSource, defineSource } from './polling/define-source.ts';
import type { SourceDriver, SourceMailbox, SourceMessage, SourceSighting } from './polling/driver.ts';
import { type ListPage, Watermark } from './polling/watermark.ts';

export interface TwilioOptions {
  /** @default `TWILIO_ACCOUNT_SID` of the environment */
  readonly accountSid?: string;
  /** @default `TWILIO_AUTH_TOKEN` of the environment */
  readonly authToken?: string;
  /** Phone number of the account in E.164 form, such as `+12025550143`. All fresh personas share it. */
  readonly number: string;
  /** @default 'https://api.twilio.com/' */
  readonly url?: string;
  /** Sends the requests, for example through a proxy or with a certificate of your own. @default Node's fetch */
  readonly fetch?: typeof fetch;
}

const PAGE_SIZE = 50;

/**
 * SMS to a Twilio number. The source polls: Twilio pushes only to a webhook, for which there is the sink.
 *
 * Twilio does not deliver codes from one of its numbers to another (error 30038). If the site under test sends through
 * Twilio, use a number of another provider, or the sink.
 *
 * @example
 * export default withTwoFactor(config, { sms: twilio({ number: '+12025550143' }) });
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource
 */
export function twilio(options: TwilioOptions): DefinedSource {
  return defineSource(new TwilioNumber(options));
}

class TwilioNumber implements SourceDriver<Watermark> {
  readonly name: string;
  readonly kinds = ['sms'] as const;
  readonly lag = 5000;
  readonly #options: TwilioOptions;
  readonly #http: HttpClient;
  readonly #account = memoize(() => this.#readAccount());
  #env: Readonly<Record<string, string | undefined>> = process.env;

  constructor(options: TwilioOptions) {
    const { number, url = 'https://api.twilio.com/', fetch } = options;
    this.#options = options;
    this.name = `the Twilio number ${number}`;
    this.#http = new HttpClient({
      ...{ name: this.name, url, fetch },
      headers: () => ({ authorization: this.#account().authorization }),
      ifRefused: 'Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN. Test credentials cannot list messages.',
    });
  }

  async mark(box: SourceMailbox): Promise<Watermark> {
    return await Watermark.of((next) => this.#list(box, next));
  }

  /** Leaves out messages that the account itself sent to the number. */
  async since(watermark: Watermark, box: SourceMailbox): Promise<SourceMessage[]> {
    const newer = await watermark.newer((next) => this.#list(box, next));
    const isRecipient = ({ to }: ListedMessage): boolean =>
      to.some((number) => foldAddress('sms', number) === box.folded);
    return newer.filter((message) => message.direction === 'inbound' && isRecipient(message));
  }

  async others(_since: number, { signal }: SourceMailbox): Promise<SourceSighting[]> {
    const { items } = await this.#list({ signal });
    return items.filter(({ direction }) => direction === 'inbound');
  }

  async createAddress(kind: MessageKind): Promise<string | undefined> {
    return kind === 'sms' ? this.#options.number : undefined;
  }

  isShared(): boolean {
    return true;
  }

  clockOffset(): number | undefined {
    return this.#http.clockOffset();
  }

  useEnvironment(env: Readonly<Record<string, string | undefined>>): void {
    this.#env = env;
  }

  #readAccount(): { readonly sid: string; readonly authorization: string } {
    const { accountSid: sid = this.#env['TWILIO_ACCOUNT_SID'] } = this.#options;
    const { authToken = this.#env['TWILIO_AUTH_TOKEN'] } = this.#options;
    if (!sid || !authToken) throw accountMissing(this.name);
    registerSecret('twilio/authToken', authToken);
    return { sid, authorization: `Basic ${Buffer.from(`${sid}:${authToken}`).toString('base64')}` };
  }

  /** Lists messages, newest first. Without `folded`, lists those to all numbers. */
  async #list(
    { folded, signal }: Partial<SourceMailbox> & Pick<SourceMailbox, 'signal'>,
    next?: string,
  ): Promise<ListPage<ListedMessage>> {
    const account = `2010-04-01/Accounts/${encodeURIComponent(this.#account().sid)}`;
    const query = new URLSearchParams({ ...(folded ? { To: folded } : {}), PageSize: String(PAGE_SIZE) });
    const { body } = await this.#http.json(next ?? `${account}/Messages.json?${query.toString()}`, { signal });
    const { messages = [], next_page_uri } = body as MessageList;
    const items = messages.map(({ sid, from, to, direction, body, date_created }) => {
      const at = Date.parse(date_created);
      return { ...{ id: sid, at, direction, from, receivedAt: at }, to: [to], read: () => body ?? '' };
    });
    return { items, next: next_page_uri ?? undefined };
  }
}

interface MessageList {
  readonly messages?: readonly MessageResource[];
  /** A path from the root of the service. */
  readonly next_page_uri?: string | null;
}

type ListedMessage = SourceMessage & { readonly at: number; readonly direction: string };

/** The members of a message resource that are read. */
interface MessageResource {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly body: string | null;
  readonly direction: string;
  /** In the format of RFC 2822. */
  readonly date_created: string;
}

function accountMissing(name: string): TwoFactorError {
  const text = `${name} cannot be read without an account. Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or pass \`accountSid\` and \`authToken\` to twilio({ … }).`;
  return new TwoFactorError('SETTINGS_INVALID', text);
}
