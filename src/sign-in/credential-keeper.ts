import type { StoredPasskey } from '../passkey/passkey.ts';

/** Members that a persona chooses for a site, or gets from it. A member that did not change is absent. */
export interface LearnedMembers {
  readonly email?: string;
  /** E.164, such as `+12025552368`. */
  readonly phone?: string;
  readonly username?: string;
  readonly password?: string;
  /** `otpauth://` URI. */
  readonly totp?: string;
  /** The codes that are valid from now on: they replace the earlier ones. */
  readonly recoveryCodes?: readonly string[];
  /** All passkeys of the site, the earlier ones included. */
  readonly passkeys?: readonly StoredPasskey[];
}

/** A change that is written down, and that the site has not accepted yet. Each method ends it; a second call does nothing. */
export interface ProposedChange {
  /** The site accepted it: the new values replace the old ones. */
  confirm(): Promise<void>;
  /** The site refused it: the old values stay. */
  withdraw(): Promise<void>;
  /** Nothing proves either: both values are kept, and the next sign-in tries the new ones first. */
  leave(): Promise<void>;
}

/** Keeps what a persona learns about one site. */
export interface CredentialKeeper {
  /**
   * Writes new members down, before the site is told to go on. The persona uses them from now on. If the process dies before
   * the change is confirmed or withdrawn, the old and the new values are kept, and the next sign-in tries the new ones first.
   *
   * @param origin origin of the site, such as `https://app.example.com`
   */
  propose(origin: string, members: LearnedMembers): Promise<ProposedChange>;
}
