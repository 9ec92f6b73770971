import { registerSecretsOf } from '../persona/from-vault.ts';
import {
  type VaultChange,
  type VaultPersona,
  registerWritten,
  toVaultPersona,
  writeMembers,
} from '../persona/vault-entry.ts';
import type { Vault as VaultFiles } from '../vault/vault.ts';
import { Project } from './project.ts';

/** Location of a vault. */
export interface VaultOptions {
  /** Folder of `.env`, and of the folder '.playwright-2fa'. @default the current folder */
  readonly folder?: string;
  /** Folder of the vault, relative to `folder`. @default '.playwright-2fa/vault' */
  readonly vault?: string;
}

/**
 * The encrypted store of personas, for programs. Values are returned in clear, and every artifact of the run is cleaned of
 * them.
 *
 * @example
 * const vault = await Vault.open();
 * await vault.write('buyer-7', { origins: ['https://app.example.com'], password: await newPassword() });
 * const buyer = await vault.read('buyer-7');
 */
export class Vault {
  readonly #files: VaultFiles;

  private constructor(files: VaultFiles) {
    this.#files = files;
  }

  /** Opens a vault. Its folder need not exist: the first `write()` creates it, and a key if there is none. */
  static async open({ folder = process.cwd(), vault }: VaultOptions = {}): Promise<Vault> {
    const settings = vault === undefined ? {} : { vault };
    const project = new Project({ root: folder, settings, caller: 'job' });
    return new Vault(await project.vault());
  }

  /** Lists the names of all personas, sorted. Needs no key. */
  async list(): Promise<string[]> {
    return await this.#files.names();
  }

  /**
   * Reads a persona with all of its sites. Returns `undefined` if there is none.
   *
   * @throws TwoFactorError `VAULT_KEY_MISSING`, `VAULT_KEY_REFUSED`, `VAULT_KEY_WRONG`, `VAULT_INVALID`
   */
  async read(persona: string): Promise<VaultPersona | undefined> {
    const record = await this.#files.read(persona);
    if (!record) return undefined;
    registerSecretsOf(record);
    return toVaultPersona(record);
  }

  /**
   * Writes members of a persona at one site. What is left out stays. Processes that write at the same time lose nothing.
   *
   * @param change the members, or a function that returns them for the persona as it is; nobody else writes meanwhile
   * @returns the persona as it is now
   * @throws TwoFactorError as `read()`; `VAULT_LOCKED` if another writer does not finish; `VAULT_RECIPIENTS_CHANGED` if
   *   the list of the readers was changed by anything but `vault rekey`
   * @example
   * await vault.write('alice', { origins: ['https://app.example.com'], password: 'Wg7!…' });
   * await vault.write('alice', ({ sites }) => ({ recoveryCodes: sites[0]?.recoveryCodes?.slice(1) ?? null }));
   */
  async write(persona: string, change: VaultChange | ((current: VaultPersona) => VaultChange)): Promise<VaultPersona> {
    if (typeof change === 'object') registerWritten(change, persona);
    const record = await this.#files.update(persona, (current) => {
      if (typeof change === 'object') return writeMembers(current, change);
      registerSecretsOf(current);
      const members = change(toVaultPersona(current));
      registerWritten(members, persona);
      return writeMembers(current, members);
    });
    registerSecretsOf(record);
    return toVaultPersona(record);
  }

  /** Removes a persona. Returns false if there was none. Its history stays in git. */
  async remove(persona: string): Promise<boolean> {
    return await this.#files.remove(persona);
  }
}
