import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { PAGE_SCHEMES, pageUrl } from './page-url.ts';

export type Arguments = Readonly<Record<string, unknown>>;

/**
 * Returns why a call of a tool is refused, for a model, or undefined.
 *
 * @param folder folder that relative paths start from
 * @param secretFolders folders with secrets, besides every `.playwright-2fa`
 */
export async function refusalOf(
  name: string,
  args: Arguments,
  folder: string,
  secretFolders: readonly string[],
): Promise<string | undefined> {
  const { url, isolatedContext } = args;
  if (typeof url === 'string' && pageUrl(url) === undefined)
    return `Did not open this URL: its scheme is none of ${PAGE_SCHEMES}.`;
  if (name === 'browser_tabs' && isolatedContext !== undefined && isolatedContext !== 'default')
    return 'Did not open a tab in a context of its own: this server shares one context with its tools for sign-ins. Leave out "isolatedContext".';
  for (const path of pathsIn(args)) {
    if (await holdsSecrets(resolve(folder, path), secretFolders))
      return `Did not use the file ${JSON.stringify(path)}: the files of .playwright-2fa and .env hold secrets. Name another file.`;
  }
  return undefined;
}

/** Returns the paths of files to send, and of the file to write. */
function pathsIn({ paths, filename }: Arguments): string[] {
  return [...(Array.isArray(paths) ? paths : []), filename].filter((path) => typeof path === 'string');
}

async function holdsSecrets(path: string, secretFolders: readonly string[]): Promise<boolean> {
  const real = await realPath(path);
  const folders = await Promise.all(secretFolders.map((folder) => realPath(resolve(folder))));
  return [path, real].some((one) => {
    const parts = one.toLowerCase().split(sep);
    const isInFolder = folders.some((folder) => one === folder || one.startsWith(`${folder}${sep}`));
    return isInFolder || parts.includes('.playwright-2fa') || (parts.at(-1) ?? '').startsWith('.env');
  });
}

/** Resolves the symbolic links of a path, whose last parts may not exist. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPath(parent), basename(path));
  }
}
