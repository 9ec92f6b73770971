import type { Locator, Page } from '@playwright/test';
import type { Factor } from '../challenge/challenge.ts';
import type { IdentifierKind } from '../challenge/identifier.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Human } from '../human/human.ts';
import type { Inbox, Sms } from '../inbox/inbox.ts';
import type { ReadCodeFormat } from '../waiting/code-format.ts';
import type { RecoveryCodes } from '../otp/recovery-codes.ts';
import type { Totp } from '../otp/totp.ts';
import type { VirtualAuthenticator } from '../passkey/virtual-authenticator.ts';
import { charactersOf } from '../secret/characters.ts';
import { type FillOptions, fillSecret } from '../secret/fill.ts';
import { pageOrigin } from '../secret/origins.ts';
import type { Secret } from '../secret/secret.ts';
import type { Refusal, SignInCredentials } from '../sign-in/credentials.ts';
import type { SignInTurn } from './account.ts';
import { identifierOf } from './credentials.ts';
import { type IncompletePersona, memberToAdd, withoutIdentifier } from './errors.ts';
import type { PersonaSite } from './persona-site.ts';
import type { PersonaSites } from './persona-sites.ts';
import { secretOf } from './secret-member.ts';
import type { SignInTrial } from './sign-in-trial.ts';

/** The persona that signs in. */
export interface SigningPersona {
  readonly name: string;
  readonly sites: PersonaSites;
  readonly inbox: Inbox;
  readonly sms: Sms;
  readonly human: Human | undefined;
  readonly incomplete: IncompletePersona;
  /** Its number, if it has one. */
  readonly number: string | undefined;
  /** Factors that it can use on a site, most preferred first. */
  factorsOn(site: PersonaSite): readonly Factor[];
  /** Sets a new password on the page that requires one. */
  renewPassword(page: Page, timeout: number | undefined): Promise<void>;
}

export interface SiteCredentialsOptions {
  readonly page: Page;
  /** Site where the sign-in begins. */
  readonly start: PersonaSite;
  readonly turn: SignInTurn | undefined;
  readonly trial: SignInTrial;
  readonly runtime: Runtime;
  readonly passkeys: VirtualAuthenticator;
  readonly hasAuthenticator: boolean;
}

/** Credentials of a sign-in: those of the site that the page is on, which changes if one site signs in with another. */
export class SiteCredentials implements SignInCredentials {
  readonly name: string;
  readonly timeout: number;
  readonly inbox: Inbox;
  readonly sms: Sms;
  readonly human: Human | undefined;
  readonly passkeys: VirtualAuthenticator;
  readonly hasAuthenticator: boolean;
  readonly #persona: SigningPersona;
  readonly #options: SiteCredentialsOptions;
  #site: PersonaSite;

  constructor(persona: SigningPersona, options: SiteCredentialsOptions) {
    this.#persona = persona;
    this.#options = options;
    this.#site = options.start;
    ({ name: this.name, inbox: this.inbox, sms: this.sms, human: this.human } = persona);
    ({ passkeys: this.passkeys, hasAuthenticator: this.hasAuthenticator } = options);
    this.timeout = options.runtime.timeout;
  }

  get factors(): readonly Factor[] {
    return this.#persona.factorsOn(this.#here);
  }

  get hasPassword(): boolean {
    return this.#here.credentials.password !== undefined;
  }

  get codeFormat(): ReadCodeFormat | undefined {
    return this.#here.credentials.code;
  }

  get totp(): Totp {
    return this.#here.totp;
  }

  get recoveryCodes(): RecoveryCodes {
    return this.#here.recoveryCodes;
  }

  get passkeyDomains(): readonly string[] {
    return this.#options.start.passkeys.rpIds;
  }

  /** Site of the page; on a page of none, the last one. */
  get #here(): PersonaSite {
    this.#site = this.#persona.sites.listing(pageOrigin(this.#options.page)) ?? this.#site;
    return this.#site;
  }

  onPage(page: Page): SiteCredentials {
    return new SiteCredentials(this.#persona, { ...this.#options, page });
  }

  async refused(refusal: Refusal, said?: string): Promise<boolean> {
    const site = this.#here;
    const verdict = await this.#options.trial.refused(site, refusal);
    if (verdict !== 'final') return verdict === 'retry';
    return (await site.account?.refused(refusal, said)) ?? refusal === 'code';
  }

  identifier(kind: IdentifierKind): string {
    const { credentials } = this.#here;
    const { number, incomplete } = this.#persona;
    const identifier = identifierOf(credentials, kind, number);
    if (identifier === undefined) throw withoutIdentifier(incomplete, kind);
    this.#options.trial.types(this.#here, 'identifier');
    return identifier;
  }

  memberToAdd(wanted: Factor | 'password'): string | undefined {
    return memberToAdd(this.#persona.incomplete, wanted);
  }

  memorableWord(): Secret {
    return this.#secret('memorable-word');
  }

  characters(role: 'password' | 'memorable-word', positions: readonly number[]): Secret {
    if (role === 'password') this.#options.trial.types(this.#here, 'password');
    return charactersOf(this.#secret(role), positions);
  }

  async fillPassword(locator: Locator, options: FillOptions = {}): Promise<void> {
    const { turn, trial, runtime } = this.#options;
    await turn?.check(); // after a pause of this process, another worker may send the password
    const site = await this.#siteOf(locator, options);
    trial.types(site, 'password');
    await fillPasswordOf(site, locator, { ...options, runtime, incomplete: this.#persona.incomplete });
  }

  async renewPassword(page: Page, timeout?: number): Promise<void> {
    await this.#persona.renewPassword(page, timeout);
  }

  async requireTarget(page: Page, origin: string): Promise<void> {
    await this.#here.binding.requireTarget(page, origin, this.name);
  }

  async fillNewPassword(locator: Locator, password: Secret, options: FillOptions = {}): Promise<void> {
    const site = await this.#siteOf(locator, options);
    await this.#options.runtime.step(`Fill new password of ${this.name}`, () =>
      fillSecret(locator, password, { ...options, binding: site.binding }),
    );
  }

  async fillCode(locator: Locator, code: Secret, options: FillOptions = {}): Promise<void> {
    const { trial, runtime } = this.#options;
    const site = await this.#siteOf(locator, options);
    if (code.label.endsWith('/totp')) trial.types(site, 'otp');
    if (code.label.endsWith('/recovery code')) trial.types(site, 'recoveryCodes');
    await runtime.step('Fill code', () => fillSecret(locator, code, { ...options, binding: site.binding }));
  }

  async #siteOf(locator: Locator, { timeout }: FillOptions): Promise<PersonaSite> {
    const here = this.#here;
    return this.#persona.sites.all.length < 2 ? here : await this.#persona.sites.ofField(locator, timeout, here);
  }

  #secret(role: 'password' | 'memorable-word'): Secret {
    return secretOf(this.#here.credentials, role, this.#persona.incomplete.isFresh ?? false);
  }
}

/** Types the password of a site. @throws TwoFactorError `PERSONA_INCOMPLETE`, `SIGN_IN_BLOCKED`; and as `fillSecret()` */
export async function fillPasswordOf(
  { credentials, account, binding }: PersonaSite,
  locator: Locator,
  { runtime, incomplete, ...options }: FillOptions & { runtime: Runtime; incomplete: IncompletePersona },
): Promise<void> {
  const password = secretOf(credentials, 'password', incomplete.isFresh ?? false);
  await account?.check();
  await runtime.step(`Fill password of ${incomplete.name}`, () =>
    fillSecret(locator, password, { ...options, binding }),
  );
}
