import type { Browser, Locator, Page } from '@playwright/test';
import type { Challenge, Factor } from '../challenge/challenge.ts';
import type { IdentifierKind } from '../challenge/identifier.ts';
import type { TwoFactorError } from '../core/errors.ts';
import type { MessageKind } from '../message/address.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import { Human } from '../human/human.ts';
import type { HandoffRequest } from '../protocol/handoff.ts';
import { Passkeys } from '../passkey/passkeys.ts';
import { RecoveryCodes } from '../otp/recovery-codes.ts';
import type { OtpDevice } from '../otp/otp-device.ts';
import type { OtpSeed } from '../otp/seed.ts';
import { Totp } from '../otp/totp.ts';
import type { OpenProfileOptionsOf, OpenedProfile } from '../profile/opened-profile.ts';
import type { OpenSessionOptionsOf, OpenedSession } from '../profile/requests/opened-session.ts';
import type { Runtime } from '../core/runtime.ts';
import { charactersOf } from '../secret/characters.ts';
import { type FillOptions, fillSecret } from '../secret/fill.ts';
import { OriginBinding } from '../secret/origin-binding.ts';
import type { CredentialKeeper } from '../sign-in/credential-keeper.ts';
import type { SignInCredentials } from '../sign-in/credentials.ts';
import type { AnswerOptions, SignInOptions } from '../sign-in/options.ts';
import type { SignUpOptions } from '../sign-up/options.ts';
import type { SignInTask } from '../sign-in/sign-in.ts';
import { Inbox, Sms } from '../inbox/inbox.ts';
import type { Source } from '../sources/source.ts';
import { Account, type SignInTurn } from './account.ts';
import { authenticatorOf } from './authenticator.ts';
import { type Credentials, identifierOf } from './credentials.ts';
import { type IncompletePersona, asError, memberToAdd, without, withoutIdentifier } from './errors.ts';
import type { OpenOptions } from './open-options.ts';
import { PersonaSessions } from './persona-sessions.ts';
import { PREFERRED_FACTORS } from './preferred-factors.ts';
import { secretOf } from './secret-member.ts';

/** Options of `persona.openProfile()`. */
export type OpenProfileOptions = OpenProfileOptionsOf<Persona>;
/** Options of `persona.openSession()`. */
export type OpenSessionOptions = OpenSessionOptionsOf<Persona>;

/** A digital identity: credentials, an address, a number, an authenticator. */
export class Persona {
  readonly name: string;
  /** E-mail that has arrived at its address since the persona was opened. */
  readonly inbox: Inbox;
  /** SMS that have arrived at its number since the persona was opened. */
  readonly sms: Sms;
  /** Its authenticator. */
  readonly totp: Totp;
  /** Its recovery codes. */
  readonly recoveryCodes: RecoveryCodes;
  /** Its passkeys, and the browser contexts that have them. */
  readonly passkeys: Passkeys;
  readonly #credentials: Credentials;
  readonly #binding: OriginBinding;
  /** Sign-in attempts of this persona, shared with other workers; `undefined` for a new persona. @internal */
  readonly account: Account | undefined;
  readonly #runtime: Runtime;
  readonly #onClose: () => Promise<void>;
  readonly #isFresh: boolean;
  readonly #hasNumber: boolean;
  readonly #human: Human | undefined;
  readonly #seed: string;
  readonly #keeper: CredentialKeeper = { propose: () => Promise.resolve({ confirm: () => Promise.resolve(), withdraw: () => Promise.resolve() }) };
  readonly #sessions: PersonaSessions<Persona>;

  private constructor(
    credentials: Credentials,
    runtime: Runtime,
    inbox: Inbox,
    sms: Sms,
    options: OpenOptions & {
      readonly authenticator: OtpSeed | OtpDevice | undefined;
      readonly hasNumber: boolean;
      readonly account: Account | undefined;
      readonly people: Human | undefined;
      readonly binding: OriginBinding;
    },
  ) {
    const { ledger, account, authenticator, binding } = options;
    this.name = credentials.name;
    this.inbox = inbox;
    this.sms = sms;
    const checked = ledger && account ? () => account.check().then(ledger) : ledger;
    this.totp = new Totp(credentials.name, authenticator, runtime, binding, checked);
    this.totp.readPage = (page) => this.challenge(page);
    this.recoveryCodes = new RecoveryCodes(credentials.name, credentials.recoveryCodes ?? [], runtime, checked);
    this.passkeys = new Passkeys(credentials.name, credentials.passkeys ?? [], runtime, checked);
    this.#credentials = credentials;
    this.#binding = binding;
    this.account = account;
    this.#sessions = new PersonaSessions(this, binding, runtime, options.profiles);
    this.#runtime = runtime;
    this.#isFresh = options.fresh;
    this.#hasNumber = options.hasNumber;
    this.#human = options.people;
    this.#seed = options.seed ?? credentials.name;
    this.#onClose = options.onClose ?? (() => Promise.resolve());
  }

