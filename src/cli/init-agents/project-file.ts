import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Change of one file of a project. */
export interface FileChange {
  /** Path from the folder of the project. */
  readonly path: string;
  /** `kept`: the file is the user's, and fits. `by-hand`: the user has to edit it. */
  readonly status: 'created' | 'updated' | 'unchanged' | 'kept' | 'by-hand';
  /** Content to write, of a file that is created or updated. */
  readonly content?: string;
  /** Text for the user: the content, or what to edit. */
  readonly note: string;
}

/** Returns the content of a file, or `undefined` if it does not exist. */
export async function readProjectFile(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Writes the content of a change. A file that somebody else created in the meantime is an error. */
export async function writeChange({ path, status, content }: FileChange): Promise<void> {
  if (content === undefined) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { flag: status === 'created' ? 'wx' : 'w' });
}
