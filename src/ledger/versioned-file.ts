import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, readdirSync, unlinkSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HOUR } from '../core/durations.ts';
import { createFile, isMissing } from './disk.ts';

/**
 * Time that a superseded version stays on disk, in milliseconds. A write that takes less than half of it sees every
 * version that exists.
 */
const GRACE_PERIOD = 5000;
/** Number of versions that are tried one by one before the whole folder is listed. */
const MAX_PROBES = 8;
/** Short-lived processes do not prune. Another process removes all but this many versions once they are an hour old. */
const MAX_LEFTOVERS = 64;

export interface VersionedFileOptions {
  readonly folder: string;
  /** The folder in which versions are written before they are linked. It is on the same disk. */
  readonly drafts: string;
  /** True if a version is flushed to the disk before it counts, so that it survives a power failure. */
  readonly durable: boolean;
}

interface Head<T> {
  readonly number: number;
  readonly state: T | undefined;
  /** Start of the read that found it, by the monotonic clock. */
  readonly at: number;
}

/**
 * A value on disk that several processes change atomically, without a lock.
 *
 * It is a folder of numbered files, of which the highest counts. A change is written to a draft and then linked as the
 * next number, which the file system allows only once; a process that loses the race reads again. A killed process
 * leaves no lock behind. A number must not become free while another process may still try to link it: superseded
 * versions are removed late, and a process that needed longer for a read, or between its read and its link, does not
 * trust what it read or linked.
 */
export class VersionedFile<T> {
  readonly #options: VersionedFileOptions;
  #head: Head<T> | undefined;
  /** A version, and when this process saw that it was superseded. */
  #superseded: { readonly number: number; readonly at: number } | undefined;

  constructor(options: VersionedFileOptions) {
    this.#options = options;
  }

  read(): { readonly number: number; readonly state: T | undefined } {
    for (;;) {
      const head = this.#readHead();
      if (performance.now() - head.at < GRACE_PERIOD / 2) return head;
    }
  }

  /**
   * Replaces the state by what `next` returns; `undefined` leaves it unchanged. `next` is called again if another
   * process was first, or if it is unknown whether the change was made. It must therefore recognize its own change.
   */
  update(next: (state: T | undefined, version: number) => T | undefined): void {
    for (;;) {
      const { number, state, at } = this.#readHead();
      const changed = next(state, number + 1);
      if (changed === undefined) return;
      if (!this.#link(number + 1, JSON.stringify(changed)) || performance.now() - at > GRACE_PERIOD / 2) continue;
      this.#head = { number: number + 1, state: changed, at };
      return this.#prune(number + 1);
    }
  }

  /** Calls the file system synchronously: each call takes microseconds, less than a trip to the thread pool. */
  #readHead(): Head<T> {
    const at = performance.now();
    const known = this.#head;
    if (known && at - known.at < GRACE_PERIOD / 2) {
      // No later version can have been removed yet, so the first missing number is the next one.
      let newest: string | undefined;
      for (let number = known.number; number < known.number + MAX_PROBES; number++) {
        const text = this.#readText(number + 1);
        if (text !== undefined) newest = text;
        else
          return (this.#head = { number, state: newest === undefined ? known.state : this.#parse(newest, number), at });
      }
    }
    for (;;) {
      const number = Math.max(0, ...this.#numbers());
      if (number === 0) return (this.#head = { number, state: undefined, at });
      const text = this.#readText(number);
      if (text !== undefined) return (this.#head = { number, state: this.#parse(text, number), at });
    }
  }

  #numbers(): number[] {
    try {
      return readdirSync(this.#options.folder).map(Number).filter(Number.isInteger);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  #readText(number: number): string | undefined {
    try {
      return readFileSync(this.#path(number), 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Only a power failure leaves a version that does not parse. */
  #parse(text: string, number: number): T | undefined {
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      if (!this.#options.durable) return undefined;
      throw new Error(`${this.#path(number)} is damaged`, { cause: error });
    }
  }

  #path(number: number): string {
    return join(this.#options.folder, String(number));
  }

  #link(number: number, text: string): boolean {
    const { folder, drafts, durable } = this.#options;
    const draft = join(drafts, randomUUID());
    try {
      createFile(draft, text, { durable });
      try {
        linkSync(draft, this.#path(number));
      } catch (error) {
        if (!isMissing(error)) throw error;
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        linkSync(draft, this.#path(number));
      }
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      removeDraft(draft);
    }
  }

  /** Removes versions that this process saw superseded long enough ago. */
  #prune(number: number): void {
    const now = performance.now();
    if (number % MAX_LEFTOVERS === 0) void this.#removeLeftovers(number - MAX_LEFTOVERS);
    if (this.#superseded && now - this.#superseded.at < GRACE_PERIOD) return;
    const below = this.#superseded?.number ?? 0;
    this.#superseded = { number, at: now };
    const expired = below === 0 ? [] : this.#numbers().filter((version) => version < below);
    // A failure does not matter: another process removes them.
    for (const version of expired) void rm(this.#path(version), { force: true }).catch(() => undefined);
  }

  async #removeLeftovers(below: number): Promise<void> {
    for (const version of this.#numbers().filter((number) => number < below)) {
      const age = await stat(this.#path(version)).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > HOUR) await rm(this.#path(version), { force: true }).catch(() => undefined);
    }
  }
}

function removeDraft(draft: string): void {
  try {
    unlinkSync(draft);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
