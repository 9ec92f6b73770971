import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TwoFactorError } from '../core/errors.ts';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * The content of a file, or nothing where there is none.
 *
 * @param max the most that is read, in bytes
 * @throws TwoFactorError `VAULT_INVALID` when it is larger.
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
      const remedy = 'That is not a file of the vault: see what wrote it.';
      throw new TwoFactorError('VAULT_INVALID', `${path} has ${size} bytes, more than ${max}. ${remedy}`);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Puts a text in the place of a file, as a whole or not at all. The caller holds the lock of the file. */
export async function replaceFile(path: string, text: string, mayGoOn: () => Promise<void>): Promise<void> {
  await removeStaleDrafts(path);
  const draft = await writeDraft(path, text);
  try {
    await mayGoOn();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Writes a text beside the file it is for, down to the disk, for the eyes of its owner only. */
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

/** Whether this is the name of a file that a writer left behind when it was killed. */
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
