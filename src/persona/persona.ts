import type { Browser, Locator, Page } from '@playwright/test';
import type { Challenge, Factor } from '../challenge/challenge.ts';
import type { IdentifierKind } from '../challenge/identifier.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { MessageKind } from '../message/address.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import { Human } from '../human/human.ts';
import type { HumanSettings } from '../human/settings.ts';
import type { HandoffRequest } from '../protocol/handoff.ts';
import { Passkeys } from '../passkey/passkeys.ts';
import { RecoveryCodes } from '../otp/recovery-codes.ts';
import type { OtpDevice } from '../otp/otp-device.ts';
import type { OtpSeed } from '../otp/seed.ts';
import { Totp } from '../otp/totp.ts';
import { ownerName } from '../ledger/acquire-lease.ts';
import type { OpenProfileOptionsOf, OpenedProfile, ProfileServices } from '../profile/opened-profile.ts';
import type { Runtime } from '../core/runtime.ts';
import { type FillOptions, fillSecret } from '../secret/fill.ts';
import type { SignInCredentials } from '../sign-in/credentials.ts';
import type { AnswerOptions, SignInOptions } from '../sign-in/options.ts';
import type { SignInTask } from '../sign-in/sign-in.ts';
import { Inbox, Sms } from '../inbox/inbox.ts';
import type { OwnerOf } from '../inbox/timeout-report.ts';
import type { Source } from '../sources/source.ts';
import { Account } from './account.ts';
import type { Credentials } from './credentials.ts';
import { variableOf } from './credential-sources.ts';

/** Options of `persona.openProfile()`. */
export type OpenProfileOptions = OpenProfileOptionsOf<Persona>;

interface OpenOptions {
  readonly fresh: boolean;
  readonly onClose?: () => Promise<void>;
  readonly ownerOf?: OwnerOf;
  readonly ledger?: OpenLedger | undefined;
  readonly profiles?: (() => Promise<ProfileServices>) | undefined;
  readonly human?: HumanSettings | undefined;
}

/** The quickest and surest first. */
const FACTORS = [
  'passkey',
  'totp',
  'hotp',
  'email-link',
  'email-code',
  'sms-code',
  'recovery-code',
  'human',
] as const satisfies Factor[];

/** A digital identity: credentials, an address, a number, an authenticator. */
export class Persona {
  readonly name: string;
  /** E-mail to its address, from the moment the persona was made. */
  readonly inbox: Inbox;
  /** SMS to its number, from the moment the persona was made. */
  readonly sms: Sms;
  /** Its authenticator app. */
  readonly totp: Totp;
  /** What its site gave it for when the authenticator is lost. */
  readonly recoveryCodes: RecoveryCodes;
  /** Its passkeys, and the contexts they are in. */
  readonly passkeys: Passkeys;
  readonly #credentials: Credentials;
  /** What others who are this persona know of its sign-ins. */
  readonly #account: Account | undefined;
  readonly #profiles: (() => Promise<ProfileServices>) | undefined;
  readonly #runtime: Runtime;
  readonly #onClose: () => Promise<void>;
  readonly #hasNumber: boolean;
  readonly #human: Human | undefined;

  private constructor(
    credentials: Credentials,
    runtime: Runtime,
    inbox: Inbox,
    sms: Sms,
    {
      hasNumber,
      onClose,
      ledger,
      account,
      people,
      profiles,
      authenticator,
    }: OpenOptions & {
      readonly authenticator: OtpSeed | OtpDevice | undefined;
      readonly hasNumber: boolean;
      readonly account: Account | undefined;
      readonly people: Human | undefined;
    },
  ) {
    this.name = credentials.name;
    this.inbox = inbox;
    this.sms = sms;
    const checked = ledger && account ? () => account.check().then(ledger) : ledger;
    this.totp = new Totp(credentials.name, authenticator, runtime, credentials.origins, checked);
    this.recoveryCodes = new RecoveryCodes(credentials.name, credentials.recoveryCodes ?? [], runtime, checked);
    this.passkeys = new Passkeys(credentials.name, credentials.passkeys ?? [], runtime, checked);
    this.#credentials = credentials;
    this.#account = account;
    this.#profiles = profiles;
    this.#runtime = runtime;
    this.#hasNumber = hasNumber;
    this.#human = people;
    this.#onClose = onClose ?? (() => Promise.resolve());
  }

