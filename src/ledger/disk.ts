import { closeSync, fsyncSync, mkdirSync, openSync, readlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { TwoFactorError, reasonOf } from '../core/errors.ts';

/** Creates a file that was not there, and the folder it lies in. Throws `EEXIST` where there is one. */
export function writeNew(path: string, text: string, { durable = false }: { readonly durable?: boolean } = {}): void {
  const file = openNew(path);
  try {
    writeFileSync(file, text);
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Folders are made when one is missing: looking first would cost every call. */
function openNew(path: string): number {
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

/** A name for any key, on file systems that know neither case nor all characters; its start is for people. */
export function fileNameOf(key: string): string {
  const words = key
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  return `${words}.${createHash('sha256').update(key).digest('hex').slice(0, 24)}`;
}

/** Where a process id means a process: containers may share a disk, and a host name, but not their processes. */
export function machineName(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // not a Linux
  }
}

/** What the file system says no to, in words. */
export function refusedByDisk(folder: string, error: unknown): unknown {
  if (error instanceof TwoFactorError) return error;
  const text = `The ledger in ${folder} cannot be used: ${reasonOf(error)}. Make it a folder on a local disk that this user may write to (\`folder\` in \`use: { twoFactor }\`), or use Redis (\`ledger: 'redis://…'\`).`;
  return new TwoFactorError('LEDGER_REFUSED', text, { cause: error });
}
