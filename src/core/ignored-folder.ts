import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** Content of `.gitignore` for a folder of which git ignores everything. */
const EVERYTHING = '*\n';

/**
 * Creates a folder, with mode 0700, inside another one. If that one does not exist yet, git ignores it from now on: it gets
 * a `.gitignore` of its own.
 *
 * @param ignored the outer folder; `undefined` if there is none
 */
export function makeFolderIn(ignored: string | undefined, path: string): void {
  if (isMade(ignored ?? path, path) && ignored !== undefined) writeNew(join(ignored, '.gitignore'), EVERYTHING);
}

/**
 * Creates a folder that may be committed, inside one that git otherwise ignores. A `.gitignore` that somebody has changed
 * stays as it is.
 */
export function makeCommittedFolderIn(ignored: string, path: string): void {
  const isNew = isMade(ignored, path);
  if (dirname(path) !== ignored) return;
  const file = join(ignored, '.gitignore');
  const text = `/*\n!${path.slice(ignored.length).replaceAll(sep, '/')}/\n`;
  if (isNew) writeNew(file, text);
  else if (readText(file) === EVERYTHING) writeFileSync(file, text);
}

/** Creates the inner folder. Returns true if the outer one did not exist. */
function isMade(outer: string, path: string): boolean {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  return first !== undefined && `${outer}${sep}`.startsWith(`${first}${sep}`);
}

function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
