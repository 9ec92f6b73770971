import type { SavedState } from '../state.ts';

/** Where profiles are kept. */
export interface ProfileStore {
  /** For people. */
  readonly name: string;

  /** What is kept under a name. What cannot be read as a profile counts as none: signing in anew mends it. */
  read(name: string): Promise<SavedState | undefined>;

  /**
   * Puts a state in the place of the one that was read, for the eyes of its owner only, as a whole or not at all.
   *
   * @param over the `id` of what it replaces; nothing where there was none
   * @returns false when another is kept by now, which stays
   */
  write(name: string, saved: SavedState, over: string | undefined): Promise<boolean>;

  /** Forgets what is kept. A state that was read before can then no longer be written over it. */
  discard(name: string): Promise<void>;

  /** The names of all that is kept, in order. */
  names(): Promise<string[]>;
}

export type { Sealing } from '../../core/sealing.ts';
