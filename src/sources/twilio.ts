import { TwoFactorError } from '../core/errors.ts';
import { type MessageKind, foldAddress } from '../message/address.ts';
import { memoize } from '../core/memoize.ts';
import { registerSecret } from '../secret/secret.ts';
import { type DefinedSource, defineSource } from './polling/define-source.ts';
import type { SourceMailbox, SourceMessage, SourceSighting, SourceDriver } from './polling/driver.ts';
import { Watermark, type Page } from './polling/watermark.ts';
import { HttpClient } from '../core/http-client.ts';

export interface TwilioOptions {
  /** @default `TWILIO_ACCOUNT_SID` of the environment */
  readonly accountSid?: string;
  /** @default `TWILIO_AUTH_TOKEN` of the environment */
  readonly authToken?: string;
  /** The number of the account, in E.164 form; all fresh personas share it. */
  readonly number: string;
  /** @default 'https://api.twilio.com/' */
  readonly url?: string;
  /** How requests go out, for a proxy or a certificate of one's own. @default Node's fetch */
  readonly fetch?: typeof fetch;
}

/** How many messages a page has. */
const PAGE = 50;

/**
 * SMS to a Twilio number, asked for when one is due, and more and more slowly: Twilio pushes only to a webhook, which the sink takes.
 *
 * Twilio does not deliver codes from one of its numbers to another (error 30038), so a site that sends over Twilio needs
 * a number of another company, or the sink.
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

  /** What the account itself has sent to the number is no message that came to it. */
  async since(horizon: Watermark, box: SourceMailbox): Promise<SourceMessage[]> {
    const fresh = await horizon.beyond((next) => this.#list(box, next));
    const isMeant = ({ to }: Found): boolean => to.some((number) => foldAddress('sms', number) === box.folded);
    return fresh.filter((message) => message.direction === 'inbound' && isMeant(message));
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
    if (!sid || !authToken) throw noAccount(this.name);
    registerSecret('twilio/authToken', authToken);
    return { sid, authorization: `Basic ${Buffer.from(`${sid}:${authToken}`).toString('base64')}` };
  }

  /** The newest first; to all numbers, where none is given. */
  async #list(
    { folded, signal }: Partial<SourceMailbox> & Pick<SourceMailbox, 'signal'>,
    next?: string,
  ): Promise<Page<Found>> {
    const account = `2010-04-01/Accounts/${encodeURIComponent(this.#account().sid)}`;
    const query = new URLSearchParams({ ...(folded ? { To: folded } : {}), PageSize: String(PAGE) });
    const { body } = await this.#http.json(next ?? `${account}/Messages.json?${query.toString()}`, { signal });
    const { messages = [], next_page_uri } = body as Answer;
    const items = messages.map(({ sid, from, to, direction, body, date_created }) => {
      const at = Date.parse(date_created);
      return { ...{ id: sid, at, direction, from, receivedAt: at }, to: [to], read: () => body ?? '' };
    });
    return { items, next: next_page_uri ?? undefined };
  }
}

interface Answer {
  readonly messages?: readonly Resource[];
  /** From the root of the service on. */
  readonly next_page_uri?: string | null;
}

type Found = SourceMessage & { readonly at: number; readonly direction: string };

/** A message, as far as it is read. */
interface Resource {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly body: string | null;
  readonly direction: string;
  /** RFC 2822. */
  readonly date_created: string;
}

function noAccount(name: string): TwoFactorError {
  const text = `${name} cannot be read without an account. Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or give \`accountSid\` and \`authToken\` to twilio({ … }).`;
  return new TwoFactorError('SETTINGS_INVALID', text);
}
