import type { PersonaRecord } from '../vault/record.ts';

/** Part of a vault that keeps what personas learn. */
export interface WritableVault {
  read(persona: string): Promise<PersonaRecord | undefined>;
  update(persona: string, change: (record: PersonaRecord) => PersonaRecord): Promise<PersonaRecord>;
  /** Returns a text that changes with each write of a persona's file. */
  version(persona: string): Promise<string | undefined>;
  /** True if there is a key to write with. */
  hasKey(): Promise<boolean>;
}

/** Place of a persona's document. */
export interface PersonaStore {
  /** Returns the document if somebody has changed it since the last call; else `undefined`. */
  refresh(): Promise<PersonaRecord | undefined>;
  /** Changes the document in one step, while nobody else changes it. */
  update(change: (record: PersonaRecord) => PersonaRecord): Promise<PersonaRecord>;
}

/** Document of a persona that lives as long as the process. */
export class MemoryStore implements PersonaStore {
  #record: PersonaRecord;

  constructor(record: PersonaRecord) {
    this.#record = record;
  }

  refresh(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  update(change: (record: PersonaRecord) => PersonaRecord): Promise<PersonaRecord> {
    this.#record = change(this.#record);
    return Promise.resolve(this.#record);
  }
}

/** Access to a vault that is opened on first use. */
export interface LazyVault {
  open(): Promise<WritableVault>;
  /** True if there is a vault. */
  exists(): boolean;
}

/** Document of a persona in the vault. Other workers change it, too. Without a key it is kept in memory. */
export class VaultStore implements PersonaStore {
  readonly #vault: LazyVault;
  readonly #persona: string;
  readonly #memory: MemoryStore;
  #version: string | undefined;
  #hasKey: Promise<boolean> | undefined;

  /**
   * @param record the document as it was read; empty if there is none
   * @param version version of the file that was read
   */
  constructor(vault: LazyVault, record: PersonaRecord, version: string | undefined) {
    this.#vault = vault;
    this.#persona = record.persona;
    this.#memory = new MemoryStore(record);
    this.#version = version;
  }

  async refresh(): Promise<PersonaRecord | undefined> {
    if (!this.#vault.exists()) return undefined;
    const vault = await this.#vault.open();
    const version = await vault.version(this.#persona);
    if (version === undefined || version === this.#version) return undefined;
    const record = await vault.read(this.#persona);
    this.#version = version;
    return record;
  }

  async update(change: (record: PersonaRecord) => PersonaRecord): Promise<PersonaRecord> {
    const vault = await this.#vault.open();
    this.#hasKey ??= vault.hasKey();
    return (await this.#hasKey) ? await vault.update(this.#persona, change) : await this.#memory.update(change);
  }
}
