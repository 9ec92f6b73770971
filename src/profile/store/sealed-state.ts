import { type SavedState, isSavedState } from '../state.ts';
import type { Sealing } from './store.ts';

/** What a text turned out to be: a state, one that is sealed to a key that is not here, or nothing of ours. */
export type Opened = SavedState | 'sealed' | undefined;

/**
 * A saved state as text, encrypted where there is a key. It remembers what it opened last of each profile, because every
 * test opens the same.
 */
export class SealedState {
  readonly #sealing: () => Promise<Sealing | undefined>;
  readonly #last = new Map<string, { readonly text: string; readonly saved: SavedState }>();

  /** @param sealing asked when it is first needed */
  constructor(sealing: () => Promise<Sealing | undefined>) {
    this.#sealing = sealing;
  }

  async isSealing(): Promise<boolean> {
    return (await this.#sealing()) !== undefined;
  }

  async close(name: string, saved: SavedState): Promise<string> {
    const plain = JSON.stringify(saved);
    const text = (await (await this.#sealing())?.seal(plain)) ?? plain;
    this.#last.set(name, { text, saved });
    return text;
  }

  async open(name: string, text: string): Promise<Opened> {
    const last = this.#last.get(name);
    if (last?.text === text) return last.saved;
    const plain = isSealed(text) ? await (await this.#sealing())?.open(text) : text;
    if (plain === undefined) return 'sealed';
    const saved = parse(plain);
    if (saved) this.#last.set(name, { text, saved });
    return saved;
  }
}

function isSealed(text: string): boolean {
  return text.startsWith('-----BEGIN AGE');
}

function parse(text: string): SavedState | undefined {
  try {
    const saved: unknown = JSON.parse(text);
    return isSavedState(saved) ? saved : undefined;
  } catch {
    return undefined;
  }
}
