import { TwoFactorError } from '../core/errors.ts';
import { open, recipientOf, seal } from './age.ts';
import { replaceFile, readLimited } from './file.ts';
import { type Lock, MAX_FILE, type VaultFolder } from './folder.ts';
import type { VaultKey } from './key.ts';
import { type PersonaRecord, checkRecord, formatDocument, parseRecord } from './record.ts';
import type { Recipients } from './recipients.ts';

/** Reads the encrypted file of a persona. */
export async function readSealed(folder: VaultFolder, persona: string): Promise<Buffer | undefined> {
  return await readLimited(folder.pathOf(persona), MAX_FILE);
}

/**
 * Decrypts a persona's file and checks its content.
 *
 * @throws TwoFactorError `VAULT_KEY_WRONG`; `VAULT_INVALID` if the file is damaged or is not a persona's document.
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
    const remedy = 'Restore it from git, or remove it and set its values again.';
    throw new TwoFactorError('VAULT_INVALID', `${path} is damaged: ${opened.damage}. ${remedy}`);
  }
  const [next, ...rest] = others;
  if (next) return await unseal(folder, persona, file, next, ...rest);
  throw await wrongKey(folder, path, key, opened.requiredKinds);
}

/**
 * Encrypts a persona's record to recipients and replaces its file.
 *
 * @throws TwoFactorError `VAULT_INVALID`
 */
export async function writeSealed(
  folder: VaultFolder,
  record: PersonaRecord,
  key: VaultKey,
  recipients: Recipients,
  lock: Lock,
): Promise<void> {
  const json = formatDocument(checkRecord(record, record.persona, folder.schema), recipients);
  const readers = recipients === 'passphrase' ? (key.passphrase ?? []) : recipients;
  const sealed = await seal(json, readers);
  if (sealed.length > MAX_FILE) {
    const text = `The vault's document of "${record.persona}" is too large: it has ${sealed.length} bytes, and the limit is ${MAX_FILE}. Remove something from it.`;
    throw new TwoFactorError('VAULT_INVALID', text);
  }
  await replaceFile(folder.pathOf(record.persona), sealed, lock.renameFile);
}

/**
 * Reads the list of recipients that a new file is encrypted to.
 *
 * @throws TwoFactorError `VAULT_KEY_WRONG` if the owner of the key is not one of them.
 */
export async function readersOf(folder: VaultFolder, key: VaultKey): Promise<Recipients> {
  const recipients = await folder.readRecipients();
  if (recipients === undefined) {
    const text = `${folder.recipientsPath}, which lists the readers of the vault, is missing. Restore it from git, or create it with \`npx playwright-2fa vault init\`.`;
    throw new TwoFactorError('VAULT_INVALID', text);
  }
  await checkIsReader(key, recipients, folder.recipientsPath);
  return recipients;
}

/** @throws TwoFactorError `VAULT_KEY_WRONG` if the owner of the key could not read its own files. */
export async function checkIsReader(key: VaultKey, recipients: Recipients, where: string): Promise<void> {
  if (recipients === 'passphrase') {
    if (key.passphrase) return;
    const text = `The vault has a passphrase, according to ${where}, but ${key.where} holds an age key. Replace it with the passphrase.`;
    throw new TwoFactorError('VAULT_KEY_WRONG', text);
  }
  const own = await Promise.all(key.identities.map(recipientOf));
  if (own.some((one) => recipients.includes(one))) return;
  const seen = key.passphrase ? 'a passphrase' : `the key of ${own.join(' and ')}`;
  throw new TwoFactorError(
    'VAULT_KEY_WRONG',
    `${key.where} holds ${seen}, which is not one of the recipients in ${where} (${recipients.join(', ')}), so it could not read its own files. Use the key of a recipient, or ask one of them to add yours: npx playwright-2fa vault rekey --recipient ${own[0] ?? 'age1…'}`,
  );
}

async function wrongKey(
  folder: VaultFolder,
  path: string,
  key: VaultKey,
  requiredKinds: readonly string[],
): Promise<TwoFactorError> {
  const own = await Promise.all(key.identities.map(recipientOf));
  const tried = key.passphrase ? 'a passphrase' : `the key of ${own.join(' and ')}`;
  const needs = requiredKinds.includes('scrypt') ? 'it is encrypted with a passphrase' : 'it is encrypted to age keys';
  const recipients = await folder.readRecipients().catch(() => undefined);
  const list = Array.isArray(recipients) ? `; ${folder.recipientsPath} lists ${recipients.join(', ')}` : '';
  const remedy = key.passphrase
    ? 'Check the passphrase for typing errors.'
    : `Use the key of a recipient, or ask one of them to add yours: npx playwright-2fa vault rekey --recipient ${own[0]}`;
  const text = `The key does not open ${path}: ${key.where} holds ${tried}, and ${needs}${list}. ${remedy} If the key is correct, the file is damaged.`;
  return new TwoFactorError('VAULT_KEY_WRONG', text);
}
