import { TwoFactorError } from '../../core/errors.ts';
import type { Ledger, Versioned } from '../../ledger/ledger.ts';
import { SealedState } from './sealed-state.ts';
import type { SavedState } from '../state.ts';
import type { ProfileStore, Sealing } from './store.ts';

/** The key of the list of names, because a ledger cannot list its keys. */
const NAMES = 'profiles';

export interface LedgerStoreOptions {
  readonly ledger: Pick<Ledger, 'name' | 'read' | 'compareAndSwap'>;
  /** @default not encrypted */
  readonly sealing?: () => Promise<Sealing | undefined>;
}

/** Stores profiles in the ledger, for all machines that share it. */
export class LedgerStore implements ProfileStore {
  readonly name: string;
  readonly #ledger: LedgerStoreOptions['ledger'];
  readonly #sealedState: SealedState;

  constructor({ ledger, sealing = () => Promise.resolve(undefined) }: LedgerStoreOptions) {
    this.name = ledger.name;
    this.#ledger = ledger;
    this.#sealedState = new SealedState(sealing);
  }

  /** @throws TwoFactorError `VAULT_KEY_WRONG` if another machine has encrypted it with another key */
  async read(name: string): Promise<SavedState | undefined> {
    return await this.#open(name, await this.#ledger.read(keyOf(name)));
  }

  async write(name: string, saved: SavedState, replacedId: string | undefined): Promise<boolean> {
    const current = await this.#ledger.read(keyOf(name));
    if ((await this.#open(name, current))?.id !== replacedId) return false;
    const text = await this.#sealedState.close(name, saved);
    if (!(await this.#ledger.compareAndSwap(keyOf(name), current.version, text))) return false;
    if (current.value === undefined) await this.#addName(name);
    return true;
  }

  async discard(name: string): Promise<void> {
    for (;;) {
      const { version, value } = await this.#ledger.read(keyOf(name));
      if (value === undefined || (await this.#ledger.compareAndSwap(keyOf(name), version, undefined))) return;
    }
  }

  async names(): Promise<string[]> {
    const names = namesIn(await this.#ledger.read(NAMES));
    const values = await Promise.all(names.map(async (name) => (await this.#ledger.read(keyOf(name))).value));
    return names.filter((_, index) => values[index] !== undefined);
  }

  async #addName(name: string): Promise<void> {
    for (;;) {
      const current = await this.#ledger.read(NAMES);
      const names = namesIn(current);
      if (names.includes(name)) return;
      const changed = JSON.stringify([...names, name].toSorted());
      if (await this.#ledger.compareAndSwap(NAMES, current.version, changed)) return;
    }
  }

  async #open(name: string, { value }: Versioned): Promise<SavedState | undefined> {
    const saved = value === undefined ? undefined : await this.#sealedState.open(name, value);
    if (saved !== 'sealed') return saved;
    const text = `Profile "${name}" in ${this.name} is encrypted with a key that this machine does not have. Set the same key on all machines in PLAYWRIGHT_2FA_KEY, add their keys to the vault (npx playwright-2fa vault rekey), or delete the profile: npx playwright-2fa profile discard ${name}`;
    throw new TwoFactorError('VAULT_KEY_WRONG', text);
  }
}

function keyOf(name: string): string {
  return `profile/${name}`;
}

function namesIn({ value }: Versioned): string[] {
  return value === undefined ? [] : (JSON.parse(value) as string[]);
}
