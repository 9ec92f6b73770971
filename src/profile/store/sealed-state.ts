import { type SavedState, isSavedState } from '../state.ts';
import type { Sealing } from './store.ts';

/** Result of opening a text: a state, `sealed` if its key is not available, or `undefined` for other content. */
export type OpenResult = SavedState | 'sealed' | undefined;

/**
 * Converts saved states to text and back, encrypted if there is a key. It caches the last text of each profile, because
 * each test opens the same one.
 */
export class SealedState {
  readonly #sealing: () => Promise<Sealing | undefined>;
  readonly #last = new Map<string, { readonly text: string; readonly saved: SavedState }>();

  /** @param sealing called on first use */
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

  async open(name: string, text: string): Promise<OpenResult> {
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
