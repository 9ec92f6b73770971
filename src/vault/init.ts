import { TwoFactorError } from '../core/errors.ts';
import { recipientOf } from './age.ts';
import { replaceFile } from './file.ts';
import type { VaultFolder } from './folder.ts';
import { type KeyPlaces, createLocalKey } from './key-file.ts';
import { type VaultKey, findKey, loadKey } from './key.ts';
import { checkIsReader } from './persona-file.ts';
import { type Recipients, checkRecipients, formatRecipients } from './recipients.ts';

export interface InitOptions {
  /** Who can read it beside oneself: the public keys of people and of CI. */
  readonly recipients?: readonly string[];
  /** Whether it is encrypted with a passphrase instead, which is the key then. @default false */
  readonly passphrase?: boolean;
}

export interface InitResult {
  readonly recipients: Recipients;
  /** Where the key is: a variable, or the path of a file. */
  readonly keyAt: string;
  readonly isNewKey: boolean;
  /** False when it was there before. */
  readonly isNewVault: boolean;
}

/** Makes a vault, unless there is one. */
export async function initVault(
  folder: VaultFolder,
  places: KeyPlaces,
  { recipients = [], passphrase = false }: InitOptions,
): Promise<InitResult> {
  await checkRecipients(recipients);
  if (passphrase && recipients.length > 0) {
    const text = 'A vault has either a passphrase or recipients. Leave one of them away.';
    throw new TwoFactorError('SETTINGS_INVALID', text);
  }
  const found = passphrase ? await loadKey(places) : await findKey(places);
  if (!found) await createLocalKey(places);
  const key = found ?? (await loadKey(places));
  const isNewKey = found === undefined;
  return await folder.locked('recipients', async (checkLock) => {
    const there = await folder.readRecipients();
    if (there) {
      await checkIsReader(key, there, folder.recipientsPath);
      checkNothingNew(there, passphrase ? 'passphrase' : recipients, folder);
      return { recipients: there, keyAt: key.where, isNewKey, isNewVault: false };
    }
    const all = await readersOf(key, recipients, passphrase);
    await replaceFile(folder.recipientsPath, formatRecipients(all), checkLock);
    return { recipients: all, keyAt: key.where, isNewKey, isNewVault: true };
  });
}

async function readersOf(key: VaultKey, others: readonly string[], passphrase: boolean): Promise<Recipients> {
  if (passphrase !== (key.passphrase !== undefined) && (passphrase || others.length > 0)) {
    const seen = passphrase ? 'an age key, not a passphrase' : 'a passphrase, not an age key';
    const text = `${key.where} holds ${seen}. Put the one you want there, or run \`vault init\` ${passphrase ? 'without' : 'with'} --passphrase.`;
    throw new TwoFactorError('VAULT_KEY_WRONG', text);
  }
  if (key.passphrase) return 'passphrase';
  const own = await Promise.all(key.identities.map(recipientOf));
  return [...new Set([...own, ...others])];
}

function checkNothingNew(there: Recipients, asked: Recipients, folder: VaultFolder): void {
  const isThere = asked === 'passphrase' ? there === asked : asked.every((one) => there.includes(one));
  if (isThere) return;
  const text = `There is a vault already, and ${folder.recipientsPath} does not list what was asked for. Change it with \`npx playwright-2fa vault rekey --recipient age1…\`.`;
  throw new TwoFactorError('VAULT_INVALID', text);
}
