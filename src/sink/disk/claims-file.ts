import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { reasonOf } from '../../core/errors.ts';
import type { MessageKind } from '../../message/address.ts';
import { type Owner, readOwner } from '../../message/owner.ts';
import { MAX_TAKEN, type Take } from '../taken-messages.ts';
import { isMissing, replaceFlushed } from './files.ts';

/** Number of lines at which the file is rewritten without the oldest claims. */
const MAX_LINES = 2 * MAX_TAKEN;

/** The claims of messages in a file: a line of JSON each. Claims that come during a flush share the next one. */
export class ClaimsFile {
  readonly #path: string;
  readonly #tell: (problem: string) => void;
  #file: FileHandle | undefined;
  #lines: number;
  #queue: string[] = [];
  /** Resolves once all claims so far are on disk. */
  #flushed: Promise<void> = Promise.resolve();
  /** True after a fault: the end of the file may be half a line. */
  #isTorn = false;
  /** The claims of earlier runs, oldest first. */
  readonly earlier: readonly Take[];

  /** Reads the claims of earlier runs. @param tell is called if a claim cannot be written */
  constructor(path: string, tell: (problem: string) => void) {
    this.#path = path;
    this.#tell = tell;
    const lines = readLines(path);
    const kept = (lines ?? []).filter((line) => readTake(line)).slice(-MAX_TAKEN);
    // A line that a killed sink has not finished was not acknowledged.
    if (kept.length !== lines?.length) replaceFlushed(path, textOf(kept));
    this.#lines = kept.length;
    this.earlier = kept.map((line) => readTake(line)!);
  }

  add(take: Take): void {
    this.#queue.push(encodeTake(take));
    if (this.#queue.length === 1) this.#flushed = this.#flushed.then(() => this.#flush());
  }

  /** Resolves once all claims so far are on disk, or their fault is reported. */
  async settled(): Promise<void> {
    await this.#flushed;
  }

  async close(): Promise<void> {
    await this.settled();
    await this.#file?.close();
  }

  async #flush(): Promise<void> {
    try {
      await this.#append(this.#queue.splice(0));
    } catch (error) {
      this.#isTorn = true;
      // The message stays claimed while this sink runs.
      this.#tell(`${this.#path} cannot be written: ${reasonOf(error)}. Claims are lost when the sink ends.`);
    }
  }

  async #append(lines: readonly string[]): Promise<void> {
    if (this.#lines > MAX_LINES) await this.#shorten();
    this.#file ??= await open(this.#path, 'a', 0o600);
    await this.#file.appendFile(`${this.#isTorn ? '\n' : ''}${textOf(lines)}`);
    await this.#file.datasync();
    this.#isTorn = false;
    this.#lines += lines.length;
  }

  async #shorten(): Promise<void> {
    const kept = (readLines(this.#path) ?? []).filter((line) => readTake(line)).slice(-MAX_TAKEN);
    replaceFlushed(this.#path, textOf(kept));
    this.#lines = kept.length;
    const replaced = this.#file;
    this.#file = undefined;
    await replaced?.close();
  }
}

/** Returns the lines of a file, or `undefined` if there is none. The last one is empty if it was not finished. */
function readLines(path: string): string[] | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    if (text === '') return [];
    const lines = text.split('\n');
    const last = lines.pop();
    return last === '' ? lines : [...lines, ''];
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function encodeTake({ id, kind, folded, taker, at }: Take): string {
  const { owner, key } = taker;
  return JSON.stringify({ id, kind, folded, at, owner, ...(typeof key === 'string' && { key }) });
}

/** Reads a line. Returns `undefined` if it is not a claim. */
function readTake(line: string): Take | undefined {
  const { id, kind, folded, at, key, owner } = parse(line) as Record<keyof Take | 'key' | 'owner', unknown>;
  const taker: Owner | undefined = readOwner(owner);
  if (typeof id !== 'string' || typeof folded !== 'string' || !Number.isFinite(at) || !isKind(kind) || !taker)
    return undefined;
  return {
    id,
    kind,
    folded,
    at: at as number,
    taker: { owner: taker, key: typeof key === 'string' ? key : Symbol(id) },
  };
}

function isKind(value: unknown): value is MessageKind {
  return value === 'email' || value === 'sms';
}

function parse(line: string): object {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
