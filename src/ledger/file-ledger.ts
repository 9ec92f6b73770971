import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller } from '../core/caller.ts';
import { makeFolderIn } from '../core/ignored-folder.ts';
import { memoize } from '../core/memoize.ts';
import { createFile, fileNameOf, machineName, toLedgerError } from './disk.ts';
import { FileLeaseQueue, type Queue } from './file-lease-queue.ts';
import { waitForLease } from './lease.ts';
import type {
  Claim,
  CountOptions,
  CounterValue,
  Lease,
  LeaseOptions,
  Ledger,
  NextValueOptions,
  Versioned,
} from './ledger.ts';
import { EPHEMERAL, prune } from './prune.ts';
import { VersionedFile } from './versioned-file.ts';

export interface FileLedgerOptions {
  /** A folder on a local disk. Network file systems guarantee neither exclusive creation nor change notices. */
  readonly folder: string;
  /** Folder around it, which git ignores if this ledger creates it. @default none */
  readonly ignoredFolder?: string;
  /** Kind of program, for errors that name its settings. @default 'test' */
  readonly caller?: Caller | undefined;
}

interface Counter {
  readonly number: number;
  readonly owner: string;
  /** The call that took the number. */
  readonly id: string;
}

interface Value {
  readonly value: string | null;
  readonly version: number;
  /** The call that wrote the value. */
  readonly id: string;
}

interface Counts {
  readonly times: readonly (readonly [at: number, id: string])[];
}

type Kind = 'counters' | 'values' | 'counts' | 'leases';

/** Returns a ledger in a folder, for the processes of one machine. */
export function fileLedger(options: FileLedgerOptions): Ledger {
  return new FileLedger(options);
}

/** Stores everything below two folders: `ephemeral`, which is pruned, and `kept`, which is not. */
class FileLedger implements Ledger {
  readonly name: string;
  readonly #folder: string;
  readonly #caller: Caller | undefined;
  /** Creates the folder before the first write. */
  readonly #makeFolder: () => void;
  readonly #machine = memoize(machineName);
  readonly #files = new Map<string, VersionedFile<never>>();
  #pruned: Promise<void> | undefined;

  constructor({ folder, ignoredFolder, caller }: FileLedgerOptions) {
    this.#caller = caller;
    this.name = `the ledger in ${folder}`;
    this.#folder = folder;
    this.#makeFolder = memoize(() => {
      if (ignoredFolder !== undefined) makeFolderIn(ignoredFolder, folder);
    });
  }

  claim(key: string, owner: string): Promise<Claim> {
    return this.#guarded(() => {
      this.#makeFolder();
      this.#pruneOnce();
      const path = join(this.#folder, EPHEMERAL, 'claims', fileNameOf(key));
      const claimant = `${owner} (process ${process.pid} on ${this.#machine().split(' ')[0]})`;
      try {
        createFile(path, claimant);
        return { isMine: true, owner: claimant };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        return { isMine: false, owner: readFileSync(path, 'utf8') || 'a process that was killed during its claim' };
      }
    });
  }

  nextValue(
    key: string,
    { owner, atLeast = 0, atMost = Infinity, ephemeral = false }: NextValueOptions,
  ): Promise<CounterValue> {
    const id = randomUUID();
    return this.#guarded(() => {
      this.#makeFolder();
      const file = this.#file<Counter>('counters', key, ephemeral);
      let result: CounterValue = { isMine: false, number: 0, owner };
      file.update((last) => {
        const number = last ? Math.max(last.number + 1, atLeast) : atLeast;
        const isMine = last?.id === id || number <= atMost;
        result = { isMine, number: last?.number ?? -1, owner: last?.owner ?? '' };
        if (!isMine || last?.id === id) return undefined;
        result = { isMine, number, owner };
        return { number, owner, id };
      });
      return result;
    });
  }

  highest(key: string): Promise<number | undefined> {
    return this.#guarded(() => this.#file<Counter>('counters', key, false).read().state?.number);
  }

  async lease(key: string, options: LeaseOptions): Promise<Lease> {
    try {
      this.#makeFolder();
      const file = this.#file<Queue>('leases', key, options.ephemeral ?? false);
      const queue = new FileLeaseQueue({ file, folder: this.#folder, machine: this.#machine() });
      return await waitForLease(queue, key, options);
    } catch (error) {
      throw error === options.signal?.reason ? error : toLedgerError(this.#folder, error, this.#caller);
    }
  }

  read(key: string): Promise<Versioned> {
    return this.#guarded(() => {
      const { version, value } = this.#file<Value>('values', key, false).read().state ?? { version: 0, value: null };
      return { version, value: value ?? undefined };
    });
  }

  compareAndSwap(key: string, version: number, value: string | undefined): Promise<boolean> {
    const id = randomUUID();
    return this.#guarded(() => {
      this.#makeFolder();
      const file = this.#file<Value>('values', key, false);
      let isDone = false;
      file.update((last) => {
        isDone = last?.id === id;
        if (isDone || (last?.version ?? 0) !== version) return undefined;
        isDone = true;
        return { value: value ?? null, version: version + 1, id };
      });
      return isDone;
    });
  }

  count(key: string, { window, add }: CountOptions): Promise<number> {
    const id = randomUUID();
    return this.#guarded(() => {
      if (add) this.#makeFolder();
      const file = this.#file<Counts>('counts', key, false);
      const now = Date.now();
      let count = 0;
      file.update((last) => {
        const times = (last?.times ?? []).filter(([at, other]) => other !== id && now - at < window);
        count = times.length + add;
        return add ? { times: [...times, [now, id]] } : undefined;
      });
      return count;
    });
  }

  async close(): Promise<void> {
    await this.#pruned; // so that the caller can remove the folder
  }

  #pruneOnce(): void {
    this.#pruned ??= prune(this.#folder).catch(() => undefined); // the next process tries again
  }

  #file<T>(kind: Kind, key: string, ephemeral: boolean): VersionedFile<T> {
    this.#pruneOnce();
    const folder = this.#folderOf(kind, key, ephemeral);
    const durable = !ephemeral && (kind === 'counters' || kind === 'values');
    const drafts = join(this.#folder, EPHEMERAL, 'drafts');
    const file = this.#files.get(folder) ?? new VersionedFile<never>({ folder, drafts, durable });
    this.#files.set(folder, file);
    return file;
  }

  #folderOf(kind: Kind, key: string, ephemeral: boolean): string {
    return join(this.#folder, ephemeral ? EPHEMERAL : 'kept', kind, fileNameOf(key));
  }

  async #guarded<T>(work: () => T): Promise<T> {
    try {
      return work();
    } catch (error) {
      throw toLedgerError(this.#folder, error, this.#caller);
    }
  }
}
