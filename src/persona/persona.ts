import type { Browser, Download, Locator, Page } from '@playwright/test';
import type { EnrollOptions, Enrolled } from '../account-pages/enrollment.ts';
import type { ChangedPassword, PasswordOptions } from '../account-pages/password-change.ts';
import type { ResetOptions } from '../account-pages/password-reset.ts';
import type { EnrollableFactor } from '../challenge/authenticator-controls.ts';
import type { Challenge, Factor } from '../challenge/challenge.ts';
import type { TwoFactorError } from '../core/errors.ts';
import type { Human } from '../human/human.ts';
import type { Passkeys } from '../passkey/passkeys.ts';
import type { RecoveryCodes } from '../otp/recovery-codes.ts';
import type { Totp } from '../otp/totp.ts';
import type { OpenProfileOptionsOf, OpenedProfile } from '../profile/opened-profile.ts';
import type { OpenSessionOptionsOf, OpenedSession } from '../profile/requests/opened-session.ts';
import type { Runtime } from '../core/runtime.ts';
import { type FillOptions, fillSecret } from '../secret/fill.ts';
import type { Secret } from '../secret/secret.ts';
import type { CredentialKeeper } from '../sign-in/credential-keeper.ts';
import type { AnswerOptions, SignInOptions } from '../sign-in/options.ts';
import type { SignUpOptions } from '../sign-up/options.ts';
import type { SignInTask } from '../sign-in/sign-in.ts';
import type { Inbox, Sms } from '../inbox/inbox.ts';
import type { Source } from '../sources/source.ts';
import type { Account } from './account.ts';
import type { AccountWork } from './account-work.ts';
import { type PersonaParts, assemblePersona } from './assemble.ts';
import type { Credentials } from './credentials.ts';
import { keepWhatIsLearned } from './learning.ts';
import type { OpenOptions, UnopenedPersona } from './open-options.ts';
import type { PersonaKeeper } from './persona-keeper.ts';
import { PersonaSessions } from './persona-sessions.ts';
import type { SignInRun } from './persona-sign-in.ts';
import type { PersonaSite } from './persona-site.ts';
import type { PersonaSites } from './persona-sites.ts';
import { type AddCredentialsOptions, PersonaSaving } from './saving.ts';
import { signingPersona } from './signing-persona.ts';
import { type SigningPersona, fillPasswordOf } from './site-credentials.ts';

/** Options of `persona.openProfile()`. */
export type OpenProfileOptions = OpenProfileOptionsOf<Persona>;
/** Options of `persona.openSession()`. */
export type OpenSessionOptions = OpenSessionOptionsOf<Persona>;

/** Options of `persona.saveProfile()`. */
export interface SaveProfileOptions {
  /** Name of the profile. @default the name of the persona */
  readonly name?: string;
}

/** A digital identity: credentials, an address, a number, an authenticator. */
export class Persona {
  readonly name: string;
  /** E-mail that has arrived at its address since the persona was opened. */
  readonly inbox: Inbox;
  /** SMS that have arrived at its number since the persona was opened. */
  readonly sms: Sms;
  readonly #sites: PersonaSites;
  readonly #keeper: PersonaKeeper;
  readonly #runtime: Runtime;
  readonly #onClose: () => Promise<void>;
  readonly #renewsPassword: boolean;
  readonly #signing: SigningPersona;
  readonly #seed: string;
  readonly #sessions: PersonaSessions<Persona>;
  readonly #saving: PersonaSaving;
  readonly #dispose: (() => Promise<void>) | undefined;

