import { join } from 'node:path';
import type { Ledger } from '../../ledger/ledger.ts';
import { memoize } from '../../core/memoize.ts';
import { FolderStore } from './folder-store.ts';
import { LastVerified } from '../last-verified.ts';
import { LedgerStore } from './ledger-store.ts';
import type { ProfileStore, Sealing } from './store.ts';

/** Where a project keeps its profiles, and what is known of them. */
export interface SavedProfiles {
  readonly store: ProfileStore;
  readonly lastSeen: LastVerified;
}

export interface OpenProfilesOptions {
  readonly ledger: Ledger;
  /** Whether other machines use the same ledger. */
  readonly isShared: boolean;
  /** The project's own folder. */
  readonly folder: string;
  readonly sealing: () => Promise<Sealing | undefined>;
}

/** Profiles beside the ledger where machines share one, else in a folder. Nothing is read yet. */
export function openProfiles({ ledger, isShared, folder, sealing }: OpenProfilesOptions): SavedProfiles {
  const found = memoize(sealing);
  const store = isShared
    ? new LedgerStore({ ledger, sealing: found })
    : new FolderStore({ folder: join(folder, 'profiles'), ledger, sealing: found });
  return { store, lastSeen: new LastVerified(ledger) };
}
