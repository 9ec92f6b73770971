import type { StoredPasskey } from '../passkey/passkey.ts';

/** A stored persona, as a configuration writes it. Each member may stand in the environment instead. */
export interface PersonaSettings {
  readonly email?: string;
  /** What it types as user name. @default the e-mail address */
  readonly username?: string;
  readonly password?: string;
  /** E.164, such as `+12025552368`. */
  readonly phone?: string;
  /**
   * The seed of its authenticator: an `otpauth://totp/` or `otpauth://hotp/` URI, or Base32; or `device:` and the name of
   * one that the source of messages keeps (Mailosaur).
   */
  readonly totp?: string;
  /** What the site gave for when the authenticator is lost. Each is used once; the vault is a better place for them. */
  readonly recoveryCodes?: readonly string[];
  /** What `context.credentials.get()` gave when they were registered; the vault is a better place for them. */
  readonly passkeys?: readonly StoredPasskey[];
  /** The site it belongs to. */
  readonly url?: string;
  /**
   * Where its password and codes may be typed and its links opened: exact origins, such as `https://app.example.com`, or
   * `https://*.example.com` for subdomains. @default the origin of `url`, else of the test's `baseURL`
   */
  readonly origins?: readonly string[];
  /** Whether one test at a time is this persona, on all machines that share the ledger; the others wait. @default false */
  readonly exclusive?: boolean;
}

/** Environment variables, and which file they come from when they do not come from the process. */
export type Environment = Readonly<Record<string, string | undefined>>;
