import { link, mkdir, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TwoFactorError } from '../core/errors.ts';
import { writeDraft } from './file.ts';
import { isOpenToGit } from './git.ts';

/** Where a key may be looked for. */
export interface KeyPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
}

/** Where the user's own key lies: `~/.config/playwright-2fa/key.txt`, or what the system has in its place. */
export function localKeyPath({ env, home }: KeyPlaces): string {
  const windows = env['APPDATA'] || join(home, 'AppData', 'Roaming');
  const others = env['XDG_CONFIG_HOME'] || join(home, '.config');
  return join(process.platform === 'win32' ? windows : others, 'playwright-2fa', 'key.txt');
}

/**
 * Makes the user's own key, unless there is one: of two processes that do it at once, both end up with the same.
 *
 * @throws TwoFactorError `VAULT_KEY_REFUSED` where git would track it.
 */
export async function createLocalKey(places: KeyPlaces): Promise<void> {
  const path = localKeyPath(places);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (await isOpenToGit(path)) throw tracked(path);
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const draft = await writeDraft(
    path,
    `# created: ${new Date().toISOString()}\n# public key: ${recipient}\n${identity}\n`,
  );
  // A link comes into being whole or not at all, and never in the place of another file.
  await link(draft, path)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    })
    .finally(() => rm(draft, { force: true }));
}

/**
 * Checks that only its owner can read a key file, as ssh does, and that git does not carry it away.
 *
 * @throws TwoFactorError `VAULT_KEY_REFUSED`
 */
export async function checkKeyFile(path: string): Promise<void> {
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw refused(`others can read ${path} (its mode is ${octal})`, `Run: chmod 600 ${path}`);
  }
  if (await isOpenToGit(await realpath(path))) throw tracked(path);
}

function tracked(path: string): TwoFactorError {
  return refused(
    `${path} is in the work tree of a git repository, which does not ignore it: the next commit could publish it`,
    'Move it out of the work tree, and if it was ever committed, make a new one.',
  );
}

function refused(seen: string, remedy: string): TwoFactorError {
  return new TwoFactorError('VAULT_KEY_REFUSED', `The key to the vault is refused: ${seen}. ${remedy}`);
}
