import type { SavedState } from '../state.ts';

/** Stores saved profiles. */
export interface ProfileStore {
  /** A name for messages. */
  readonly name: string;

  /** Reads a profile. Returns `undefined` for content that is not a profile: a new sign-in replaces it. */
  read(name: string): Promise<SavedState | undefined>;

  /**
   * Atomically replaces the state that was read. Only the user can read the result.
   *
   * @param replacedId the `id` of the state to replace; `undefined` if there was none
   * @returns false if another state was saved since, which stays
   */
  write(name: string, saved: SavedState, replacedId: string | undefined): Promise<boolean>;

  /** Deletes a profile. A state that was read before can then no longer be replaced. */
  discard(name: string): Promise<void>;

  /** Lists the names of all profiles, sorted. */
  names(): Promise<string[]>;
}

export type { Sealing } from '../../core/sealing.ts';
