import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TwoFactorError } from '../core/errors.ts';
import { open, recipientKinds } from './age.ts';
import { isDraftName } from './file.ts';
import type { VaultFolder } from './folder.ts';
import type { KeyLocations } from './key-file.ts';
import { type VaultKey, loadKey } from './key.ts';
import { isPersonaName } from './name.ts';
import { changesOf, describeChanges } from './pinned-recipients.ts';
import { pinnedIn } from './record.ts';
import { checkIsReader, readSealed, unseal } from './persona-file.ts';
import type { Recipients } from './recipients.ts';

/** Checks a vault. Returns its problems, one sentence each. */
export async function verifyVault(folder: VaultFolder, locations: KeyLocations): Promise<readonly string[]> {
  const entries = await folder.entries();
  if (entries.length === 0) return [`There is no vault in ${folder.path}. Create one: npx playwright-2fa vault init`];
  const problems = new Problems();
  const key = await problems.of(() => loadKey(locations));
  const recipients = await problems.of(() => folder.readRecipients());
  if (!entries.includes('recipients.txt')) {
    problems.list.push(`${folder.recipientsPath} is missing, so nothing can be written. Restore it from git.`);
  }
  if (key && recipients) await problems.of(() => checkIsReader(key, recipients, folder.recipientsPath));
  for (const name of entries) problems.list.push(...nameProblems(folder, name), ...(await modeProblems(folder, name)));
  for (const persona of await folder.names()) {
    await problems.of(() => checkFile(folder, persona, recipients, key));
  }
  return problems.list;
}

/** Collects problems instead of stopping at the first. */
class Problems {
  readonly list: string[] = [];

  async of<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TwoFactorError)) throw error;
      this.list.push(error.message);
      return undefined;
    }
  }
}

/** Checks that a file can be read. Returns the recipients that it names. */
async function unsealPin(
  folder: VaultFolder,
  persona: string,
  file: Uint8Array,
  key: VaultKey,
): Promise<readonly string[] | undefined> {
  await unseal(folder, persona, file, key);
  const opened = await open(file, key);
  return 'text' in opened ? pinnedIn(opened.text) : undefined;
}

async function checkFile(
  folder: VaultFolder,
  persona: string,
  recipients: Recipients | undefined,
  key: VaultKey | undefined,
): Promise<void> {
  const file = await readSealed(folder, persona);
  if (!file) return; // removed meanwhile
  const pin = key && (await unsealPin(folder, persona, file, key));
  const list = Array.isArray(recipients) ? recipients : undefined;
  const changes = list && pin ? changesOf(list, [pin]) : { add: [], remove: [] };
  const kinds = await recipientKinds(file);
  const expected = recipients === 'passphrase' ? ['scrypt'] : recipients?.map(() => 'X25519');
  if (!expected || (String(kinds) === String(expected) && changes.add.length + changes.remove.length === 0)) return;
  const remedy = pin ? describeChanges(changes) : 'Update it: npx playwright-2fa vault rekey';
  throw new TwoFactorError(
    'VAULT_INVALID',
    `${folder.pathOf(persona)} is encrypted to other readers than ${folder.recipientsPath} lists${pin ? ':' : '.'} ${remedy}`,
  );
}

function nameProblems(folder: VaultFolder, name: string): string[] {
  const path = join(folder.path, name);
  if (isDraftName(name)) return [`${path} was left behind by a writer that was killed. Remove it.`];
  if (name.endsWith('.age') && !isPersonaName(name.slice(0, -4))) return [`${path} is not named after a persona.`];
  return [];
}

/** Reports files that every user can write to. Other modes depend on the umask of the checkout. */
async function modeProblems(folder: VaultFolder, name: string): Promise<string[]> {
  const path = join(folder.path, name);
  const { mode } = await stat(path);
  const isOpen = process.platform !== 'win32' && (mode & 0o002) !== 0;
  return isOpen ? [`Every user of this machine can write to ${path}. Run: chmod o-w ${path}`] : [];
}
