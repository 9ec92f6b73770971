import { TwoFactorError } from '../core/errors.ts';
import { recipientOf } from './age.ts';
import { replaceFile } from './file.ts';
import type { VaultFolder } from './folder.ts';
import type { KeyLocations } from './key-file.ts';
import { type VaultKey, loadKey, loadOrCreateKey } from './key.ts';
import { checkIsReader } from './persona-file.ts';
import { checkPinned } from './pinned-recipients.ts';
import { type Recipients, checkRecipients, formatRecipients } from './recipients.ts';

export interface InitOptions {
  /** Public keys of the other readers: colleagues and CI. */
  readonly recipients?: readonly string[];
  /** True to encrypt with a passphrase instead of keys. @default false */
  readonly passphrase?: boolean;
}

export interface InitResult {
  readonly recipients: Recipients;
  /** Location of the key: a variable, or the path of a file. */
  readonly keyLocation: string;
  readonly isNewKey: boolean;
  /** False if the vault existed before. */
  readonly isNewVault: boolean;
}

/** Creates a vault if there is none. */
export async function initVault(
  folder: VaultFolder,
  locations: KeyLocations,
  { recipients = [], passphrase = false }: InitOptions,
): Promise<InitResult> {
  await checkRecipients(recipients);
  if (passphrase && recipients.length > 0) {
    const text = 'A vault has either a passphrase or recipients. Remove one of the two options.';
    throw new TwoFactorError('SETTINGS_INVALID', text);
  }
  const { key, isNew: isNewKey } = passphrase
    ? { key: await loadKey(locations), isNew: false }
    : await loadOrCreateKey(locations);
  return await folder.locked(async (lock) => {
    const existing = await folder.readRecipients();
    if (existing) {
      await checkIsReader(key, existing, folder.recipientsPath);
      checkNothingNew(existing, passphrase ? 'passphrase' : recipients, folder);
      return { recipients: existing, keyLocation: key.where, isNewKey, isNewVault: false };
    }
    const all = await readersOf(key, recipients, passphrase);
    await checkPinned(folder, key, all); // somebody may have deleted the list
    await replaceFile(folder.recipientsPath, formatRecipients(all), lock.renameFile);
    return { recipients: all, keyLocation: key.where, isNewKey, isNewVault: true };
  });
}

async function readersOf(key: VaultKey, others: readonly string[], passphrase: boolean): Promise<Recipients> {
  if (passphrase !== (key.passphrase !== undefined) && (passphrase || others.length > 0)) {
    const seen = passphrase ? 'an age key, not a passphrase' : 'a passphrase, not an age key';
    const text = `${key.where} holds ${seen}. Replace it, or run \`vault init\` ${passphrase ? 'without' : 'with'} --passphrase.`;
    throw new TwoFactorError('VAULT_KEY_WRONG', text);
  }
  if (key.passphrase) return 'passphrase';
  const own = await Promise.all(key.identities.map(recipientOf));
  return [...new Set([...own, ...others])];
}

function checkNothingNew(existing: Recipients, requested: Recipients, folder: VaultFolder): void {
  const isSame = requested === 'passphrase' ? existing === requested : requested.every((one) => existing.includes(one));
  if (isSame) return;
  const text = `The vault already exists, and ${folder.recipientsPath} does not list the requested recipients. Add them with \`npx playwright-2fa vault rekey --recipient age1…\`.`;
  throw new TwoFactorError('VAULT_INVALID', text);
}
