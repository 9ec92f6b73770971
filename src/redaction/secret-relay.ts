import {
  appendFileSync,
  closeSync,
  existsSync,
  lstatSync,
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
import { processSpace } from '../core/process-space.ts';
import type { SecretSet } from './secret-set.ts';

/** Environment variable that passes the relay folder to the workers of a run. */
export const SECRET_RELAY_VARIABLE = 'PLAYWRIGHT_2FA_SECRET_RELAY';

/** The name goes on with the process, and with random characters. */
const prefix = (): string => `playwright-2fa-run-${processSpace()}-`;
const LINE_FEED = 0x0a;

/**
 * Receives the secrets that workers register during a run, in the process that writes the reports. Each worker appends
 * to its own file in a folder with mode 0700, which is removed with the run.
 */
export class RelayedSecrets {
  readonly folder: string;
  /** Number of runs that were killed and left their folder, which is removed now. */
  readonly killedRuns: number;
  /** Number of bytes read from each file. */
  readonly #read = new Map<string, number>();

  constructor(folder: string = tmpdir()) {
    this.killedRuns = removeAbandoned(folder);
    this.folder = mkdtempSync(join(folder, `${prefix()}${process.pid}-`)); // mode 0700, see mkdtemp(3)
  }

  /** Adds the secrets that were written since the last call. */
  readInto(known: SecretSet): void {
    // Output printed while the process exits arrives after the folder was removed.
    if (!existsSync(this.folder)) return;
    for (const name of readdirSync(this.folder)) {
      const from = this.#read.get(name) ?? 0;
      if (statSync(join(this.folder, name)).size === from) continue;
      const added = readFrom(join(this.folder, name), from);
      // The last line may be incomplete.
      const end = added.lastIndexOf(LINE_FEED) + 1;
      this.#read.set(name, from + end);
      for (const line of added.toString('utf8', 0, end).split('\n').filter(Boolean)) {
        const [value, label] = JSON.parse(line) as [string, string];
        known.add(value, label);
      }
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Passes a secret to the process that writes the reports. Synchronous, so that it arrives before any use of the secret. */
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

/** Removes the folders of runs that were killed: of this user, and of processes whose numbers count here. Returns their number. */
function removeAbandoned(folder: string): number {
  const abandoned = readdirSync(folder).filter((name) => {
    const pid = name.startsWith(prefix()) ? Number.parseInt(name.slice(prefix().length), 10) : Number.NaN;
    return Number.isInteger(pid) && !isProcessAlive(pid) && isOwnFolder(join(folder, name));
  });
  for (const name of abandoned) rmSync(join(folder, name), { recursive: true, force: true });
  return abandoned.length;
}

/** True for a folder, and not a link to one, of the user of this process. */
function isOwnFolder(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  const user = process.geteuid?.();
  return status?.isDirectory() === true && (user === undefined || status.uid === user);
}
