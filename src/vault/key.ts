import { resolve } from 'node:path';
import { TwoFactorError } from '../core/errors.ts';
import { Secret } from '../secret/secret.ts';
import { readLimited } from './file.ts';
import { type KeyPlaces, checkKeyFile, localKeyPath } from './key-file.ts';

/** What opens a vault: age identities, or a passphrase. */
export interface VaultKey {
  /** Where it was found, for people. */
  readonly where: string;
  readonly identities: readonly Secret[];
  readonly passphrase?: Secret;
}

const VARIABLE = 'PLAYWRIGHT_2FA_KEY';
const FILE_VARIABLE = 'PLAYWRIGHT_2FA_KEY_FILE';
const MAX_KEY_FILE = 64 * 1024;
const IDENTITY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;

/**
 * Finds the key of the user: `PLAYWRIGHT_2FA_KEY`, else the file `PLAYWRIGHT_2FA_KEY_FILE`, else the local key file.
 *
 * @throws TwoFactorError `VAULT_KEY_MISSING`; `VAULT_KEY_REFUSED` when it lies where others can read it, or is no key.
 */
export async function loadKey(places: KeyPlaces): Promise<VaultKey> {
  const key = await findKey(places);
  if (key) return key;
  const isEmpty = places.env[VARIABLE] === '' || places.env[FILE_VARIABLE] === '';
  const empty = isEmpty ? ' One of the variables is there, but empty: CI gives forks no secrets.' : '';
  throw new TwoFactorError(
    'VAULT_KEY_MISSING',
    `There is no key to the vault: ${VARIABLE} and ${FILE_VARIABLE} are not set, and there is no file ${localKeyPath(places)}.${empty} Put the key into ${VARIABLE} (in CI, from its store of secrets), or the path of its file into ${FILE_VARIABLE}, or make a local key with \`npx playwright-2fa vault init\`.`,
  );
}

/** The same, or nothing where there is no key. */
export async function findKey(places: KeyPlaces): Promise<VaultKey | undefined> {
  const [text, file] = [places.env[VARIABLE], places.env[FILE_VARIABLE]];
  if (text && file) {
    throw refused(`${VARIABLE} and ${FILE_VARIABLE} are both set`, 'Keep one of them.');
  }
  if (text) return await readKey(text, VARIABLE);
  return file ? await readKeyFile(resolve(file), FILE_VARIABLE) : await readKeyFile(localKeyPath(places));
}

async function readKeyFile(path: string, variable?: string): Promise<VaultKey | undefined> {
  const content = await readLimited(path, MAX_KEY_FILE);
  if (!content) {
    if (variable === undefined) return undefined;
    const remedy = 'Correct the path, or take the variable away.';
    throw new TwoFactorError('VAULT_KEY_MISSING', `There is no file ${path}, which ${variable} names. ${remedy}`);
  }
  await checkKeyFile(path);
  return await readKey(content.toString('utf8'), path);
}

/** Identities, one or more to a line, among comments as age-keygen writes them; any other text is a passphrase. */
async function readKey(text: string, where: string): Promise<VaultKey> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const words = lines.flatMap((line) => line.trim().split(/\s+/));
  if (words.length === 0) throw refused(`${where} holds nothing`, 'Write the key into it.');
  if (words.some((word) => /^AGE-SECRET-KEY-/i.test(word))) {
    const identities = words.map((word) => new Secret(where, word));
    await checkIdentities(identities, where);
    return { where, identities };
  }
  if (/^age1[a-z0-9]{20,}$/.test(words[0] ?? '')) {
    throw refused(`${where} holds a public key (age1…)`, 'Give the secret one, AGE-SECRET-KEY-1…');
  }
  if (/-----BEGIN/.test(text)) {
    throw refused(`${where} holds a key that is none of age`, 'Make one with `npx playwright-2fa vault init`.');
  }
  if (lines.length > 1) throw refused(`${where} holds several lines and no age key`, 'A passphrase is one line.');
  return { where, identities: [], passphrase: new Secret(where, lines[0] ?? '') };
}

/** What the package says of a bad identity quotes it, so nothing of that is passed on. */
async function checkIdentities(identities: readonly Secret[], where: string): Promise<void> {
  const { Decrypter } = await import('age-encryption');
  for (const [index, identity] of identities.entries()) {
    try {
      if (!IDENTITY.test(identity.reveal())) throw new Error('of another kind');
      new Decrypter().addIdentity(identity.reveal());
    } catch {
      const seen = `key ${index + 1} of ${identities.length} in ${where} is no X25519 identity of age, or was not copied whole`;
      throw refused(seen, 'It looks like AGE-SECRET-KEY-1…, 74 characters long, in capitals.');
    }
  }
}

function refused(seen: string, remedy: string): TwoFactorError {
  return new TwoFactorError('VAULT_KEY_REFUSED', `The key to the vault is refused: ${seen}. ${remedy}`);
}
