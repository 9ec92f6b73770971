import type { Locator, Page } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import { TwoFactorError } from '../errors.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import { Totp } from '../otp/totp.ts';
import type { Runtime } from '../runtime.ts';
import { type FillOptions, fillSecret } from '../secret/fill.ts';
import { Inbox, Sms } from '../sources/inbox.ts';
import type { OwnerOf } from '../sources/near-miss.ts';
import type { Source } from '../sources/source.ts';
import type { Credentials } from './credentials.ts';
import { variableOf } from './places.ts';

interface OpenOptions {
  readonly fresh: boolean;
  readonly onClose?: () => Promise<void>;
  readonly ownerOf?: OwnerOf;
  readonly ledger?: OpenLedger | undefined;
}

/** A digital identity: credentials, an address, a number, an authenticator. */
export class Persona {
  readonly name: string;
  /** E-mail to its address, from the moment the persona was made. */
  readonly inbox: Inbox;
  /** SMS to its number, from the moment the persona was made. */
  readonly sms: Sms;
  /** Its authenticator app. */
  readonly totp: Totp;
  readonly #credentials: Credentials;
  readonly #runtime: Runtime;
  readonly #onClose: () => Promise<void>;

  private constructor(
    credentials: Credentials,
    runtime: Runtime,
    inbox: Inbox,
    sms: Sms,
    { onClose, ledger }: OpenOptions,
  ) {
    this.name = credentials.name;
    this.inbox = inbox;
    this.sms = sms;
    this.totp = new Totp(credentials.name, credentials.totp, runtime, credentials.origins, ledger);
    this.#credentials = credentials;
    this.#runtime = runtime;
    this.#onClose = onClose ?? (() => Promise.resolve());
  }

  /**
   * Makes a persona and starts to watch its address and its number. A source that does not answer is no error here:
   * it is told to the first who needs a message.
   *
   * @param options `fresh`: ask the source for a number if the persona has none; `onClose`: what ends with the persona;
   * `ownerOf`: says whose an address is; `ledger`: where codes and messages that others may take are written down
   */
  static async open(
    credentials: Credentials,
    source: Source,
    runtime: Runtime,
    options: OpenOptions,
  ): Promise<Persona> {
    const { email } = credentials;
    const emailWatch = email ? source.watch('email', email) : Promise.reject(without(credentials, 'email'));
    const phone = credentials.phone ?? (options.fresh ? source.createAddress?.('sms') : undefined);
    const number = phone === undefined ? without(credentials, 'phone') : await Promise.resolve(phone).catch(asError);
    const smsWatch = typeof number === 'string' ? source.watch('sms', number) : Promise.reject(number);
    // Nobody else has the address of a fresh persona.
    const claims = options.fresh ? undefined : options.ledger;
    const shared = { runtime, ownerOf: options.ownerOf, origins: credentials.origins, claims };
    const inbox = new Inbox(email ?? without(credentials, 'email'), { watch: emailWatch, ...shared });
    const sms = new Sms(number, { watch: smsWatch, ...shared });
    await Promise.allSettled([emailWatch, smsWatch]);
    return new Persona(credentials, runtime, inbox, sms, options);
  }

  /** @throws TwoFactorError `PERSONA_INCOMPLETE` when it has none */
  get email(): string {
    return this.inbox.address;
  }

  /** E.164. @throws TwoFactorError `PERSONA_INCOMPLETE` when it has none */
  get phone(): string {
    return this.sms.number;
  }

  /** What it types as user name: its own, or else its e-mail address. */
  get username(): string {
    return this.#credentials.username ?? this.email;
  }

  /** The site it belongs to, if it was given one. */
  get url(): string | undefined {
    return this.#credentials.url;
  }

  /** Types the password, which stands in no step title and in no call log. */
  async fillPassword(locator: Locator, options: FillOptions = {}): Promise<void> {
    const { password, origins } = this.#credentials;
    if (!password) throw without(this.#credentials, 'password');
    await this.#runtime.step(`Fill password of ${this.name}`, () =>
      fillSecret(locator, password, { ...options, origins: origins ?? options.origins }),
    );
  }

  /**
   * Says what a page asks for now, in any of 18 languages: which step of a sign-in it is, which factors it takes, and
   * what its fields and buttons are called. It reads what a person sees, in all frames, and changes nothing.
   */
  async challenge(page: Page): Promise<Challenge> {
    const { lookAt } = await import('../challenge/look.ts');
    return (await lookAt(page)).challenge;
  }

  /** Ends its watches, and gives the explanation of every wait that was cut off. */
  async close(): Promise<TwoFactorError[]> {
    const cutOff = await Promise.all([this.inbox.close(), this.sms.close()]);
    await this.#onClose();
    return cutOff.flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function without({ name }: Credentials, field: 'email' | 'phone' | 'password'): TwoFactorError {
  const text = `Persona "${name}" has no ${field}. Give it \`${field}\` under \`personas\`, or set ${variableOf(name, field)}.`;
  return new TwoFactorError('PERSONA_INCOMPLETE', text);
}

function asError(error: unknown): TwoFactorError {
  return error instanceof TwoFactorError
    ? error
    : new TwoFactorError('SOURCE_UNREACHABLE', String(error), { cause: error });
}
