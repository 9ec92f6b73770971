import { closeSync, fsyncSync, mkdirSync, openSync, readlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { type Caller, settingOf } from '../core/caller.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';

/** Creates a file, and its folder if necessary. Throws `EEXIST` if the file exists. */
export function createFile(path: string, text: string, { durable = false }: { readonly durable?: boolean } = {}): void {
  const file = openNewFile(path);
  try {
    writeFileSync(file, text);
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Creates the folder only after a failure: a check before each call would cost time. */
function openNewFile(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (!isMissing(error)) throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, 'wx', 0o600);
  }
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/**
 * Returns the file name for a key: a readable start and a hash. It is valid on file systems that ignore case or
 * restrict characters.
 */
export function fileNameOf(key: string): string {
  const words = key
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  return `${words}.${createHash('sha256').update(key).digest('hex').slice(0, 24)}`;
}

/**
 * Returns a name for the set of processes that this process can see by id. Containers may share a disk and a host name,
 * but not their process ids.
 */
export function machineName(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // not Linux
  }
}

/** Converts an error of the file system to `LEDGER_REFUSED`. Returns a `TwoFactorError` unchanged. */
export function toLedgerError(folder: string, error: unknown, caller: Caller = 'test'): unknown {
  if (error instanceof TwoFactorError) return error;
  const redis = caller === 'command' ? 'PLAYWRIGHT_2FA_LEDGER' : "`ledger: 'redis://…'`";
  const text = `Cannot use the ledger in ${folder}: ${reasonOf(error)}. Set ${settingOf(caller, 'folder')} to a folder on a local disk that this user can write to, or use Redis (${redis}).`;
  return new TwoFactorError('LEDGER_REFUSED', text, { cause: error });
}
