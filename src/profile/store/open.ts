import { join } from 'node:path';
import type { Ledger } from '../../ledger/ledger.ts';
import { memoize } from '../../core/memoize.ts';
import { FolderStore } from './folder-store.ts';
import { LastVerified } from '../last-verified.ts';
import { LedgerStore } from './ledger-store.ts';
import type { ProfileStore, Sealing } from './store.ts';

/** The saved profiles of a project, and when each was last found alive. */
export interface ProfileStorage {
  readonly store: ProfileStore;
  readonly lastVerified: LastVerified;
}

export interface OpenProfilesOptions {
  readonly ledger: Ledger;
  /** True if other machines use the same ledger. */
  readonly isShared: boolean;
  /** The `.playwright-2fa` folder of the project. */
  readonly folder: string;
  readonly sealing: () => Promise<Sealing | undefined>;
}

/** Opens the profiles: in the ledger if several machines share it, otherwise in a folder. Reads nothing yet. */
export function openProfiles({ ledger, isShared, folder, sealing }: OpenProfilesOptions): ProfileStorage {
  const openSealing = memoize(sealing);
  const store = isShared
    ? new LedgerStore({ ledger, sealing: openSealing })
    : new FolderStore({ folder: join(folder, 'profiles'), ignoredFolder: folder, ledger, sealing: openSealing });
  return { store, lastVerified: new LastVerified(ledger) };
}
