import { randomUUID } from 'node:crypto';
import { open, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderIn } from '../../core/ignored-folder.ts';
import type { Lease, Ledger } from '../../ledger/ledger.ts';
import { SealedState } from './sealed-state.ts';
import type { SavedState } from '../state.ts';
import type { ProfileStore, Sealing } from './store.ts';

/** Maximum wait for another writer, in milliseconds. A writer needs a few. */
const LOCK_TIMEOUT = 30_000;
/** Extensions of encrypted and of plain files. */
const EXTENSIONS = ['.age', '.json'] as const;

export interface FolderStoreOptions {
  readonly folder: string;
  /** The folder around it, which git ignores if the store creates it. @default none */
  readonly ignoredFolder?: string;
  /** The ledger whose leases lock the files. */
  readonly ledger: Pick<Ledger, 'lease'>;
  /** @default not encrypted */
  readonly sealing?: () => Promise<Sealing | undefined>;
}

/** Stores profiles in a folder, for the processes of one machine: one file each, encrypted if there is a key. */
export class FolderStore implements ProfileStore {
  readonly name: string;
  readonly #folder: string;
  readonly #ignoredFolder: string | undefined;
  readonly #ledger: Pick<Ledger, 'lease'>;
  readonly #sealedState: SealedState;

  constructor({ folder, ignoredFolder, ledger, sealing = () => Promise.resolve(undefined) }: FolderStoreOptions) {
    this.name = folder;
    this.#folder = folder;
    this.#ignoredFolder = ignoredFolder;
    this.#ledger = ledger;
    this.#sealedState = new SealedState(sealing);
  }

  async read(name: string): Promise<SavedState | undefined> {
    const states = await Promise.all(EXTENSIONS.map((extension) => this.#readFile(name, extension)));
    // A killed writer may have left both files: the later one counts.
    return states.filter((saved) => saved !== undefined).toSorted((a, b) => (a.savedAt < b.savedAt ? 1 : -1))[0];
  }

  async write(name: string, saved: SavedState, replacedId: string | undefined): Promise<boolean> {
    makeFolderIn(this.#ignoredFolder, this.#folder);
    const text = await this.#sealedState.close(name, saved);
    const extension = (await this.#sealedState.isSealing()) ? '.age' : '.json';
    return await this.#locked(name, async (lease) => {
      if ((await this.read(name))?.id !== replacedId) return false;
      const draft = await this.#writeDraft(name, text);
      try {
        await lease.renameFile(draft, this.pathOf(name, extension));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      for (const other of EXTENSIONS) if (other !== extension) await rm(this.pathOf(name, other), { force: true });
      return true;
    });
  }

  async discard(name: string): Promise<void> {
    await this.#locked(name, async (lease) => {
      await lease.check();
      await Promise.all(EXTENSIONS.map((extension) => rm(this.pathOf(name, extension), { force: true })));
    });
  }

  async names(): Promise<string[]> {
    const files = await readdir(this.#folder).catch(ifMissing);
    const names = (files ?? []).flatMap((file) => /^([^.].*)\.(?:age|json)$/.exec(file)?.[1] ?? []);
    return [...new Set(names)].toSorted();
  }

  pathOf(name: string, extension: (typeof EXTENSIONS)[number]): string {
    return join(this.#folder, `${name}${extension}`);
  }

  async #readFile(name: string, extension: (typeof EXTENSIONS)[number]): Promise<SavedState | undefined> {
    const text = await readFile(this.pathOf(name, extension), 'utf8').catch(ifMissing);
    const saved = text === undefined ? undefined : await this.#sealedState.open(name, text);
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

  async #locked<T>(name: string, work: (lease: Lease) => Promise<T>): Promise<T> {
    const owner = `a writer of profile "${name}"`;
    const options = { timeout: LOCK_TIMEOUT, owner, ephemeral: true };
    const lease = await this.#ledger.lease(`profile/${name}/file`, options);
    try {
      return await work(lease);
    } finally {
      await lease.release();
    }
  }
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
