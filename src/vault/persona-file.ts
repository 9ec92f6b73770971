import { TwoFactorError } from '../core/errors.ts';
import type { Secret } from '../secret/secret.ts';
import { open, recipientOf, seal } from './age.ts';
import { replaceFile, readLimited } from './file.ts';
import { type CheckLock, MAX_FILE, type VaultFolder } from './folder.ts';
import type { VaultKey } from './key.ts';
import { type PersonaRecord, checkRecord, parseRecord } from './record.ts';
import type { Recipients } from './recipients.ts';

/** The file of a persona as it is, encrypted. */
export async function readSealed(folder: VaultFolder, persona: string): Promise<Buffer | undefined> {
  return await readLimited(folder.pathOf(persona), MAX_FILE);
}

/**
 * Decrypts a persona's file, and checks what is in it.
 *
 * @throws TwoFactorError `VAULT_KEY_WRONG`; `VAULT_INVALID` for a damaged file, or one that holds anything else.
 */
export async function unseal(
  folder: VaultFolder,
  persona: string,
  file: Uint8Array,
  ...[key, ...others]: readonly [VaultKey, ...VaultKey[]]
): Promise<PersonaRecord> {
  const opened = await open(file, key);
  if ('text' in opened) return parseRecord(opened.text, persona, folder.schema);
  const path = folder.pathOf(persona);
  if ('damage' in opened) {
    const remedy = 'Take it back from git, or remove it and set its values again.';
    throw new TwoFactorError('VAULT_INVALID', `${path} is damaged: ${opened.damage}. ${remedy}`);
  }
  const [next, ...rest] = others;
  if (next) return await unseal(folder, persona, file, next, ...rest);
  throw await wrongKey(folder, path, key, opened.wanted);
}

/**
 * Encrypts a persona's record to all who may read it, in the place of what was there.
 *
 * @throws TwoFactorError `VAULT_KEY_WRONG` when this key could not read it again; `VAULT_INVALID`
 */
export async function writeSealed(
  folder: VaultFolder,
  record: PersonaRecord,
  key: VaultKey,
  checkLock: CheckLock,
): Promise<void> {
  const json = JSON.stringify(checkRecord(record, record.persona, folder.schema));
  for (let recipients = await readersOf(folder, key); ;) {
    const sealed = await seal(json, recipients);
    if (sealed.length > MAX_FILE) {
      const text = `The vault's document of "${record.persona}" is too large: ${sealed.length} bytes, of ${MAX_FILE} at most. Take something out of it.`;
      throw new TwoFactorError('VAULT_INVALID', text);
    }
    await replaceFile(folder.pathOf(record.persona), sealed, checkLock);
    // Whoever changes the list writes it first, and then every file that there is: one of us sees the other.
    const now = await readersOf(folder, key);
    if (String(now) === String(recipients)) return;
    recipients = now;
  }
}

/**
 * Whom a key's owner writes to.
 *
 * @throws TwoFactorError `VAULT_KEY_WRONG` when the owner is not one of them.
 */
async function readersOf(folder: VaultFolder, key: VaultKey): Promise<readonly string[] | Secret> {
  const recipients = await folder.readRecipients();
  if (recipients === undefined) {
    const text = `There is no ${folder.recipientsPath}, so it is not known who may read the vault. Take it back from git, or make it with \`npx playwright-2fa vault init\`.`;
    throw new TwoFactorError('VAULT_INVALID', text);
  }
  await checkIsReader(key, recipients, folder.recipientsPath);
  return recipients === 'passphrase' && key.passphrase ? key.passphrase : recipients === 'passphrase' ? [] : recipients;
}

/** @throws TwoFactorError `VAULT_KEY_WRONG` when the owner of a key would not be able to read what it writes. */
export async function checkIsReader(key: VaultKey, recipients: Recipients, where: string): Promise<void> {
  if (recipients === 'passphrase') {
    if (key.passphrase) return;
    const text = `The vault has a passphrase (${where} says so), but ${key.where} holds an age key. Put the passphrase there.`;
    throw new TwoFactorError('VAULT_KEY_WRONG', text);
  }
  const own = await Promise.all(key.identities.map(recipientOf));
  if (own.some((one) => recipients.includes(one))) return;
  const seen = key.passphrase ? 'a passphrase' : `the key of ${own.join(' and ')}`;
  throw new TwoFactorError(
    'VAULT_KEY_WRONG',
    `${key.where} holds ${seen}, which is not among the recipients in ${where} (${recipients.join(', ')}), so it could not read what it writes. Use the key of one of them, or let one of them add yours: npx playwright-2fa vault rekey --recipient ${own[0] ?? 'age1…'}`,
  );
}

async function wrongKey(
  folder: VaultFolder,
  path: string,
  key: VaultKey,
  wanted: readonly string[],
): Promise<TwoFactorError> {
  const own = await Promise.all(key.identities.map(recipientOf));
  const tried = key.passphrase ? 'a passphrase' : `the key of ${own.join(' and ')}`;
  const needs = wanted.includes('scrypt') ? 'it is encrypted with a passphrase' : 'it is encrypted to age keys';
  const recipients = await folder.readRecipients().catch(() => undefined);
  const list = Array.isArray(recipients) ? `; ${folder.recipientsPath} lists ${recipients.join(', ')}` : '';
  const remedy = key.passphrase
    ? 'Look for a slip in it.'
    : `Use the key of a recipient, or let one of them add yours: npx playwright-2fa vault rekey --recipient ${own[0]}`;
  const text = `The key does not open ${path}: ${key.where} holds ${tried}, and ${needs}${list}. ${remedy} If the key is right, the file is damaged.`;
  return new TwoFactorError('VAULT_KEY_WRONG', text);
}
