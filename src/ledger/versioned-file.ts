import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, readdirSync, unlinkSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, writeNew } from './disk.ts';

/**
 * A version that is superseded stays for so long, in milliseconds, and a link that was made within half of it is sure
 * to have met every version that there was.
 */
const STAYS = 5000;
/** How many versions are tried one by one before the whole folder is listed. */
const STRIDE = 8;
/** Processes that end soon leave their versions to others: so many stay, and the rest once they are an hour old. */
const LEFT_OVER = 64;
const HOUR = 3_600_000;

export interface VersionedFileOptions {
  readonly folder: string;
  /** Where versions are written before they count; on the same disk. */
  readonly drafts: string;
  /** Brought to the disk itself before it counts, for what may not be lost with the machine's power. */
  readonly durable: boolean;
}

interface Head<T> {
  readonly number: number;
  readonly state: T | undefined;
  /** When the look began that found it, by a clock that nobody sets. */
  readonly at: number;
}

/**
 * A value on disk that several processes change, each change as a whole or not at all.
 *
 * It is a folder of numbered files, of which the highest counts. A change is written elsewhere and then linked as the
 * next number, which the file system lets only one process do; who comes second looks again. So there is no lock that a
 * killed process could leave behind. Old numbers must not come free while somebody may still try to link them: they are
 * removed late, and who took longer than that between its look and its link does not trust the link.
 */
export class VersionedFile<T> {
  readonly #options: VersionedFileOptions;
  #head: Head<T> | undefined;
  /** A version that was superseded when this process saw it, and when that was. */
  #old: { readonly number: number; readonly at: number } | undefined;

  constructor(options: VersionedFileOptions) {
    this.#options = options;
  }

  read(): { readonly number: number; readonly state: T | undefined } {
    return this.#look();
  }

  /**
   * Gives the state to `step`, which answers with the next one, or nothing to leave it. `step` is called again when
   * another process came first, and when it cannot be known whether the change was made: it has to tell its own.
   */
  change(step: (state: T | undefined, next: number) => T | undefined): void {
    for (;;) {
      const { number, state, at } = this.#look();
      const next = step(state, number + 1);
      if (next === undefined) return;
      if (!this.#link(number + 1, JSON.stringify(next)) || performance.now() - at > STAYS / 2) continue;
      this.#head = { number: number + 1, state: next, at };
      return this.#tidy(number + 1);
    }
  }

  /** Calls are synchronous: each is some microseconds, and a trip to the thread pool takes longer than all of them. */
  #look(): Head<T> {
    const at = performance.now();
    const known = this.#head;
    if (known && at - known.at < STAYS / 2) {
      // Nothing that came after the last look can have been removed, so the first number that is missing is the next.
      let { number, state } = known;
      for (let tried = 0; tried < STRIDE; tried++) {
        const text = this.#readText(number + 1);
        if (text === undefined) return (this.#head = { number, state, at });
        state = this.#parse(text, ++number);
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

  /** Only a machine that lost its power leaves a version that cannot be read. */
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
      writeNew(draft, text, { durable });
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

  /** Removes what was superseded long enough ago, by what this process has seen itself. */
  #tidy(number: number): void {
    const now = performance.now();
    if (number % LEFT_OVER === 0) void this.#removeLeftOver(number - LEFT_OVER);
    if (this.#old && now - this.#old.at < STAYS) return;
    const below = this.#old?.number ?? 0;
    this.#old = { number, at: now };
    const old = below === 0 ? [] : this.#numbers().filter((one) => one < below);
    for (const one of old) void rm(this.#path(one), { force: true }).catch(() => undefined); // another one will
  }

  async #removeLeftOver(below: number): Promise<void> {
    for (const one of this.#numbers().filter((number) => number < below)) {
      const age = await stat(this.#path(one)).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > HOUR) await rm(this.#path(one), { force: true }).catch(() => undefined);
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
