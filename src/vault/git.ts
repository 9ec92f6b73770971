import { execFile } from 'node:child_process';
import { access, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { childEnvironment } from '../core/child-environment.ts';

/** True if git tracks a file, or would with `git add --all`. */
export async function isExposedToGit(path: string): Promise<boolean> {
  const folder = await realpath(dirname(path));
  if (!(await hasRepositoryAbove(folder))) return false;
  // If git is missing or refuses to answer, every file in a work tree counts as exposed.
  return (await checkIgnore(folder, basename(path))) !== 0;
}

/** True if git ignores a file or folder, so that `git add --all` leaves it out. */
export async function isIgnoredByGit(path: string): Promise<boolean> {
  const folder = await realpath(dirname(path));
  return (await hasRepositoryAbove(folder)) && (await checkIgnore(folder, basename(path))) === 0;
}

async function hasRepositoryAbove(folder: string): Promise<boolean> {
  for (let above = folder; ; above = dirname(above)) {
    const found = await access(join(above, '.git')).then(
      () => true,
      () => false,
    );
    if (found) return true;
    if (dirname(above) === above) return false;
  }
}

/** Returns 0 for a file that is ignored and not tracked, 1 for any other, and another value if git fails. */
function checkIgnore(folder: string, name: string): Promise<unknown> {
  // Without the variables of git, which in a hook point to the repository of the hook.
  const env = childEnvironment(process.env);
  return new Promise((resolve) =>
    execFile('git', ['-C', folder, 'check-ignore', '--quiet', '--', name], { env }, (error) =>
      resolve(error ? error.code : 0),
    ),
  );
}
