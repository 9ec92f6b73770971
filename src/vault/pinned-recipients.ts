import { TwoFactorError } from '../core/errors.ts';
import { open } from './age.ts';
import type { VaultFolder } from './folder.ts';
import type { VaultKey } from './key.ts';
import { readSealed } from './persona-file.ts';
import { pinnedIn } from './record.ts';
import type { Recipients } from './recipients.ts';

/** Recipients that a list has and the files have not, and the reverse. */
export interface RecipientChanges {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Compares the list of recipients with the lists inside the encrypted files. The list itself is plain text: a person who can
 * write to the folder could add a recipient to it, and the next write would be encrypted to that recipient. A list
 * inside a file cannot be changed by somebody who cannot read the file. The caller holds the lock of the vault.
 *
 * A vault with a passphrase needs no comparison: its files are encrypted to nobody else. Files without a list, and those
 * that the key does not open, do not count.
 *
 * @param accepted changes that the user has named
 * @throws TwoFactorError `VAULT_RECIPIENTS_CHANGED` with the recipients that were added and removed
 */
export async function checkPinned(
  folder: VaultFolder,
  key: VaultKey,
  recipients: Recipients,
  accepted: RecipientChanges = { add: [], remove: [] },
): Promise<void> {
  if (recipients === 'passphrase') return;
  const pins = await Promise.all((await folder.names()).map((persona) => readPin(folder, persona, key)));
  const changes = changesOf(
    recipients,
    pins.filter((pin) => pin !== undefined),
  );
  const add = changes.add.filter((one) => !accepted.add.includes(one));
  const remove = changes.remove.filter((one) => !accepted.remove.includes(one));
  if (add.length + remove.length === 0) return;
  const text = `${folder.recipientsPath} is not the list that the files of the vault were encrypted to: ${describeChanges({ add, remove })} Nothing was written.`;
  throw new TwoFactorError('VAULT_RECIPIENTS_CHANGED', text);
}

/** Compares a list with the lists of some files. */
export function changesOf(recipients: readonly string[], pins: readonly (readonly string[])[]): RecipientChanges {
  return {
    add: recipients.filter((one) => pins.some((pin) => !pin.includes(one))),
    remove: [...new Set(pins.flat())].filter((one) => !recipients.includes(one)),
  };
}

/** Describes changes of the list, and what to do. */
export function describeChanges({ add, remove }: RecipientChanges): string {
  const seen = [
    ...(add.length > 0 ? [`it adds ${add.join(', ')}`] : []),
    ...(remove.length > 0 ? [`it lacks ${remove.join(', ')}`] : []),
  ];
  const options = [...add.map((one) => `--recipient ${one}`), ...remove.map((one) => `--remove-recipient ${one}`)];
  return `${seen.join(', and ')}. If you do not know who changed the list, restore it from git. If the change is right, accept it: npx playwright-2fa vault rekey ${options.join(' ')}.`;
}

async function readPin(folder: VaultFolder, persona: string, key: VaultKey): Promise<readonly string[] | undefined> {
  const file = await readSealed(folder, persona).catch(() => undefined);
  const opened = file && (await open(file, key));
  return opened && 'text' in opened ? pinnedIn(opened.text) : undefined;
}