  private constructor(parts: PersonaParts, runtime: Runtime, options: OpenOptions) {
    this.name = parts.name;
    this.inbox = parts.inbox;
    this.sms = parts.sms;
    this.#sites = parts.sites;
    this.#keeper = parts.keeper;
    this.#runtime = runtime;
    this.#renewsPassword = options.renewsPassword ?? false;
    this.#signing = signingPersona(parts, {
      isFresh: options.fresh,
      renewPassword: async (page, timeout) => {
        await (await this.#accountWork()).changePassword(page, undefined, timeout === undefined ? {} : { timeout });
      },
    });
    this.#seed = options.seed ?? parts.name;
    this.#onClose = options.onClose ?? (() => Promise.resolve());
    const mayOpen = (page: Page, url: string): Promise<boolean> =>
      this.#sites.ofUrl(url, page).binding.mayOpen(page, url);
    const requireOpenable = (page: Page, url: string): Promise<void> =>
      this.#sites.ofUrl(url, page).binding.requireOpenable(page, url, this.name);
    this.#sessions = new PersonaSessions(this, { mayOpen, requireOpenable }, runtime, options.profiles);
    const { sites, keeper, name } = parts;
    const openSite = (credentials: Credentials): PersonaSite => this.#prepared(parts.openSite(credentials));
    const number = parts.hasNumber ? this.phone : undefined;
    this.#saving = new PersonaSaving({
      name,
      isFresh: options.fresh,
      number,
      sites,
      keeper,
      save: options.save,
      openSite,
    });
    this.#dispose = options.dispose;
    for (const site of sites.all) this.#prepared(site);
  }

  /**
   * Opens a persona and starts to watch its address and its number. If a source does not answer, the first wait for a
   * message throws the error.
   */
  static async open(
    unopened: UnopenedPersona,
    source: Source,
    runtime: Runtime,
    options: OpenOptions,
  ): Promise<Persona> {
    return new Persona(await assemblePersona(unopened, source, runtime, options), runtime, options);
  }

  /** Its authenticator at the site under test. */
  get totp(): Totp {
    return this.#sites.primary.totp;
  }

  /** Its recovery codes of the site under test. */
  get recoveryCodes(): RecoveryCodes {
    return this.#sites.primary.recoveryCodes;
  }

  /** Its passkeys of the site under test, and the browser contexts that have them. */
  get passkeys(): Passkeys {
    return this.#sites.primary.passkeys;
  }

  /** Sign-in attempts of this persona, shared with other workers; `undefined` for a new persona. @internal */
  get account(): Account | undefined {
    return this.#sites.primary.account;
  }

  /** Keeps what the persona learns. @internal */
  get keeper(): CredentialKeeper {
    return this.#keeper;
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
    return this.#sites.all[0]?.base.url;
  }

  /** Factors that it can use at the site under test, in order of preference. */
  get factors(): readonly Factor[] {
    return this.#signing.factorsOn(this.#sites.primary);
  }

  /**
   * Types the password. It shows in no step title and in no call log.
   *
   * @throws TwoFactorError `PERSONA_INCOMPLETE`, `ORIGIN_REFUSED`, `FILL_FAILED`
   * @example
   * await persona.fillPassword(page.getByLabel('Password'));
   */
  async fillPassword(locator: Locator, options: FillOptions = {}): Promise<void> {
    const site = await this.#sites.ofField(locator, options.timeout);
    await fillPasswordOf(site, locator, { ...options, runtime: this.#runtime, incomplete: this.#signing.incomplete });
  }

  /** The person to ask; `undefined` if there is none. @internal */
  get human(): Human | undefined {
    return this.#signing.human;
  }

  /** Types a secret that a person or a page has given for this persona, at its origins only. @internal */
  async fillSecret(locator: Locator, secret: Secret, options: FillOptions = {}): Promise<void> {
    const { binding } = await this.#sites.ofField(locator, options.timeout);
    await fillSecret(locator, secret, { ...options, binding });
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
    const { PersonaSignUp } = await import('./persona-sign-up.ts');
    const signUp = new PersonaSignUp(this, this.#sites, this.#seed, this.#runtime);
    const task = { ...options, url };
    await this.#runtime.step(`Sign up as ${this.name}`, () =>
      this.#sessions.during(page, () =>
        this.#answerAll(page, task, (credentials) => signUp.run(page, credentials, task)),
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
   * Saves the session of a page's context, for a later `openProfile()` or `openSession()`.
   *
   * @param url page that only a signed-in user may see. @default the page as it is
   * @throws TwoFactorError `PROFILE_NOT_SAVED` if the site shows no session, or another process saved one meanwhile
   * @example
   * await alice.signIn(page, 'https://app.example.com/login');
   * await alice.saveProfile(page);
   */
  async saveProfile(
    page: Page,
    url: string = page.url(),
    { name = this.name }: SaveProfileOptions = {},
  ): Promise<void> {
    await this.#runtime.step(`Save profile of ${this.name}`, () => this.#sessions.saveProfile(page, url, name));
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

  /**
   * Sets up a factor on the page where a site manages them: finds what begins it, gives the password again if the site
   * asks, reads the QR code or the key, confirms with a code, and keeps the recovery codes that the site shows.
   *
   * @param factor `totp` for the authenticator, `sms-code` for the number, `passkey`. @default 'totp'
   * @returns what was set up, without a secret
   * @throws TwoFactorError `ENROLLMENT_NOT_FOUND`, `ENROLLMENT_REFUSED`, `ENROLLMENT_UNPROVEN`, `OTP_SEED_INVALID`,
   *   `PERSONA_INCOMPLETE`, `CODE_TIMEOUT`
   * @example
   * await persona.enroll(page, 'totp', { url: '/settings/security' });
   */
  async enroll(page: Page, factor: EnrollableFactor = 'totp', options: EnrollOptions = {}): Promise<Enrolled> {
    return await this.#atAccount(`Set up ${factor}`, (work) => work.enroll(page, factor, options));
  }

  /**
   * Keeps the recovery codes that a page, an element or a downloaded text file shows. They replace the earlier ones.
   *
   * @returns their number
   * @throws TwoFactorError `RECOVERY_CODES_NOT_FOUND` if there are none, or several lists that may be some
   * @example
   * await persona.saveRecoveryCodes(page.getByRole('list', { name: 'Backup codes' }));
   */
  async saveRecoveryCodes(from: Page | Locator | Download): Promise<number> {
    return await this.#atAccount('Save recovery codes', (work) => work.saveRecoveryCodes(from));
  }

  /**
   * Changes the password, to a strong one that satisfies the rules of the page.
   *
   * @param url page with the form. @default the page as it is
   * @throws TwoFactorError `PASSWORD_CHANGE_NOT_FOUND`, `PASSWORD_CHANGE_REFUSED`, `PASSWORD_CHANGE_UNPROVEN`,
   *   `PASSWORD_RULES_UNMET`
   * @example
   * await persona.changePassword(page, '/settings/password');
   */
  async changePassword(page: Page, url?: string, options: PasswordOptions = {}): Promise<ChangedPassword> {
    return await this.#atAccount('Change password', (work) => work.changePassword(page, url, options));
  }

  /**
   * Sets a new password as somebody who has forgotten it: asks for the mail, opens its link or types its code, and signs in
   * with the new password if the site does not. The page ends signed in, with the same proof as after `signIn()`.
   *
   * @param url page of the sign-in or of the reset. @default the page as it is
   * @throws TwoFactorError as `changePassword()` and `signIn()`, and `CODE_TIMEOUT` if no mail came
   * @example
   * await persona.resetPassword(page, '/login');
   */
  async resetPassword(page: Page, url?: string, options: ResetOptions = {}): Promise<ChangedPassword> {
    return await this.#atAccount('Reset password', (work) => work.resetPassword(page, url, options));
  }

  async #atAccount<T>(title: string, run: (work: AccountWork) => Promise<T>): Promise<T> {
    return await this.#runtime.step(`${title} of ${this.name}`, async () => await run(await this.#accountWork()));
  }

  async #accountWork(): Promise<AccountWork> {
    const { AccountWork } = await import('./account-work.ts');
    const signIn = async (page: Page, task: SignInTask): Promise<Challenge> => await this.#runSignIn(page, task);
    return new AccountWork(this.#signing, this.#keeper, this.#runtime, signIn);
  }

  async #runSignIn(page: Page, task: SignInTask): Promise<Challenge> {
    return await this.#sessions.during(page, () => this.#answerAll(page, task));
  }

  async #answerAll(page: Page, task: SignInTask, run?: SignInRun): Promise<Challenge> {
    const { PersonaSignIn } = await import('./persona-sign-in.ts');
    const renewing = { renewPassword: this.#renewsPassword, ...task };
    return await new PersonaSignIn(this.#signing, this.#keeper, this.#runtime).run(page, renewing, run);
  }

  get #credentials(): Credentials {
    return this.#sites.all[0]?.credentials ?? { name: this.name };
  }

  /**
   * Saves a new persona in the vault with all of its members, so that it can be opened by a name: `personaName: 'buyer-7'`.
   * A stored persona saves what it learns if there is a key. This call saves the rest.
   *
   * @param name name to save it under. @default the name of a stored persona
   * @throws TwoFactorError `PERSONA_EXISTS` if another persona has the name, `SETTINGS_INVALID`; and the errors of the vault
   * @example
   * await persona.signUp(page, '/sign-up');
   * await persona.save('buyer-7');
   */
  async save(name?: string): Promise<void> {
    await this.#runtime.step(`Save ${name ?? this.name}`, () => this.#saving.save(name));
  }

  /**
   * Generates a strong password for a site, and keeps it. It is typed at the origins of that site only, and no other
   * password of the persona is. Does nothing if the persona has a password for the site.
   *
   * @param url any URL of the site
   * @throws TwoFactorError `SETTINGS_INVALID`; and the errors of the vault
   * @example
   * await persona.addCredentials('https://shop.example.com');
   * await persona.signUp(page, 'https://shop.example.com/sign-up');
   */
  async addCredentials(url: string, options: AddCredentialsOptions = {}): Promise<void> {
    await this.#runtime.step(`Add credentials for ${url}`, () => this.#saving.addCredentials(url, options));
  }

  /**
   * Deletes the accounts of the persona now, with the functions of `personas.onDispose()`. Without this call they run at the
   * end of the test, for each new persona that is not saved.
   *
   * @throws TwoFactorError `DISPOSE_FAILED`
   */
  async dispose(): Promise<void> {
    await this.#runtime.step(`Dispose of ${this.name}`, async () => await this.#dispose?.());
  }

  /** Origins at which it has made accounts, and the name under which it is saved. @internal */
  get traces(): { readonly accounts: readonly string[]; readonly savedAs: string | undefined } {
    return { accounts: this.#keeper.accounts, savedAs: this.#saving.savedAs };
  }

  #prepared(site: PersonaSite): PersonaSite {
    keepWhatIsLearned(site, this.#keeper, this.#sites);
    site.totp.readPage = (page) => this.challenge(page);
    return site;
  }

  /** Closes the persona. Returns the error of every wait that was cut off. */
  async close(): Promise<TwoFactorError[]> {
    await this.#sessions.close();
    const cutOff = await Promise.all([this.inbox.close(), this.sms.close()]);
    this.#signing.human?.close();
    for (const { passkeys } of this.#sites.all) await passkeys.closeAll();
    await this.#keeper.close();
    await this.#onClose();
    return cutOff.flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
