import type { HumanSettings } from '../human/settings.ts';
import type { OwnerOf } from '../inbox/timed-out-wait.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import type { ProfileServices } from '../profile/opened-profile.ts';

/** Options with which a persona is opened. */
export interface OpenOptions {
  /** True for a new persona, which the source may give a number. */
  readonly fresh: boolean;
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
  /** Settings for requests to a person. */
  readonly human?: HumanSettings | undefined;
}