  /**
   * Makes a persona and starts to watch its address and its number. A source that does not answer is no error here:
   * it is told to the first who needs a message.
   *
   * @param options `fresh`: ask the source for a number if the persona has none; `onClose`: what ends with the persona;
   * `ownerOf`: says whose an address is; `ledger`: where codes and messages that others may take are written down;
   * `profiles`: where its sessions are saved; `human`: how a person is asked
   */
  static async open(
    credentials: Credentials,
    source: Source,
    runtime: Runtime,
    options: OpenOptions,
  ): Promise<Persona> {
    const authenticator = authenticatorOf(credentials, source);
    const { email } = credentials;
    const emailWatch = email ? source.watch('email', email) : Promise.reject(without(credentials, 'email'));
    const phone = credentials.phone ?? (options.fresh ? source.createAddress?.('sms', credentials.name) : undefined);
    const number = (await Promise.resolve(phone).catch(asError)) ?? without(credentials, 'phone');
    const smsWatch = typeof number === 'string' ? source.watch('sms', number) : Promise.reject(number);
    const { name, password } = credentials;
    const account =
      options.fresh || !options.ledger ? undefined : new Account({ name, password, ledger: options.ledger, runtime });
    const mayWait = account && (() => account.check());
    const shared = { runtime, ownerOf: options.ownerOf, origins: credentials.origins, mayWait };
    // Nobody else has the address of a fresh persona, unless its source has but one for all.
    const claims = (kind: MessageKind): OpenLedger | undefined =>
      options.fresh && !source.isShared?.(kind) ? undefined : options.ledger;
    const inbox = new Inbox(email ?? without(credentials, 'email'), {
      ...{ watch: emailWatch, ...shared, claims: claims('email') },
    });
    const sms = new Sms(number, { watch: smsWatch, ...shared, claims: claims('sms') });
    await Promise.allSettled([emailWatch, smsWatch]);
    const hasNumber = typeof number === 'string';
    const { human: settings } = options;
    const handoff = source.handoff && ((request: HandoffRequest) => source.handoff!(request));
    const people = settings && new Human({ owner: name, settings, runtime, handoff });
    return new Persona(credentials, runtime, inbox, sms, { ...options, hasNumber, account, people, authenticator });
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

  /** What it can answer a second factor with, the preferred first. */
  get factors(): readonly Factor[] {
    return FACTORS.filter((factor) => {
      if (factor === 'passkey') return this.passkeys.count > 0;
      if (factor === 'totp') return this.totp.isEnrolled;
      if (factor === 'hotp') return this.totp.isCounterBased;
      if (factor === 'human') return this.#human !== undefined;
      if (factor === 'recovery-code') return this.recoveryCodes.count > 0;
      return factor === 'sms-code' ? this.#hasNumber : this.#credentials.email !== undefined;
    });
  }

  /** Types the password, which stands in no step title and in no call log. */
  async fillPassword(locator: Locator, options: FillOptions = {}): Promise<void> {
    const { password, origins } = this.#credentials;
    if (!password) throw without(this.#credentials, 'password');
    await this.#account?.check();
    await this.#runtime.step(`Fill password of ${this.name}`, () =>
      fillSecret(locator, password, { ...options, origins: origins ?? options.origins }),
    );
  }

  /**
   * Says what a page asks for now, in any of 18 languages: which step of a sign-in it is, which factors it takes, and
   * what its fields and buttons are called. It reads what a person sees, in all frames, and changes nothing.
   */
  async challenge(page: Page): Promise<Challenge> {
    const { lookAt } = await import('../challenge/page/look.ts');
    return (await lookAt(page)).challenge;
  }

  /**
   * Signs in, whatever the site asks for: finds the fields, answers one challenge after the other with the factors that
   * the persona has, and knows by what the page shows when it is signed in. Nothing of the site has to be described.
   *
   * @param url where to begin. @default the persona's `url` where the page is empty, else where the page is
   * @throws TwoFactorError `CHALLENGE_UNANSWERABLE` when the persona has nothing the page asks for,
   *   `CHALLENGE_UNKNOWN` when the page asks nothing that can be told, `SIGN_IN_REFUSED` and `SIGN_IN_LOCKED` when the
   *   site says no, `SIGN_IN_BLOCKED` when it said no to this persona a while ago, `SIGN_IN_TIMEOUT`, and `CODE_TIMEOUT` when no message came; all with the challenge in `details`
   */
  async signIn(page: Page, url?: string, options: SignInOptions = {}): Promise<void> {
    const start = url ?? (page.url() === 'about:blank' ? this.url : undefined);
    await this.#runtime.step(`Sign in as ${this.name}`, () => this.#runSignIn(page, { ...options, url: start }));
  }

  /**
   * Answers what the page asks now, and waits until that is taken: for a site that asks again in the middle of a job, or
   * to do one step of a sign-in.
   *
   * @returns what the page asks next, or that it is signed in
   * @throws TwoFactorError as `signIn()`
   */
  async answer(page: Page, options: AnswerOptions = {}): Promise<Challenge> {
    return await this.#runtime.step(`Answer as ${this.name}`, () => this.#runSignIn(page, { ...options, once: true }));
  }

  /**
   * Signs in again whenever the page asks for it before an action or an assertion, in a job that outlives its session.
   * It sees what Playwright waits on: a locator's action or assertion, and neither `goto()` nor `content()`.
   *
   * @see https://playwright.dev/docs/api/class-page#page-add-locator-handler
   */
  async keepSignedIn(page: Page, options: SignInOptions = {}): Promise<void> {
    const { SIGN_IN_FIELDS, isSignIn } = await import('../sign-in/keep-signed-in.ts');
    const answer = async (): Promise<void> => {
      if (isSignIn(await this.challenge(page))) await this.signIn(page, undefined, options);
    };
    await page.addLocatorHandler(page.locator(SIGN_IN_FIELDS).first(), answer, { noWaitAfter: true });
  }

  /**
   * Opens a page that is signed in, in a context of its own: with the session that was saved, if the site takes it, else
   * with one that `signIn()` makes and that is saved for next time. Of all who need it at the same time, one signs in.
   *
   * @param url where only a signed-in user gets an answer: it tells whether a session lives, and is what is opened
   * @throws TwoFactorError `PROFILE_NOT_SIGNED_IN`; and as `signIn()`
   */
  async openProfile(browser: Browser, url: string, options: OpenProfileOptions = {}): Promise<OpenedProfile> {
    const place = await this.#profiles?.();
    if (!place) {
      const text = `Persona "${this.name}" is not stored, so there is nothing to save its session for. Sign in with \`signIn()\`.`;
      throw new TwoFactorError('PROFILE_UNKNOWN', text);
    }
    const { OpenedProfile } = await import('../profile/opened-profile.ts');
    const owner = ownerName(this.#runtime);
    return await this.#runtime.step(`Open profile of ${this.name}`, () =>
      OpenedProfile.open(browser, url, this, place, { ...options, owner }),
    );
  }

  async #runSignIn(page: Page, task: SignInTask): Promise<Challenge> {
    const { SignIn } = await import('../sign-in/sign-in.ts');
    const turn = await (task.once ? this.#account?.check() : this.#account?.beginSignIn());
    const context = page.context();
    const mayUse = task.factors?.includes('passkey') ?? true;
    // Only who has passkeys, or is about to register one, answers pages with them.
    const isOpen = (mayUse && this.passkeys.count > 0) || this.passkeys.isOpenIn(context);
    try {
      const ring = isOpen ? await this.passkeys.open(context) : this.passkeys.forContext(context);
      // What was used before is no news.
      if (isOpen) await ring.wasUsed();
      const means = { ...this.#means(), passkeys: ring, passkeyDomains: this.passkeys.rpIds, hasAuthenticator: isOpen };
      const challenge = await new SignIn(page, means, this.#runtime, task).run();
      if (!task.once) await this.#account?.accepted();
      return challenge;
    } finally {
      if (isOpen) await this.passkeys.close(context);
      await turn?.release();
    }
  }

  #means(): Omit<SignInCredentials, 'passkeys' | 'passkeyDomains' | 'hasAuthenticator'> {
    const { name, factors, inbox, sms, totp, recoveryCodes } = this;
    const { password, origins } = this.#credentials;
    return {
      ...{ name, factors, inbox, sms, totp, recoveryCodes },
      human: this.#human,
      hasPassword: password !== undefined,
      timeout: this.#runtime.timeout,
      refused: async (refusal, said) => (await this.#account?.refused(refusal, said)) ?? refusal === 'code',
      identifier: (kind) => this.#identifier(kind),
      fillPassword: (locator, options) => this.fillPassword(locator, options),
      fillCode: (locator, code, options = {}) =>
        this.#runtime.step('Fill code', () => fillSecret(locator, code, { ...options, origins })),
    };
  }

  #identifier(kind: IdentifierKind): string {
    const { email, username } = this.#credentials;
    if (kind === 'email' && email) return email;
    if (kind === 'phone' && this.#hasNumber) return this.phone;
    return username ?? email ?? this.phone;
  }

  /** Ends its watches, and gives the explanation of every wait that was cut off. */
  async close(): Promise<TwoFactorError[]> {
    const cutOff = await Promise.all([this.inbox.close(), this.sms.close()]);
    this.#human?.close();
    await this.passkeys.closeAll();
    await this.#onClose();
    return cutOff.flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** What makes its codes: its seed, or a device that its source of messages keeps. */
function authenticatorOf({ name, totp }: Credentials, source: Source): OtpSeed | OtpDevice | undefined {
  if (!totp || 'key' in totp) return totp;
  const device = source.device?.(totp.device);
  if (device) return device;
  const text = `Persona "${name}" is invalid: its \`totp\` is the device "${totp.device}", and ${source.name} has no devices. Use \`mail: mailosaur({ … })\`, or give the seed.`;
  throw new TwoFactorError('SETTINGS_INVALID', text);
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
