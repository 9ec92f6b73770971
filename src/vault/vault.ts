import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { VaultFolder } from './folder.ts';
import { type InitOptions, type InitResult, initVault } from './init.ts';
import type { KeyPlaces } from './key-file.ts';
import { type VaultKey, loadKey } from './key.ts';
import { checkPersonaName, isPersonaName } from './name.ts';
import { readSealed, unseal, writeSealed } from './persona-file.ts';
import { type PersonaRecord, type RecordSchema, checkRecord, emptyRecord } from './record.ts';
import { type RekeyOptions, rekeyVault } from './rekey.ts';
import { verifyVault } from './verify.ts';

export interface VaultOptions {
  /** Folder of the vault. It may be committed: everything in it is encrypted but the names of the personas. */
  readonly folder: string;
  /** Members that a document may have. */
  readonly schema: RecordSchema;
  /** Where `PLAYWRIGHT_2FA_KEY` and `PLAYWRIGHT_2FA_KEY_FILE` are looked for. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, where the local key lies. @default the system's */
  readonly home?: string;
}

/** Opens a vault. Nothing is read, nor any package loaded, before it is used. */
export function openVault({ folder, schema, env = process.env, home = homedir() }: VaultOptions): Vault {
  return new Vault(new VaultFolder(folder, schema), { env, home });
}

/**
 * A folder of age files, one a persona.
 *
 * @see https://age-encryption.org/v1
 */
export class Vault {
  readonly #folder: VaultFolder;
  readonly #places: KeyPlaces;

  constructor(folder: VaultFolder, places: KeyPlaces) {
    this.#folder = folder;
    this.#places = places;
  }

  /** Where it is, as an absolute path. */
  get path(): string {
    return this.#folder.path;
  }

  /**
   * What it keeps of a persona; nothing, and no key is needed, where it has no file of that name.
   *
   * @throws TwoFactorError `VAULT_KEY_MISSING`, `VAULT_KEY_REFUSED`, `VAULT_KEY_WRONG`; `VAULT_INVALID` for a file that
   * is damaged, was renamed, or comes from a newer version.
   */
  async read(persona: string): Promise<PersonaRecord | undefined> {
    if (!isPersonaName(persona)) return undefined;
    const file = await readSealed(this.#folder, persona);
    return file ? await unseal(this.#folder, persona, file, await loadKey(this.#places)) : undefined;
  }

  /** The names of all personas in it, in order. */
  async names(): Promise<string[]> {
    return await this.#folder.names();
  }

  /**
   * Changes what it keeps of a persona, whom it need not know yet, while no other process does. The first change makes
   * the vault, and the user's key, where there are none.
   *
   * @param change is given the record as it is, and answers with the one to be
   * @throws TwoFactorError as `read`, and `VAULT_LOCKED` when another writer does not come to an end.
   */
  async update(persona: string, change: (record: PersonaRecord) => PersonaRecord): Promise<PersonaRecord> {
    checkPersonaName(persona);
    if ((await this.#folder.readRecipientsText()) === undefined) await initVault(this.#folder, this.#places, {});
    const key = await loadKey(this.#places);
    return await this.#folder.locked(`persona/${persona}`, async (checkLock) => {
      const file = await readSealed(this.#folder, persona);
      const old = file ? await unseal(this.#folder, persona, file, key) : await this.#newRecord(persona, key);
      const record = checkRecord(change(old), persona, this.#folder.schema);
      await writeSealed(this.#folder, record, key, checkLock);
      return record;
    });
  }

  /** Removes a persona; answers whether it was there. What git has of it stays in git. */
  async remove(persona: string): Promise<boolean> {
    checkPersonaName(persona);
    if (!(await this.#folder.names()).includes(persona)) return false;
    await this.#folder.locked(`persona/${persona}`, async (checkLock) => {
      await checkLock();
      await rm(this.#folder.pathOf(persona), { force: true });
    });
    return true;
  }

  /** Makes the folder, its list of recipients, and the user's own key where there is none. */
  async init(options: InitOptions = {}): Promise<InitResult> {
    return await initVault(this.#folder, this.#places, options);
  }

  /**
   * Changes who can read it, and encrypts every file anew. If it is stopped in the middle, the same call finishes it.
   *
   * @throws TwoFactorError as `update`
   */
  async rekey(options: RekeyOptions = {}): Promise<readonly string[]> {
    return await rekeyVault(this.#folder, this.#places, options);
  }

  /** Reads every file, and answers with all that is not right: nothing, when all is well. */
  async verify(): Promise<readonly string[]> {
    return await verifyVault(this.#folder, this.#places);
  }

  /** A wrong passphrase would go unnoticed with the first file it writes, so it has to open another one. */
  async #newRecord(persona: string, key: VaultKey): Promise<PersonaRecord> {
    const [another] = key.passphrase ? await this.#folder.names() : [];
    const file = another === undefined ? undefined : await readSealed(this.#folder, another);
    if (another !== undefined && file) await unseal(this.#folder, another, file, key);
    return emptyRecord(persona);
  }
}
