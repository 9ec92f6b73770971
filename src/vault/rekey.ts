import { TwoFactorError } from '../core/errors.ts';
import type { Secret } from '../secret/secret.ts';
import { replaceFile } from './file.ts';
import type { Lock, VaultFolder } from './folder.ts';
import type { KeyLocations } from './key-file.ts';
import { type VaultKey, checkPassphrase, loadKey } from './key.ts';
import { checkIsReader, readSealed, unseal, writeSealed } from './persona-file.ts';
import { checkPinned } from './pinned-recipients.ts';
import { type Recipients, checkRecipients, editRecipients, parseRecipients } from './recipients.ts';

export interface RekeyOptions {
  /** Public keys of new readers. */
  readonly add?: readonly string[];
  /** Public keys that cannot read new files. They can still read the versions that git has. */
  readonly remove?: readonly string[];
  /** New passphrase of a vault that has one. */
  readonly passphrase?: Secret;
}

/**
 * Encrypts every file of a vault again. Returns the names of the personas.
 *
 * A change of the list that was made by hand is accepted only if `add` and `remove` name it.
 */
export async function rekeyVault(
  folder: VaultFolder,
  locations: KeyLocations,
  options: RekeyOptions,
): Promise<readonly string[]> {
  const key = await loadKey(locations);
  return await folder.locked(async (lock) => {
    const [writer, recipients] = await changeReaders(folder, key, options, lock);
    const names = await folder.names();
    for (const persona of names) {
      const file = await readSealed(folder, persona);
      // An interrupted run may have encrypted this file to the new readers already.
      const record = file && (await unseal(folder, persona, file, key, writer));
      if (record) await writeSealed(folder, record, writer, recipients, lock);
    }
    return names;
  });
}

/** Writes the new list before any file, so that a call after an interruption starts from the new list. */
async function changeReaders(
  folder: VaultFolder,
  key: VaultKey,
  { add = [], remove = [], passphrase }: RekeyOptions,
  lock: Lock,
): Promise<[writer: VaultKey, recipients: Recipients]> {
  await checkRecipients([...add, ...remove]);
  const text = (await folder.readRecipientsText()) ?? '';
  const old = await parseRecipients(text, folder.recipientsPath);
  const hasPassphrase = old === 'passphrase';
  if (hasPassphrase ? add.length + remove.length > 0 : passphrase) {
    const kind = hasPassphrase ? 'has a passphrase' : 'has recipients';
    const remedy = 'To switch between the two, create a new vault in another folder and set its values there.';
    throw new TwoFactorError('VAULT_INVALID', `The vault in ${folder.path} ${kind}. ${remedy}`);
  }
  if (passphrase) checkPassphrase(passphrase);
  const edited = editRecipients(text, add, remove);
  const recipients = await parseRecipients(edited, folder.recipientsPath);
  await checkIsReader(key, recipients, folder.recipientsPath);
  await checkPinned(folder, key, recipients, { add, remove });
  if (edited !== text) await replaceFile(folder.recipientsPath, edited, lock.renameFile);
  return [passphrase ? { where: 'the new passphrase', identities: [], passphrase } : key, recipients];
}
