import type { Locator, Page } from '@playwright/test';
import type { Inbox, Sms } from '../inbox/inbox.ts';
import type { ReadCodeFormat } from '../waiting/code-format.ts';
import type { OtpSeed } from '../otp/seed.ts';
import type { Totp } from '../otp/totp.ts';
import type { StoredPasskey } from '../passkey/passkey.ts';
import type { FillOptions } from '../secret/fill.ts';
import type { Secret } from '../secret/secret.ts';
import type { CredentialKeeper } from '../sign-in/credential-keeper.ts';

/** Members and actions with which a persona changes its account on a site. */
export interface AccountCredentials {
  readonly name: string;
  /** User name or address that the site knows the persona by. */
  readonly username: string;
  /** E-mail address, else undefined. */
  readonly email: string | undefined;
  /** Number in E.164 form, else undefined. */
  readonly phone: string | undefined;
  readonly password: Secret | undefined;
  readonly inbox: Inbox;
  readonly sms: Sms;
  readonly codeFormat: ReadCodeFormat | undefined;
  /** Timeout of a wait for a message, in milliseconds. */
  readonly timeout: number;
  /** Keeps what the site and the persona agree on. The persona uses it from then on. */
  readonly keeper: CredentialKeeper;
  /** Returns an authenticator with a seed that the site has not accepted yet. */
  authenticator(seed: OtpSeed): Totp;
  /** All passkeys of the browser context. */
  passkeys(page: Page): Promise<readonly StoredPasskey[]>;
  /** Types a secret, on the origins of the persona only. */
  fill(locator: Locator, secret: Secret, options?: FillOptions): Promise<void>;
  /** Checks that a button may send a form to an origin. @throws TwoFactorError `ORIGIN_REFUSED` */
  requireTarget(page: Page, origin: string): Promise<void>;
}
