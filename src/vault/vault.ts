import { rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { VaultFolder } from './folder.ts';
import { type InitOptions, type InitResult, initVault } from './init.ts';
import type { KeyLocations } from './key-file.ts';
import { type VaultKey, findKey, loadKey } from './key.ts';
import { checkPersonaName, isPersonaName } from './name.ts';
import { readSealed, readersOf, unseal, writeSealed } from './persona-file.ts';
import { checkPinned } from './pinned-recipients.ts';
import { type PersonaRecord, type RecordSchema, checkRecord, emptyRecord } from './record.ts';
import { type RekeyOptions, rekeyVault } from './rekey.ts';
import { verifyVault } from './verify.ts';

export interface VaultOptions {
  /** Folder of the vault. It may be committed: everything in it is encrypted but the names of the personas. */
  readonly folder: string;
  /** Members that a document may have. */
  readonly schema: RecordSchema;
  /** Folder around it, of which git ignores all but the vault, if the vault creates it. @default none */
  readonly ignoredFolder?: string;
  /** Environment with `PLAYWRIGHT_2FA_KEY` or `PLAYWRIGHT_2FA_KEY_FILE`. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Home folder of the user, which holds the local key. @default os.homedir() */
  readonly home?: string;
}

/** Opens a vault. Nothing is read, nor any package loaded, before it is used. */
export function openVault({ folder, schema, ignoredFolder, env = process.env, home = homedir() }: VaultOptions): Vault {
  return new Vault(new VaultFolder(folder, schema, ignoredFolder), { env, home });
}

/**
 * A folder of age files, one per persona.
 *
 * @see https://age-encryption.org/v1
 */
export class Vault {
  readonly #folder: VaultFolder;
  readonly #locations: KeyLocations;

  constructor(folder: VaultFolder, locations: KeyLocations) {
    this.#folder = folder;
    this.#locations = locations;
  }

  /** Absolute path of the folder. */
  get path(): string {
    return this.#folder.path;
  }

  /**
   * Reads the record of a persona. Returns `undefined`, without a key, if the vault has no such persona.
   *
   * @throws TwoFactorError `VAULT_KEY_MISSING`, `VAULT_KEY_REFUSED`, `VAULT_KEY_WRONG`; `VAULT_INVALID` if the file is
   * damaged, was renamed, or comes from a newer version.
   */
  async read(persona: string): Promise<PersonaRecord | undefined> {
    if (!isPersonaName(persona)) return undefined;
    const file = await readSealed(this.#folder, persona);
    return file ? await unseal(this.#folder, persona, file, await loadKey(this.#locations)) : undefined;
  }

  /** Returns a text that changes with each write of a persona's file; `undefined` if there is no file. */
  async version(persona: string): Promise<string | undefined> {
    if (!isPersonaName(persona)) return undefined;
    const file = await stat(this.#folder.pathOf(persona), { bigint: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
      return undefined;
    });
    // Each write makes a new file. A number of a file may be used again, but not in the same nanosecond.
    return file && [file.ino, file.ctimeNs, file.size].join(' ');
  }

  /** True if there is a key, so that values can be written. @throws TwoFactorError `VAULT_KEY_REFUSED` */
  async hasKey(): Promise<boolean> {
    return (await findKey(this.#locations)) !== undefined;
  }

  /** Lists the names of all personas, sorted. */
  async names(): Promise<string[]> {
    return await this.#folder.names();
  }

  /**
   * Changes or adds a persona while no other process changes the vault. The first change creates the vault and the user's key if
   * they do not exist.
   *
   * @param change returns the new record for the current one
   * @throws TwoFactorError as `read`; `VAULT_LOCKED` if another writer does not finish; `VAULT_RECIPIENTS_CHANGED` if
   * the list of recipients was changed by anything but `rekey`.
   */
  async update(persona: string, change: (record: PersonaRecord) => PersonaRecord): Promise<PersonaRecord> {
    checkPersonaName(persona);
    if ((await this.#folder.readRecipientsText()) === undefined) await initVault(this.#folder, this.#locations, {});
    const key = await loadKey(this.#locations);
    return await this.#folder.locked(async (lock) => {
      const recipients = await readersOf(this.#folder, key);
      await checkPinned(this.#folder, key, recipients);
      const file = await readSealed(this.#folder, persona);
      const old = file ? await unseal(this.#folder, persona, file, key) : await this.#newRecord(persona, key);
      const record = checkRecord(change(old), persona, this.#folder.schema);
      await writeSealed(this.#folder, record, key, recipients, lock);
      return record;
    });
  }

  /** Removes a persona. Returns false if there was none. Its history stays in git. */
  async remove(persona: string): Promise<boolean> {
    checkPersonaName(persona);
    if (!(await this.#folder.names()).includes(persona)) return false;
    await this.#folder.locked(async (lock) => {
      await lock.check();
      await rm(this.#folder.pathOf(persona), { force: true });
    });
    return true;
  }

  /** Creates the folder, its list of recipients, and the user's own key if there is none. */
  async init(options: InitOptions = {}): Promise<InitResult> {
    return await initVault(this.#folder, this.#locations, options);
  }

  /**
   * Changes the readers and encrypts every file again. After an interruption, the same call completes it.
   *
   * @throws TwoFactorError as `update`
   */
  async rekey(options: RekeyOptions = {}): Promise<readonly string[]> {
    return await rekeyVault(this.#folder, this.#locations, options);
  }

  /** Checks every file. Returns the problems, one sentence each. */
  async verify(): Promise<readonly string[]> {
    return await verifyVault(this.#folder, this.#locations);
  }

  /** A new file would hide a wrong passphrase, so the passphrase has to open another file first. */
  async #newRecord(persona: string, key: VaultKey): Promise<PersonaRecord> {
    const [another] = key.passphrase ? await this.#folder.names() : [];
    const file = another === undefined ? undefined : await readSealed(this.#folder, another);
    if (another !== undefined && file) await unseal(this.#folder, another, file, key);
    return emptyRecord(persona);
  }
}
