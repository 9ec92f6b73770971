import { randomUUID } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TwoFactorError } from '../core/errors.ts';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * Reads a file; returns `undefined` if it does not exist.
 *
 * @param max maximum size, in bytes
 * @throws TwoFactorError `VAULT_INVALID` if the file is larger.
 */
export async function readLimited(path: string, max: number): Promise<Buffer | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return undefined;
  });
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    if (size > max) {
      const remedy = 'Another program probably wrote it. Remove it, or restore it from git.';
      throw new TwoFactorError('VAULT_INVALID', `${path} has ${size} bytes; the limit is ${max}. ${remedy}`);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * Replaces a file atomically. The caller holds the lock of the file.
 *
 * @param renameFile rejects if the lock was lost
 */
export async function replaceFile(
  path: string,
  text: string,
  renameFile: (from: string, to: string) => Promise<void>,
): Promise<void> {
  await removeStaleDrafts(path);
  const draft = await writeDraft(path, text);
  try {
    await renameFile(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Writes a text to a new file beside `path`, with mode 0600, and flushes it to disk. Returns the path of the new file. */
export async function writeDraft(path: string, text: string): Promise<string> {
  const draft = join(dirname(path), `${draftPrefix(path)}${randomUUID()}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}

/** True for the name of a draft. One that stays was left behind by a writer that was killed. */
export function isDraftName(name: string): boolean {
  return /^\..*\.draft-/.test(name);
}

async function removeStaleDrafts(path: string): Promise<void> {
  const prefix = draftPrefix(path);
  const names = await readdir(dirname(path));
  const stale = names.filter((name) => name.startsWith(prefix) && UUID.test(name.slice(prefix.length)));
  await Promise.all(stale.map((name) => rm(join(dirname(path), name), { force: true })));
}

function draftPrefix(path: string): string {
  return `.${basename(path)}.draft-`;
}
