import { execFile } from 'node:child_process';
import { access, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Whether a file lies in the work tree of a git repository that tracks it, or would with `git add --all`. */
export async function isOpenToGit(path: string): Promise<boolean> {
  const folder = await realpath(dirname(path));
  if (!(await hasRepositoryAbove(folder))) return false;
  // Without git, or where git refuses to look, a work tree is reason enough.
  return (await checkIgnore(folder, basename(path))) !== 0;
}

/** Whether git leaves a file or folder out, so that it will not get into a commit by itself. */
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

/** 0 for a file that is ignored and not tracked all the same; else 1, or anything when git cannot tell. */
function checkIgnore(folder: string, name: string): Promise<unknown> {
  // In a hook, git's own variables would point to another repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([variable]) => !variable.startsWith('GIT_')));
  return new Promise((resolve) =>
    execFile('git', ['-C', folder, 'check-ignore', '--quiet', '--', name], { env }, (error) =>
      resolve(error ? error.code : 0),
    ),
  );
}
