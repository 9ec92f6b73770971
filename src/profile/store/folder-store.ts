import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TwoFactorError } from '../../core/errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { SealedState } from './sealed-state.ts';
import type { SavedState } from '../state.ts';
import type { ProfileStore, Sealing } from './store.ts';

/** A writer needs milliseconds. */
const LOCK_TIMEOUT = 30_000;
/** Encrypted, and not. */
const ENDINGS = ['.age', '.json'] as const;

export interface FolderStoreOptions {
  readonly folder: string;
  /** Who may write now. */
  readonly ledger: Pick<Ledger, 'lease'>;
  /** @default not encrypted */
  readonly sealing?: () => Promise<Sealing | undefined>;
}

/** Profiles in a folder, for the processes of one machine: one file each, encrypted where there is a key. */
export class FolderStore implements ProfileStore {
  readonly name: string;
  readonly #folder: string;
  readonly #ledger: Pick<Ledger, 'lease'>;
  readonly #envelope: SealedState;

  constructor({ folder, ledger, sealing = () => Promise.resolve(undefined) }: FolderStoreOptions) {
    this.name = folder;
    this.#folder = folder;
    this.#ledger = ledger;
    this.#envelope = new SealedState(sealing);
  }

  async read(name: string): Promise<SavedState | undefined> {
    const found = await Promise.all(ENDINGS.map((ending) => this.#readFile(name, ending)));
    // A writer that was killed may have left both: the later one counts.
    return found.filter((saved) => saved !== undefined).toSorted((a, b) => (a.savedAt < b.savedAt ? 1 : -1))[0];
  }

  async write(name: string, saved: SavedState, over: string | undefined): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const text = await this.#envelope.close(name, saved);
    const ending = (await this.#envelope.isSealing()) ? '.age' : '.json';
    return await this.#locked(name, async (mayGoOn) => {
      if ((await this.read(name))?.id !== over) return false;
      const draft = await this.#writeDraft(name, text);
      try {
        await mayGoOn();
        await rename(draft, this.pathOf(name, ending));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      for (const other of ENDINGS) if (other !== ending) await rm(this.pathOf(name, other), { force: true });
      return true;
    });
  }

  async discard(name: string): Promise<void> {
    await this.#locked(name, async (mayGoOn) => {
      await mayGoOn();
      await Promise.all(ENDINGS.map((ending) => rm(this.pathOf(name, ending), { force: true })));
    });
  }

  async names(): Promise<string[]> {
    const files = await readdir(this.#folder).catch(none);
    const names = (files ?? []).flatMap((file) => /^([^.].*)\.(?:age|json)$/.exec(file)?.[1] ?? []);
    return [...new Set(names)].toSorted();
  }

  pathOf(name: string, ending: (typeof ENDINGS)[number]): string {
    return join(this.#folder, `${name}${ending}`);
  }

  async #readFile(name: string, ending: (typeof ENDINGS)[number]): Promise<SavedState | undefined> {
    const text = await readFile(this.pathOf(name, ending), 'utf8').catch(none);
    const saved = text === undefined ? undefined : await this.#envelope.open(name, text);
    return saved === 'sealed' ? undefined : saved;
  }

  async #writeDraft(name: string, text: string): Promise<string> {
    const draft = join(this.#folder, `.${name}.${randomUUID()}`);
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
      return draft;
    } finally {
      await file.close();
    }
  }

  async #locked<T>(name: string, work: (mayGoOn: () => Promise<void>) => Promise<T>): Promise<T> {
    const owner = `a writer of profile "${name}"`;
    const lease = await this.#ledger.lease(`profile/${name}/file`, {
      timeout: LOCK_TIMEOUT,
      owner: owner,
      ephemeral: true,
    });
    try {
      return await work(async () => {
        if (await lease.isHeld()) return;
        const text = `Profile "${name}" was not changed: this process stood still for so long that another may be writing it. Run it again.`;
        throw new TwoFactorError('LEASE_LOST', text);
      });
    } finally {
      await lease.release();
    }
  }
}

function none(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
