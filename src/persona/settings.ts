import type { CodeFormat } from '../waiting/code-format.ts';
import type { SecretReference } from '../secret/references/reference.ts';
import type { StoredPasskey } from '../passkey/passkey.ts';

/**
 * A stored persona in the configuration. Each member may come from the environment instead: `PERSONA_<NAME>_<MEMBER>`.
 * Each may be a reference to a value that is kept elsewhere, such as `op://QA/alice/password`.
 * `src/persona/members.ts` defines how each is checked and read.
 */
export interface PersonaSettings {
  readonly email?: string;
  /** User name. @default the e-mail address */
  readonly username?: string;
  readonly password?: string;
  /** Memorable word or answer, of which banks ask for single characters. */
  readonly memorableWord?: string;
  /** E.164, such as `+12025552368`. */
  readonly phone?: string;
  /**
   * Seed of its authenticator: an `otpauth://totp/` or `otpauth://hotp/` URI, or Base32; or `device:` and the name of a
   * device of the message source (Mailosaur).
   */
  readonly totp?: string;
  /** Recovery codes of the site. Each is used once. The vault is the better place for them. */
  readonly recoveryCodes?: readonly string[] | SecretReference;
  /** Result of `context.credentials.get()` after the passkeys were registered. The vault is the better place for it. */
  readonly passkeys?: readonly StoredPasskey[] | SecretReference;
  /**
   * Form of the codes that its site sends by e-mail or SMS, such as `{ length: 8, charset: 'alphanumeric' }` or
   * `{ pattern: /PIN: (\w+)/ }`. Its waits for a code use it. @default what the page and the message tell
   */
  readonly code?: CodeFormat | SecretReference;
  /** URL of its site. */
  readonly url?: string;
  /**
   * Origins where its secrets may be typed and its links opened, such as `https://app.example.com`, or
   * `https://*.example.com` for subdomains. @default the origin of `url`, else of the test's `baseURL`
   */
  readonly origins?: readonly string[] | SecretReference;
  /** True if one test at a time uses this persona, on all machines that share the ledger. @default false */
  readonly exclusive?: boolean;
  /**
   * Address of a person that gets a copy of its mail, through the mail server in `forwardTo` of `withTwoFactor` or in
   * `PLAYWRIGHT_2FA_FORWARD_TO`. It needs `email` in the configuration. @default no copies
   */
  readonly forwardTo?: string;
  /**
   * True if its sign-ins set a new password where its site demands one, because the old one has expired. Give it a vault,
   * which keeps the new one. @default false
   */
  readonly renewPassword?: boolean;
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;
