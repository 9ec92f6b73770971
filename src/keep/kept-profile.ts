import type { RestoreOptions } from '../profile/restore.ts';

/** Attempts to sign in as the persona of a profile, as the ledger records them. */
export interface KeptAccount {
  /** @throws TwoFactorError `SIGN_IN_BLOCKED` if the site has refused this password, however long ago */
  checkPassword(): Promise<void>;
  /** Records that the site refused the password. */
  passwordRefused(): Promise<void>;
}

/** A profile to keep signed in: how its session is probed and renewed, with or without a browser. */
export interface KeptProfile extends Pick<RestoreOptions, 'name' | 'browser' | 'maxAge' | 'rotate' | 'probeUrl'> {
  /** @default no password is known to be refused */
  readonly account?: KeptAccount | undefined;
  /** Called when the site says that the session is alive. */
  readonly onAlive?: () => Promise<void>;
}
