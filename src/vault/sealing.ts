import { homedir } from 'node:os';
import { memoize } from '../core/memoize.ts';
import type { Sealing } from '../core/sealing.ts';
import type { Secret } from '../secret/secret.ts';
import { open, recipientOf, seal } from './age.ts';
import { VaultFolder } from './folder.ts';
import { type VaultKey, findKey } from './key.ts';
import { readersOf } from './persona-file.ts';
import { checkPinned } from './pinned-recipients.ts';
import type { RecordSchema } from './record.ts';
import type { VaultOptions } from './vault.ts';

/**
 * Returns encryption with the user's key, for texts other than personas, such as saved sessions. It encrypts to all
 * readers of the vault if the user is one of them, and to the key itself otherwise. Returns `undefined` if there is no
 * key. Sealing rejects with `VAULT_RECIPIENTS_CHANGED` if the list of the readers was changed by anything but `rekey`.
 *
 * @param options folder of the vault, which need not exist, and locations of the key
 * @throws TwoFactorError `VAULT_KEY_REFUSED`, `VAULT_KEY_MISSING`, `VAULT_INVALID`
 */
export async function openSealing({
  folder,
  env = process.env,
  home = homedir(),
}: Omit<VaultOptions, 'schema'>): Promise<Sealing | undefined> {
  const key = await findKey({ env, home });
  if (!key) return undefined;
  const recipients = memoize(() => recipientsOf(new VaultFolder(folder, NO_DOCUMENTS), key));
  return {
    seal: async (text) => seal(text, await recipients()),
    async open(sealed) {
      const opened = await open(Buffer.from(sealed), key);
      return 'text' in opened ? opened.text : undefined;
    },
  };
}

/** Only the list of recipients is read. */
const NO_DOCUMENTS: RecordSchema = { persona: {}, site: {} };

async function recipientsOf(folder: VaultFolder, key: VaultKey): Promise<readonly string[] | Secret> {
  if (key.passphrase) return key.passphrase;
  const own = await Promise.all(key.identities.map(recipientOf));
  const readers = await folder.readRecipients();
  const isReader = readers !== undefined && readers !== 'passphrase' && own.some((one) => readers.includes(one));
  if (!isReader) return own;
  // A rekey changes the list and then the files, under the lock.
  return await folder.locked(async () => {
    const list = await readersOf(folder, key);
    await checkPinned(folder, key, list);
    return list === 'passphrase' ? own : list;
  });
}
