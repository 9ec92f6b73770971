import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProcessAlive } from '../core/process-alive.ts';
import type { SecretSet } from './secret-set.ts';

/** The variable in which the workers of a run find the folder. */
export const RUN_SECRETS_VARIABLE = 'PLAYWRIGHT_2FA_RUN_SECRETS';

const PREFIX = 'playwright-2fa-run-';
const LINE_FEED = 0x0a;

/**
 * The secrets that were born in the workers of a run, for the process that writes the reports. They go through a folder
 * that only its owner can enter (0700), a file a process, and the folder goes with the run.
 */
export class RelayedSecrets {
  readonly folder: string;
  /** How much of each file was read. */
  readonly #read = new Map<string, number>();

  constructor(folder: string = tmpdir()) {
    removeAbandoned(folder);
    this.folder = mkdtempSync(join(folder, `${PREFIX}${process.pid}-`)); // mode 0700, see mkdtemp(3)
  }

  /** Takes over what was written since the last time. */
  readInto(known: SecretSet): void {
    // Who prints while the process ends comes after the folder is gone.
    if (!existsSync(this.folder)) return;
    for (const name of readdirSync(this.folder)) {
      const from = this.#read.get(name) ?? 0;
      if (statSync(join(this.folder, name)).size === from) continue;
      const fresh = readFrom(join(this.folder, name), from);
      // The last line may be one that is being written.
      const end = fresh.lastIndexOf(LINE_FEED) + 1;
      this.#read.set(name, from + end);
      for (const line of fresh.toString('utf8', 0, end).split('\n').filter(Boolean)) {
        const [value, label] = JSON.parse(line) as [string, string];
        known.add(value, label);
      }
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Tells a secret of this process to the one that writes the reports, before anything can show it. */
export function relaySecret(folder: string, value: string, label: string): void {
  appendFileSync(join(folder, String(process.pid)), `${JSON.stringify([value, label])}\n`, { mode: 0o600 });
}

function readFrom(path: string, from: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let at = from; ;) {
      const chunk = Buffer.alloc(16_384);
      const length = readSync(file, chunk, 0, chunk.length, at);
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, length));
      at += length;
    }
  } finally {
    closeSync(file);
  }
}

/** Those of runs that were killed. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isInteger(pid) && !isProcessAlive(pid)) removeIfOwn(join(folder, name));
  }
}

/** The folder of another user can neither be read nor removed. */
function removeIfOwn(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
  }
}