  /**
   * Opens a persona and starts to watch its address and its number. If a source does not answer, the first wait for a
   * message throws the error.
   */
  static async open(
    credentials: Credentials,
    source: Source,
    runtime: Runtime,
    options: OpenOptions,
  ): Promise<Persona> {
    const authenticator = authenticatorOf(credentials, source);
    const { name, password, origins, email } = credentials;
    const incomplete = { name, isFresh: options.fresh };
    const emailWatch = email ? source.watch('email', email) : Promise.reject(without(incomplete, 'email'));
    const phone = credentials.phone ?? (options.fresh ? source.createAddress?.('sms', credentials.name) : undefined);
    const number = (await Promise.resolve(phone).catch(asError)) ?? without(incomplete, 'phone');
    const smsWatch = typeof number === 'string' ? source.watch('sms', number) : Promise.reject(number);
    const account =
      options.fresh || !options.ledger ? undefined : new Account({ name, password, ledger: options.ledger, runtime });
    const checkLockout = account && (() => account.check());
    const binding = options.fresh ? OriginBinding.ofFresh(origins, runtime.caller) : OriginBinding.to(origins ?? []);
    const { ownerOf, application } = options;
    const shared = { runtime, ownerOf, application, binding, checkLockout, codeFormat: credentials.code };
    // No other test uses the address of a new persona, unless its source shares one address.
    const claims = (kind: MessageKind): OpenLedger | undefined =>
      options.fresh && !source.isShared?.(kind) ? undefined : options.ledger;
    const inbox = new Inbox(email ?? without(incomplete, 'email'), {
      ...{ watch: emailWatch, ...shared, claims: claims('email') },
    });
    const sms = new Sms(number, { watch: smsWatch, ...shared, claims: claims('sms') });
    await Promise.allSettled([emailWatch, smsWatch]);
    const hasNumber = typeof number === 'string';
    const { human: settings } = options;
    const handoff = source.handoff && ((request: HandoffRequest) => source.handoff!(request));
    const people = settings && new Human({ owner: name, settings, runtime, handoff });
    return new Persona(credentials, runtime, inbox, sms, {
      ...options,
      hasNumber,
      account,
      people,
      authenticator,
      binding,
    });
  }

  /** Its e-mail address. @throws TwoFactorError `PERSONA_INCOMPLETE` if it has none */
  get email(): string {
    return this.inbox.address;
  }

  /** Its number in E.164 form. @throws TwoFactorError `PERSONA_INCOMPLETE` if it has none */
  get phone(): string {
    return this.sms.number;
  }

  /** Its user name, else its e-mail address. */
  get username(): string {
    return this.#credentials.username ?? this.email;
  }

  /** URL of its site, if it has one. */
  get url(): string | undefined {
    return this.#credentials.url;
  }

  /** Factors that it can use, in order of preference. */
  get factors(): readonly Factor[] {
    return PREFERRED_FACTORS.filter((factor) => {
      if (factor === 'passkey') return this.passkeys.count > 0;
      if (factor === 'totp') return this.totp.isEnrolled;
      if (factor === 'hotp') return this.totp.isCounterBased;
      if (factor === 'human') return this.#human !== undefined;
      if (factor === 'recovery-code') return this.recoveryCodes.count > 0;
      return factor === 'sms-code' ? this.#hasNumber : this.#credentials.email !== undefined;
    });
  }

