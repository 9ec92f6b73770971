import { resolve } from 'node:path';
import { TwoFactorError } from '../core/errors.ts';
import { Secret } from '../secret/secret.ts';
import { STRENGTH_RULE, isStrong } from '../secret/strength.ts';
import { readLimited } from './file.ts';
import { type KeyLocations, checkKeyFile, createLocalKey, localKeyPath } from './key-file.ts';

/** Key to a vault: age identities, or a passphrase. */
export interface VaultKey {
  /** Variable or file it was read from, for messages. */
  readonly where: string;
  readonly identities: readonly Secret[];
  readonly passphrase?: Secret;
}

const VARIABLE = 'PLAYWRIGHT_2FA_KEY';
const FILE_VARIABLE = 'PLAYWRIGHT_2FA_KEY_FILE';
const MAX_KEY_FILE = 64 * 1024;
const IDENTITY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;

/**
 * Loads the user's key from `PLAYWRIGHT_2FA_KEY`, the file `PLAYWRIGHT_2FA_KEY_FILE`, or the local key file.
 *
 * @throws TwoFactorError `VAULT_KEY_MISSING`; `VAULT_KEY_REFUSED` if others can read it, or if it is not a key.
 */
export async function loadKey(locations: KeyLocations): Promise<VaultKey> {
  const key = await findKey(locations);
  if (key) return key;
  const isEmpty = locations.env[VARIABLE] === '' || locations.env[FILE_VARIABLE] === '';
  const empty = isEmpty ? ' One of the variables is set but empty: CI does not pass secrets to forks.' : '';
  throw new TwoFactorError(
    'VAULT_KEY_MISSING',
    `There is no vault key: ${VARIABLE} and ${FILE_VARIABLE} are not set, and ${localKeyPath(locations)} does not exist.${empty} Set ${VARIABLE} to a key or the passphrase of this vault (in CI, from a secret), or set ${FILE_VARIABLE} to the path of its file. A new key cannot open an existing vault: get one of its keys from the owner of the vault, or let the owner add your public key with \`npx playwright-2fa vault rekey --recipient\`.`,
  );
}

/** Like `loadKey`, but returns `undefined` if there is no key. */
export async function findKey(locations: KeyLocations): Promise<VaultKey | undefined> {
  const key = await findExistingKey(locations);
  const file = locations.env[FILE_VARIABLE];
  if (key || !file) return key;
  const remedy = 'Correct the path, or unset the variable. A new key cannot open an existing vault.';
  throw new TwoFactorError(
    'VAULT_KEY_MISSING',
    `${FILE_VARIABLE} names ${resolve(file)}, which does not exist. ${remedy}`,
  );
}

/** Like `loadKey`, but creates the key file if there is none: the file that the variable names, or the local one. */
export async function loadOrCreateKey(locations: KeyLocations): Promise<{ key: VaultKey; isNew: boolean }> {
  const existing = await findExistingKey(locations);
  if (existing) return { key: existing, isNew: false };
  await createLocalKey(locations, keyPath(locations));
  return { key: await loadKey(locations), isNew: true };
}

async function findExistingKey(locations: KeyLocations): Promise<VaultKey | undefined> {
  const [text, file] = [locations.env[VARIABLE], locations.env[FILE_VARIABLE]];
  if (text && file) {
    throw refused(`${VARIABLE} and ${FILE_VARIABLE} are both set`, 'Unset one of them.');
  }
  return text ? await readKey(text, VARIABLE) : await readKeyFile(keyPath(locations));
}

function keyPath(locations: KeyLocations): string {
  const file = locations.env[FILE_VARIABLE];
  return file ? resolve(file) : localKeyPath(locations);
}

async function readKeyFile(path: string): Promise<VaultKey | undefined> {
  const content = await readLimited(path, MAX_KEY_FILE);
  if (!content) return undefined;
  await checkKeyFile(path);
  return await readKey(content.toString('utf8'), path);
}

/** Reads identities among comments, as age-keygen writes them. Any other text is a passphrase. */
async function readKey(text: string, where: string): Promise<VaultKey> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const words = lines.flatMap((line) => line.trim().split(/\s+/));
  if (words.length === 0) throw refused(`${where} is empty`, 'Write the key into it.');
  if (words.some((word) => /^AGE-SECRET-KEY-/i.test(word))) {
    const identities = words.map((word) => new Secret(where, word));
    await checkIdentities(identities, where);
    return { where, identities };
  }
  if (/^age1[a-z0-9]{20,}$/.test(words[0] ?? '')) {
    throw refused(`${where} holds a public key (age1…)`, 'Use the secret key, AGE-SECRET-KEY-1…');
  }
  if (/-----BEGIN/.test(text)) {
    throw refused(`${where} holds a key of another program`, 'Create an age key with `npx playwright-2fa vault init`.');
  }
  if (lines.length > 1) throw refused(`${where} holds several lines but no age key`, 'A passphrase is a single line.');
  const passphrase = new Secret(where, lines[0] ?? '');
  checkPassphrase(passphrase);
  return { where, identities: [], passphrase };
}

/** @throws TwoFactorError `VAULT_KEY_REFUSED` if a passphrase is too weak: the files may be public */
export function checkPassphrase(passphrase: Secret): void {
  if (isStrong(passphrase.reveal())) return;
  throw refused(`${passphrase.label} holds a passphrase that is too weak`, `It needs ${STRENGTH_RULE}`);
}

/** Drops the package's own error, which quotes a bad identity. */
async function checkIdentities(identities: readonly Secret[], where: string): Promise<void> {
  const { Decrypter } = await import('age-encryption');
  for (const [index, identity] of identities.entries()) {
    try {
      if (!IDENTITY.test(identity.reveal())) throw new Error('another kind of identity');
      new Decrypter().addIdentity(identity.reveal());
    } catch {
      const seen = `key ${index + 1} of ${identities.length} in ${where} is not an age X25519 identity, or is incomplete`;
      throw refused(seen, 'It must be AGE-SECRET-KEY-1… with 74 characters, in capitals.');
    }
  }
}

function refused(seen: string, remedy: string): TwoFactorError {
  return new TwoFactorError('VAULT_KEY_REFUSED', `The vault key was rejected: ${seen}. ${remedy}`);
}
