import type { PersonaRecord } from '../vault/record.ts';
import type { Credentials } from './credentials.ts';
import type { PersonaStore } from './persona-store.ts';
import type { StoredPersona } from './stored-sites.ts';
import type { HumanSettings } from '../human/settings.ts';
import type { OwnerOf } from '../waiting/timed-out-wait.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import type { PasskeySettings } from '../passkey/passkey-device.ts';
import type { ProfileServices } from '../profile/opened-profile.ts';

/** A persona as it is read or generated, before it is opened. */
export interface UnopenedPersona extends StoredPersona {
  readonly store: PersonaStore;
}

/** Returns the members of a persona at the site under test, else at its first site. */
export function credentialsOf({ name, primary, others }: StoredPersona): Credentials {
  return ('credentials' in primary ? primary : others[0])?.credentials ?? { name };
}

/**
 * Saves a document under the name of a stored persona. Returns its place.
 *
 * @param isOwn true if a stored document of this name is that of the same persona
 * @throws TwoFactorError `PERSONA_EXISTS`; and the errors of the vault
 */
export type PersonaSaver = (
  name: string,
  record: PersonaRecord,
  isOwn: boolean,
) => Promise<{ readonly store: PersonaStore; readonly record: PersonaRecord }>;

/** Options with which a persona is opened. */
export interface OpenOptions {
  /** True for a new persona, which the source may give a number. */
  readonly fresh: boolean;
  /** True if its sign-ins set a new password where a site demands one. @default false */
  readonly renewsPassword?: boolean;
  /** Text that the person of a sign-up is made from. @default the name of the persona */
  readonly seed?: string | undefined;
  /** Origin of the application under test. */
  readonly application?: string | undefined;
  /** Called when the persona closes. */
  readonly onClose?: () => Promise<void>;
  /** Returns the owner of an address. */
  readonly ownerOf?: OwnerOf;
  /** Opens the ledger of codes and messages. */
  readonly ledger?: OpenLedger | undefined;
  /** Opens the store of its sessions. */
  readonly profiles?: (() => Promise<ProfileServices>) | undefined;
  /** Saves the persona under a name. */
  readonly save?: PersonaSaver | undefined;
  /** Deletes the accounts of the persona, with the functions of the caller. */
  readonly dispose?: (() => Promise<void>) | undefined;
  /** Device that answers passkey prompts. */
  readonly passkey?: PasskeySettings | undefined;
  /** Settings for requests to a person. */
  readonly human?: HumanSettings | undefined;
}