  /**
   * Types the password. It shows in no step title and in no call log.
   *
   * @throws TwoFactorError `PERSONA_INCOMPLETE`, `ORIGIN_REFUSED`, `FILL_FAILED`
   * @example
   * await persona.fillPassword(page.getByLabel('Password'));
   */
  async fillPassword(locator: Locator, options: FillOptions = {}): Promise<void> {
    const { password } = this.#credentials;
    if (!password) throw without(this.#incomplete, 'password');
    await this.account?.check();
    await this.#runtime.step(`Fill password of ${this.name}`, () =>
      fillSecret(locator, password, { ...options, binding: this.#binding }),
    );
  }

  /**
   * Returns what a page asks for now, in any of more than eighty languages: the step of the sign-in, the factors that it accepts, and
   * the names of its fields and buttons. It reads what a person sees, in all frames, and changes nothing.
   *
   * @throws TwoFactorError `CHALLENGE_UNKNOWN` if the page does not answer
   */
  async challenge(page: Page): Promise<Challenge> {
    const { readChallenge } = await import('../sign-in/read-challenge.ts');
    return await readChallenge(page, this.#runtime.timeout);
  }

  /**
   * Signs in: finds the fields, and answers one challenge after another with the factors of the persona, until the page
   * shows that it is signed in. The site needs no description.
   *
   * @param url URL to open first. @default the persona's `url` if the page is empty, else the page as it is
   * @throws TwoFactorError `CHALLENGE_UNANSWERABLE` if the persona has no factor that the page accepts,
   *   `CHALLENGE_UNKNOWN` if the page cannot be read, `SIGN_IN_UNPROVEN` if nothing proves a session, `FORM_NOT_SENT` if
   *   the page never sent the form, `SIGN_IN_REFUSED` and `SIGN_IN_LOCKED` if the site refuses, `SIGN_IN_BLOCKED` after an
   *   earlier refusal, `SIGN_IN_TIMEOUT`, and `CODE_TIMEOUT` if no message came; all with the challenge in `details`
   * @example
   * await persona.signIn(page, '/login');
   */
  async signIn(page: Page, url?: string, options: SignInOptions = {}): Promise<void> {
    const start = url ?? (page.url() === 'about:blank' ? this.url : undefined);
    await this.#runtime.step(`Sign in as ${this.name}`, () => this.#runSignIn(page, { ...options, url: start }));
  }

  /**
   * Creates an account: fills the forms of a sign-up with the address, the number and the password of the persona and with
   * the data of a plausible person, answers the confirmation by mail or SMS, and signs in where the site asks for it. A user
   * name that is taken, and a password that is refused, are answered by another one, twice at most.
   *
   * @param url page that has the form, or a link to it. @default the page as it is
   * @throws TwoFactorError `SIGN_UP_UNKNOWN` if there is no such form, `SIGN_UP_UNANSWERABLE` if it asks for something that
   *   only the caller can know, `SIGN_UP_REFUSED`; and as `signIn()`
   * @example
   * await persona.signUp(page, '/sign-up', { values: { organization: 'Acme' } });
   */
  async signUp(page: Page, url?: string, options: SignUpOptions = {}): Promise<void> {
    const { signUp } = await import('../sign-up/sign-up.ts');
    const { name } = this;
    const { username, password } = this.#credentials;
    const persona = {
      ...{ name, username, password, seed: this.#seed },
      email: () => this.email,
      phone: () => this.phone,
    };
    const task = { ...options, url };
    await this.#runtime.step(`Sign up as ${name}`, () =>
      this.#sessions.during(page, () =>
        this.#answerAll(page, task, (credentials) =>
          signUp(page, { persona, credentials, keeper: this.#keeper, runtime: this.#runtime }, task),
        ),
      ),
    );
  }

  /**
   * Answers the challenge of the page, and waits until the site accepts the answer: for a site that asks again during a
   * session, or for one step of a sign-in.
   *
   * @returns the next challenge, or one of kind `signed-in`
   * @throws TwoFactorError as `signIn()`
   */
  async answer(page: Page, options: AnswerOptions = {}): Promise<Challenge> {
    return await this.#runtime.step(`Answer as ${this.name}`, () => this.#runSignIn(page, { ...options, once: true }));
  }

  /**
   * Asks the site whether the context of a page is still signed in, and signs in only if it is not. The page is then loaded
   * again where it was. In the context of `openProfile()`, its probe is asked, and the new session is saved.
   *
   * @param url URL to ask, where a sign-in begins. @default the persona's `url`, else the page as it is
   * @returns true if it signed in
   * @throws TwoFactorError `CHALLENGE_UNKNOWN` if the site does not answer; and as `signIn()`
   * @example
   * await alice.ensureSignedIn(page);
   */
  async ensureSignedIn(page: Page, url?: string, options: SignInOptions = {}): Promise<boolean> {
    return await this.#runtime.step(`Ensure that ${this.name} is signed in`, () =>
      this.#sessions.ensureSignedIn(page, url, options),
    );
  }

  /**
   * Signs in again whenever the session of a page has ended, for a job that outlives it. In Chromium, the answers that
   * tell of the end never reach the page: the persona signs in beside it, and the request is sent again.
   */
  async keepSignedIn(page: Page, options: SignInOptions = {}): Promise<void> {
    await this.#sessions.keepSignedIn(page, options);
  }

  /**
   * Opens a signed-in page in a new context: with the saved session if the site accepts it, else with a new sign-in, whose
   * session is saved. Of several processes that need the session at the same time, one signs in.
   *
   * @param url page that only a signed-in user may see: it is opened, and it shows whether the session is alive
   * @throws TwoFactorError `PROFILE_NOT_SIGNED_IN`; and as `signIn()`
   */
  async openProfile(browser: Browser, url: string, options: OpenProfileOptions = {}): Promise<OpenedProfile> {
    return await this.#runtime.step(`Open profile of ${this.name}`, () =>
      this.#sessions.openProfile(browser, url, options),
    );
  }

  /**
   * Opens a signed-in session without a browser: with the saved session if the site accepts it, else with a new sign-in in a
   * browser that is closed after it. It is renewed when it ends. Of several processes that need it, one signs in.
   *
   * @param url page that only a signed-in user may see: it shows whether the session is alive
   * @throws TwoFactorError `PROFILE_NOT_SIGNED_IN`; and as `signIn()`
   * @example
   * const session = await alice.openSession('https://app.example.com/account');
   * const orders = await (await session.fetch('/api/orders')).json();
   */
  async openSession(url: string, options: OpenSessionOptions = {}): Promise<OpenedSession> {
    return await this.#runtime.step(`Open session of ${this.name}`, () => this.#sessions.openSession(url, options));
  }

  async #runSignIn(page: Page, task: SignInTask): Promise<Challenge> {
    return await this.#sessions.during(page, () => this.#answerAll(page, task));
  }

