import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { MAX_VALUE, unresolved, withoutLineBreak } from './command.ts';
import type { ReferenceKind } from './reference.ts';

/** `file:PATH`: the content of a file, such as a secret of Docker or Kubernetes. */
export const secretFile: ReferenceKind = {
  form: 'file:/run/secrets/alice',
  read: async ({ rest, folder }) => {
    if (rest.trim() === '') return undefined;
    const path = pathIn(folder, rest);
    const text = await readLimited(path);
    if (text.trim() === '') throw unresolved(`the file ${path} is empty.`);
    return withoutLineBreak(text);
  },
};

/** Returns the absolute path of a file that a reference names. */
export function pathIn(folder: string, path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(folder, path);
}

async function readLimited(path: string): Promise<string> {
  const buffer = Buffer.alloc(MAX_VALUE + 1);
  const read = async (): Promise<number> => {
    await using file = await open(path);
    const { bytesRead } = await file.read(buffer);
    return bytesRead;
  };
  const length = await read().catch((error: NodeJS.ErrnoException) => {
    throw unresolved(`the file ${path} cannot be read (${error.code}). Check the path and who may read it.`);
  });
  if (length > MAX_VALUE) throw unresolved(`the file ${path} has more than ${MAX_VALUE / 1024} KiB.`);
  return buffer.toString('utf8', 0, length);
}
