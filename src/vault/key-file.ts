import { link, mkdir, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TwoFactorError } from '../core/errors.ts';
import { writeDraft } from './file.ts';
import { isExposedToGit } from './git.ts';

/** Environment and home folder in which the key is looked up. */
export interface KeyLocations {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
}

/** Returns the path of the user's own key: `~/.config/playwright-2fa/key.txt`, or its equivalent on the system. */
export function localKeyPath({ env, home }: KeyLocations): string {
  const windows = env['APPDATA'] || join(home, 'AppData', 'Roaming');
  const others = env['XDG_CONFIG_HOME'] || join(home, '.config');
  return join(process.platform === 'win32' ? windows : others, 'playwright-2fa', 'key.txt');
}

/**
 * Creates the user's own key if there is none. Two processes that do so at once end up with the same key.
 *
 * @param path file of the key
 * @throws TwoFactorError `VAULT_KEY_REFUSED` if git would track the file.
 */
export async function createLocalKey(locations: KeyLocations, path: string = localKeyPath(locations)): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (await isExposedToGit(path)) throw tracked(path);
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const draft = await writeDraft(
    path,
    `# created: ${new Date().toISOString()}\n# public key: ${recipient}\n${identity}\n`,
  );
  // `link` is atomic and, unlike `rename`, never replaces an existing file.
  await link(draft, path)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    })
    .finally(() => rm(draft, { force: true }));
}

/**
 * Checks that only the owner can read a key file, as ssh does, and that git does not track it.
 *
 * @throws TwoFactorError `VAULT_KEY_REFUSED`
 */
export async function checkKeyFile(path: string): Promise<void> {
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw refused(`other users can read ${path} (mode ${octal})`, `Run: chmod 600 ${path}`);
  }
  if (await isExposedToGit(await realpath(path))) throw tracked(path);
}

function tracked(path: string): TwoFactorError {
  return refused(
    `${path} is in the work tree of a git repository and is not ignored, so the next commit could publish it`,
    'Move it out of the work tree. If it was ever committed, create a new key.',
  );
}

function refused(seen: string, remedy: string): TwoFactorError {
  return new TwoFactorError('VAULT_KEY_REFUSED', `The vault key was rejected: ${seen}. ${remedy}`);
}