  async #answerAll(page: Page, task: SignInTask, run = this.#signInWith(page, task)): Promise<Challenge> {
    this.#binding.name(task.url);
    const turn = (await (task.once ? this.account?.check() : this.account?.beginSignIn())) ?? undefined;
    const context = page.context();
    const mayUse = task.factors?.includes('passkey') ?? true;
    // A virtual authenticator is open only for a persona that has passkeys, or is about to register one.
    const isOpen = (mayUse && this.passkeys.count > 0) || this.passkeys.isOpenIn(context);
    try {
      const ring = isOpen ? await this.passkeys.open(context) : this.passkeys.forContext(context);
      // Forget uses before this sign-in.
      if (isOpen) await ring.wasUsed();
      const passkeyDomains = this.passkeys.rpIds;
      const means = { ...this.#means(turn), passkeys: ring, passkeyDomains, hasAuthenticator: isOpen };
      const challenge = await run(means);
      if (!task.once) await this.account?.accepted();
      return challenge;
    } finally {
      if (isOpen) await this.passkeys.close(context);
      await turn?.release();
    }
  }

  #signInWith(page: Page, task: SignInTask): (credentials: SignInCredentials) => Promise<Challenge> {
    return async (credentials) => {
      const { SignIn } = await import('../sign-in/sign-in.ts');
      return await new SignIn(page, credentials, this.#runtime, task).run();
    };
  }

  get #incomplete(): IncompletePersona {
    return { name: this.name, isFresh: this.#isFresh };
  }

  #identifier(kind: IdentifierKind): string {
    const identifier = identifierOf(this.#credentials, kind, this.#hasNumber ? this.phone : undefined);
    if (identifier === undefined) throw withoutIdentifier(this.#incomplete, kind);
    return identifier;
  }

  #means(turn: SignInTurn | undefined): Omit<SignInCredentials, 'passkeys' | 'passkeyDomains' | 'hasAuthenticator'> {
    const { name, factors, inbox, sms, totp, recoveryCodes } = this;
    return {
      ...{ name, factors, inbox, sms, totp, recoveryCodes },
      human: this.#human,
      hasPassword: this.#credentials.password !== undefined,
      timeout: this.#runtime.timeout,
      codeFormat: this.#credentials.code,
      refused: async (refusal, said) => (await this.account?.refused(refusal, said)) ?? refusal === 'code',
      identifier: (kind) => this.#identifier(kind),
      memberToAdd: (wanted) => memberToAdd(this.#incomplete, wanted),
      memorableWord: () => secretOf(this.#credentials, 'memorable-word', this.#isFresh),
      characters: (role, positions) => charactersOf(secretOf(this.#credentials, role, this.#isFresh), positions),
      fillPassword: async (locator, options) => {
        await turn?.check(); // after a pause of this process, another worker may send the password
        await this.fillPassword(locator, options);
      },
      fillNewPassword: (locator, chosen, options = {}) =>
        this.#runtime.step(`Fill new password of ${name}`, () =>
          fillSecret(locator, chosen, { ...options, binding: this.#binding }),
        ),
      requireTarget: (page, origin) => this.#binding.requireTarget(page, origin, name),
      fillCode: (locator, code, options = {}) =>
        this.#runtime.step('Fill code', () => fillSecret(locator, code, { ...options, binding: this.#binding })),
    };
  }

  /** Closes the persona. Returns the error of every wait that was cut off. */
  async close(): Promise<TwoFactorError[]> {
    await this.#sessions.close();
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
