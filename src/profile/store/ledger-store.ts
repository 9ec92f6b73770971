import { TwoFactorError } from '../../core/errors.ts';
import type { Ledger, Versioned } from '../../ledger/ledger.ts';
import { SealedState } from './sealed-state.ts';
import type { SavedState } from '../state.ts';
import type { ProfileStore, Sealing } from './store.ts';

/** Where the names are written down: a ledger finds what it is asked for, and lists nothing. */
const NAMES = 'profiles';

export interface LedgerStoreOptions {
  readonly ledger: Pick<Ledger, 'name' | 'read' | 'compareAndSwap'>;
  /** @default not encrypted */
  readonly sealing?: () => Promise<Sealing | undefined>;
}

/** Profiles beside the ledger, for all machines that share it. */
export class LedgerStore implements ProfileStore {
  readonly name: string;
  readonly #ledger: LedgerStoreOptions['ledger'];
  readonly #envelope: SealedState;

  constructor({ ledger, sealing = () => Promise.resolve(undefined) }: LedgerStoreOptions) {
    this.name = ledger.name;
    this.#ledger = ledger;
    this.#envelope = new SealedState(sealing);
  }

  /** @throws TwoFactorError `VAULT_KEY_WRONG` when another machine encrypted it to a key that is not this one's. */
  async read(name: string): Promise<SavedState | undefined> {
    return await this.#open(name, await this.#ledger.read(keyOf(name)));
  }

  async write(name: string, saved: SavedState, over: string | undefined): Promise<boolean> {
    const kept = await this.#ledger.read(keyOf(name));
    if ((await this.#open(name, kept))?.id !== over) return false;
    const text = await this.#envelope.close(name, saved);
    if (!(await this.#ledger.compareAndSwap(keyOf(name), kept.version, text))) return false;
    if (kept.value === undefined) await this.#list(name);
    return true;
  }

  async discard(name: string): Promise<void> {
    for (;;) {
      const { version, value } = await this.#ledger.read(keyOf(name));
      if (value === undefined || (await this.#ledger.compareAndSwap(keyOf(name), version, undefined))) return;
    }
  }

  async names(): Promise<string[]> {
    const listed = namesIn(await this.#ledger.read(NAMES));
    const kept = await Promise.all(listed.map(async (name) => (await this.#ledger.read(keyOf(name))).value));
    return listed.filter((_, index) => kept[index] !== undefined);
  }

  async #list(name: string): Promise<void> {
    for (;;) {
      const listed = await this.#ledger.read(NAMES);
      const names = namesIn(listed);
      if (names.includes(name)) return;
      const all = JSON.stringify([...names, name].toSorted());
      if (await this.#ledger.compareAndSwap(NAMES, listed.version, all)) return;
    }
  }

  async #open(name: string, { value }: Versioned): Promise<SavedState | undefined> {
    const saved = value === undefined ? undefined : await this.#envelope.open(name, value);
    if (saved !== 'sealed') return saved;
    const text = `Profile "${name}" in ${this.name} is encrypted to a key that is not here. Give all machines the same key in PLAYWRIGHT_2FA_KEY, list theirs in the vault (npx playwright-2fa vault rekey), or forget it: npx playwright-2fa profile discard ${name}`;
    throw new TwoFactorError('VAULT_KEY_WRONG', text);
  }
}

function keyOf(name: string): string {
  return `profile/${name}`;
}

function namesIn({ value }: Versioned): string[] {
  return value === undefined ? [] : (JSON.parse(value) as string[]);
}
