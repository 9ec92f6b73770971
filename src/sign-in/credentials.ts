import type { Locator, Page } from '@playwright/test';
import type { Factor } from '../challenge/challenge.ts';
import type { IdentifierKind } from '../challenge/identifier.ts';
import type { ReadCodeFormat } from '../waiting/code-format.ts';
import type { VirtualAuthenticator } from '../passkey/virtual-authenticator.ts';
import type { Human } from '../human/human.ts';
import type { RecoveryCodes } from '../otp/recovery-codes.ts';
import type { Totp } from '../otp/totp.ts';
import type { FillOptions } from '../secret/fill.ts';
import type { Secret } from '../secret/secret.ts';
import type { Inbox, Sms } from '../inbox/inbox.ts';

/** Kind of a refusal by a site. */
export type Refusal = 'password' | 'code' | 'lockout';

/** Credentials that a persona answers challenges with. */
export interface SignInCredentials {
  readonly name: string;
  /** Factors of the persona, most preferred first. */
  readonly factors: readonly Factor[];
  readonly hasPassword: boolean;
  /** Timeout of a wait for a message, in milliseconds. */
  readonly timeout: number;
  /** Form of the codes in messages. Undefined if the page and the message tell it. */
  readonly codeFormat: ReadCodeFormat | undefined;
  readonly inbox: Inbox;
  readonly sms: Sms;
  readonly totp: Totp;
  readonly recoveryCodes: RecoveryCodes;
  /** Returns the credentials for another page of the same sign-in. */
  onPage(page: Page): SignInCredentials;
  /** Records a refusal. @returns true if another answer may be tried: for a password, another password */
  refused(refusal: Refusal, message?: string): Promise<boolean>;
  /** People who can be asked for a code or an approval. */
  readonly human: Human | undefined;
  /** Virtual authenticator of the browser context. */
  readonly passkeys: VirtualAuthenticator;
  /** Relying party ids of the stored passkeys. */
  readonly passkeyDomains: readonly string[];
  /** True if the virtual authenticator answers passkey prompts, and not the browser. */
  readonly hasAuthenticator: boolean;
  /** Returns the member that would add a factor or a password to the persona, for an error. Undefined if there is none. */
  memberToAdd(wanted: Factor | 'password'): string | undefined;
  /** Returns the e-mail address, phone number or user name for a field. @throws TwoFactorError `PERSONA_INCOMPLETE` */
  identifier(kind: IdentifierKind): string;
  /** Returns the memorable word. @throws TwoFactorError `PERSONA_INCOMPLETE` */
  memorableWord(): Secret;
  /** Returns the characters of the password or the memorable word at 1-based positions. @throws TwoFactorError `PERSONA_INCOMPLETE` */
  characters(role: 'password' | 'memorable-word', positions: readonly number[]): Secret;
  /** Types the password, if the origin of the field is allowed. */
  fillPassword(locator: Locator, options?: FillOptions): Promise<void>;
  /** Gives the site a new password on the page that requires one, and keeps it. Undefined if it cannot be kept. */
  renewPassword?(page: Page, timeout: number): Promise<void>;
  /** Checks that a form with a secret may be sent to an origin. @throws TwoFactorError `ORIGIN_REFUSED` */
  requireTarget(page: Page, origin: string): Promise<void>;
  /** Types a new password, if the origin of the field is allowed. */
  fillNewPassword(locator: Locator, password: Secret, options?: FillOptions): Promise<void>;
  /** Types a code, if the origin of the field is allowed. */
  fillCode(locator: Locator, code: Secret, options?: FillOptions): Promise<void>;
}
