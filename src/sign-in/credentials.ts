import type { Locator } from '@playwright/test';
import type { Factor } from '../challenge/challenge.ts';
import type { IdentifierKind } from '../challenge/identifier.ts';
import type { VirtualAuthenticator } from '../passkey/virtual-authenticator.ts';
import type { Human } from '../human/human.ts';
import type { RecoveryCodes } from '../otp/recovery-codes.ts';
import type { Totp } from '../otp/totp.ts';
import type { FillOptions } from '../secret/fill.ts';
import type { Secret } from '../secret/secret.ts';
import type { Inbox, Sms } from '../inbox/inbox.ts';

/** What a site said no to. */
export type Refusal = 'password' | 'code' | 'lockout';

/** What a persona answers challenges with. */
export interface SignInCredentials {
  readonly name: string;
  /** What it can answer with, the preferred first. */
  readonly factors: readonly Factor[];
  readonly hasPassword: boolean;
  /** How long a wait for a message takes at most, in milliseconds. */
  readonly timeout: number;
  readonly inbox: Inbox;
  readonly sms: Sms;
  readonly totp: Totp;
  readonly recoveryCodes: RecoveryCodes;
  /** Notes a refusal. @returns whether another answer may be tried */
  refused(refusal: Refusal, said?: string): Promise<boolean>;
  /** The people who can be asked. */
  readonly human: Human | undefined;
  /** The passkeys in the context of the page. */
  readonly passkeys: VirtualAuthenticator;
  /** What its stored passkeys are for. */
  readonly passkeyDomains: readonly string[];
  /** Whether pages that key for a passkey are answered by the persona's, and not by the browser. */
  readonly hasAuthenticator: boolean;
  /** What it types where it is asked who it is. */
  identifier(kind: IdentifierKind): string;
  /** Types its password, where it may go. */
  fillPassword(locator: Locator, options?: FillOptions): Promise<void>;
  /** Types a code, where it may go. */
  fillCode(locator: Locator, code: Secret, options?: FillOptions): Promise<void>;
}
