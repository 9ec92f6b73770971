import { homedir } from 'node:os';
import type { Secret } from '../secret/secret.ts';
import { open, recipientOf, seal } from './age.ts';
import { VaultFolder } from './folder.ts';
import { type VaultKey, findKey } from './key.ts';
import type { RecordSchema } from './record.ts';
import type { VaultOptions } from './vault.ts';

/** Encrypts texts that are no persona's file, such as saved sessions. */
export interface Sealing {
  seal(text: string): Promise<string>;
  /** Nothing where the key does not fit. */
  open(sealed: string): Promise<string | undefined>;
}

/**
 * What the user's key encrypts with: to all who may read the vault, where its owner is one of them, else to the key
 * itself. Nothing where there is no key.
 *
 * @param options the vault's folder, which need not be there, and where the key is looked for
 * @throws TwoFactorError `VAULT_KEY_REFUSED`, `VAULT_KEY_MISSING`, `VAULT_INVALID`
 */
export async function openSealing({
  folder,
  env = process.env,
  home = homedir(),
}: Omit<VaultOptions, 'schema'>): Promise<Sealing | undefined> {
  const key = await findKey({ env, home });
  if (!key) return undefined;
  const recipients = await recipientsOf(new VaultFolder(folder, NO_DOCUMENTS), key);
  return {
    seal: (text) => seal(text, recipients),
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
  return isReader ? readers : own;
}
