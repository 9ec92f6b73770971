import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoize } from '../core/memoize.ts';
import { VersionedFile } from './versioned-file.ts';
import { fileNameOf, machineName, refusedByDisk, writeNew } from './disk.ts';
import { FileLeaseQueue, type Queue } from './file-lease-queue.ts';
import { holdLease } from './lease.ts';
import type {
  Claim,
  CountOptions,
  Lease,
  LeaseOptions,
  Ledger,
  CounterValue,
  NextValueOptions,
  Versioned,
} from './ledger.ts';
import { prune } from './prune.ts';

export interface FileLedgerOptions {
  /** On a local disk; network file systems keep neither exclusive creation nor change notices. */
  readonly folder: string;
}

interface Counter {
  readonly number: number;
  readonly owner: string;
  readonly id: string;
}

interface Value {
  readonly value: string | null;
  readonly version: number;
  readonly id: string;
}

interface Counted {
  readonly times: readonly (readonly [at: number, id: string])[];
}

/** A ledger in a folder, for the processes of one machine. */
export function fileLedger({ folder }: FileLedgerOptions): Ledger {
  return new FileLedger(folder);
}

/** What may be forgotten lies in `passing`, by the same names as what is kept for good in `kept`. */
class FileLedger implements Ledger {
  readonly name: string;
  readonly #folder: string;
  readonly #machine = memoize(machineName);
  readonly #chains = new Map<string, VersionedFile<never>>();
  #swept: Promise<void> | undefined;

  constructor(folder: string) {
    this.name = `the ledger in ${folder}`;
    this.#folder = folder;
  }

  claim(key: string, owner: string): Promise<Claim> {
    return this.#guarded(() => {
      this.#sweepOnce();
      const path = join(this.#folder, 'passing', 'claims', fileNameOf(key));
      const who = `${owner} (process ${process.pid} on ${this.#machine().split(' ')[0]})`;
      try {
        writeNew(path, who);
        return { isMine: true, owner: who };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        return { isMine: false, owner: readFileSync(path, 'utf8') || 'a process that was killed then' };
      }
    });
  }

  nextValue(
    key: string,
    { owner, atLeast = 0, atMost = Infinity, ephemeral = false }: NextValueOptions,
  ): Promise<CounterValue> {
    const id = randomUUID();
    return this.#guarded(() => {
      const chain = this.#chain<Counter>('counters', key, ephemeral);
      let taken: CounterValue = { isMine: false, number: 0, owner };
      chain.change((last) => {
        const number = last ? Math.max(last.number + 1, atLeast) : atLeast;
        const isMine = last?.id === id || number <= atMost;
        taken = { isMine, number: last?.number ?? -1, owner: last?.owner ?? '' };
        if (!isMine || last?.id === id) return undefined;
        taken = { isMine, number, owner };
        return { number, owner, id };
      });
      return taken;
    });
  }

  highest(key: string): Promise<number | undefined> {
    return this.#guarded(() => this.#chain<Counter>('counters', key, false).read().state?.number);
  }

  async lease(key: string, options: LeaseOptions): Promise<Lease> {
    const folder = this.#folderOf('leases', key, options.ephemeral ?? false);
    const chain = this.#chain<Queue>('leases', key, options.ephemeral ?? false);
    const lives = join(this.#folder, 'passing', 'lives');
    try {
      return await holdLease(new FileLeaseQueue({ chain, folder, machine: this.#machine(), lives }), key, options);
    } catch (error) {
      throw refusedByDisk(this.#folder, error);
    }
  }

  read(key: string): Promise<Versioned> {
    return this.#guarded(() => {
      const { version, value } = this.#chain<Value>('values', key, false).read().state ?? { version: 0, value: null };
      return { version, value: value ?? undefined };
    });
  }

  compareAndSwap(key: string, version: number, value: string | undefined): Promise<boolean> {
    const id = randomUUID();
    return this.#guarded(() => {
      const chain = this.#chain<Value>('values', key, false);
      let isDone = false;
      chain.change((last) => {
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
      const chain = this.#chain<Counted>('counts', key, false);
      const now = Date.now();
      let count = 0;
      chain.change((last) => {
        const times = (last?.times ?? []).filter(([at, one]) => one !== id && now - at < window);
        count = times.length + add;
        return add ? { times: [...times, [now, id]] } : undefined;
      });
      return count;
    });
  }

  async close(): Promise<void> {
    await this.#swept; // so that the folder may be removed; what is held ends with its lease
  }

  #sweepOnce(): void {
    this.#swept ??= prune(this.#folder).catch(() => undefined); // the next process will
  }

  #chain<T>(kind: 'counters' | 'values' | 'counts' | 'leases', key: string, passing: boolean): VersionedFile<T> {
    this.#sweepOnce();
    const folder = this.#folderOf(kind, key, passing);
    const durable = !passing && (kind === 'counters' || kind === 'values');
    const drafts = join(this.#folder, 'passing', 'drafts');
    const chain = this.#chains.get(folder) ?? new VersionedFile<never>({ folder, drafts, durable });
    this.#chains.set(folder, chain);
    return chain;
  }

  #folderOf(kind: string, key: string, passing: boolean): string {
    return join(this.#folder, passing ? 'passing' : 'kept', kind, fileNameOf(key));
  }

  async #guarded<T>(work: () => T): Promise<T> {
    try {
      return work();
    } catch (error) {
      throw refusedByDisk(this.#folder, error);
    }
  }
}
