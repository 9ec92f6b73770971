import { existsSync } from 'node:fs';
import type { Caller } from '../core/caller.ts';
import { decodePercent } from '../core/decode-percent.ts';
import type { Runtime } from '../core/runtime.ts';
import { type HumanSettings, readHumanSettings } from '../human/settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { LEDGER_VARIABLE, openLedger } from '../ledger/open.ts';
import { VAULT_SCHEMA } from '../persona/from-vault.ts';
import type { Credentials } from '../persona/credentials.ts';
import type { Personas, PersonasOptions } from '../persona/personas.ts';
import type { Environment } from '../persona/settings.ts';
import type { StoredPersonas } from '../persona/stored-credentials.ts';
import type { ProfileServices } from '../profile/opened-profile.ts';
import { registerSecret } from '../secret/secret.ts';
import type { Source } from '../sources/source.ts';
import type { PersonaRecord } from '../vault/record.ts';
import type { Sealing } from '../core/sealing.ts';
import type { Vault } from '../vault/vault.ts';
import { type ProjectPaths, projectPaths } from './paths.ts';
import { Resources } from './resources.ts';
import type { TwoFactorSettings } from './settings.ts';

/** Variable with the URL of the sink that `withTwoFactor` started. */
export const SINK_URL_VARIABLE = 'PLAYWRIGHT_2FA_SINK_URL';

export interface ProjectOptions {
  /** Folder of the configuration, where `.env` lies and where relative paths start. */
  readonly root: string;
  readonly settings?: TwoFactorSettings;
  /** Kind of program, for errors that name its settings. @default 'test' */
  readonly caller?: Caller;
}

/** Options of the personas of one test or job. */
export interface ProjectPersonasOptions extends Pick<
  PersonasOptions,
  'title' | 'unique' | 'baseUrl' | 'exclusive' | 'onClose'
> {
  readonly runtime: Runtime;
  /** False if the personas save no sessions. @default true */
  readonly savesProfiles?: boolean;
}

/**
 * Everything that settings, environment and folders describe, put together in one place. Each part is opened on first
 * use. Projects that share their resources open each part once, and one call closes them.
 */
export class Project {
  readonly settings: TwoFactorSettings;
  readonly paths: ProjectPaths;
  readonly #caller: Caller;
  readonly #resources: Resources;

  constructor({ root, settings = {}, caller = 'test' }: ProjectOptions, resources: Resources = new Resources()) {
    const { folder, vault } = settings;
    this.settings = settings;
    this.#caller = caller;
    this.paths = projectPaths({ root, folder, vault });
    this.#resources = resources;
  }

  /** Variables of the process, and below them those of `.env`. The file is read once. */
  environment(): Promise<Environment> {
    const { root } = this.paths;
    return this.#resources.get(['environment', root], async () => {
      const { readEnvironment } = await import('./environment.ts');
      return await readEnvironment(root);
    });
  }

  /** Source of messages: those of the settings, and the sink for what has no other. */
  async source(): Promise<Source> {
    const { mail, sms } = this.settings;
    const env = await this.environment();
    const sinkUrl = this.settings.sinkUrl ?? env[SINK_URL_VARIABLE];
    const open = async (): Promise<Source> => {
      const { selectSources } = await import('../sources/select-sources.ts');
      return selectSources({ mail, sms, sinkUrl, caller: this.#caller }, env);
    };
    return await this.#resources.get(['source', mail, sms, sinkUrl], open, (source) => source.close());
  }

  /** URL of the Redis that several machines share; `undefined` if the ledger is a folder of this machine. */
  async ledgerUrl(): Promise<string | undefined> {
    return this.settings.ledger ?? (await this.environment())[LEDGER_VARIABLE];
  }

  /** Ledger of the project. */
  async ledger(): Promise<Ledger> {
    const url = await this.ledgerUrl();
    const folder = this.paths.ledger;
    if (url !== undefined) registerPassword(url);
    return await this.#resources.get(
      ['ledger', url, folder],
      () => openLedger({ url, folder, ignoredFolder: this.paths.folder, caller: this.#caller }),
      (ledger) => ledger.close(),
    );
  }

  /** Vault of the project. Its folder need not exist. */
  async vault(): Promise<Vault> {
    const [env, { openVault }] = await Promise.all([this.environment(), import('../vault/vault.ts')]);
    const { vault, folder } = this.paths;
    return openVault({ folder: vault, ignoredFolder: folder, schema: VAULT_SCHEMA, env });
  }

  /** True if the project has a vault. */
  hasVault(): boolean {
    return existsSync(this.paths.vault);
  }

  /** Reads a persona's document from the vault, once for each change of it. `undefined` if there is none. */
  async record(persona: string): Promise<PersonaRecord | undefined> {
    if (!this.hasVault()) return undefined;
    const vault = await this.vault();
    const version = await vault.version(persona);
    return await this.#resources.get(['record', vault.path, persona, version], () => vault.read(persona));
  }

  /** Saved profiles: in the ledger if machines share it, else in a folder. */
  async profiles(): Promise<ProfileServices> {
    const [ledger, url] = await Promise.all([this.ledger(), this.ledgerUrl()]);
    const { folder, vault } = this.paths;
    return await this.#resources.get(['profiles', ledger, folder, vault], async () => {
      const [env, { openProfiles }] = await Promise.all([this.environment(), import('../profile/store/open.ts')]);
      const sealing = async (): Promise<Sealing | undefined> => {
        const { openSealing } = await import('../vault/sealing.ts');
        return await openSealing({ folder: vault, env });
      };
      return { ledger, ...openProfiles({ ledger, isShared: Boolean(url), folder, sealing }) };
    });
  }

  /** Settings for requests to a person; `undefined` if nobody is asked. */
  async human(): Promise<HumanSettings | undefined> {
    return readHumanSettings(this.settings.human, await this.environment());
  }

  /** Personas of one test or job. Closing them is up to the caller. */
  async personas({ savesProfiles = true, ...options }: ProjectPersonasOptions): Promise<Personas> {
    const { emailDomain, origins } = this.settings;
    const [stored, human, source, { Personas }] = await Promise.all([
      this.#stored(),
      this.human(),
      this.source(),
      import('../persona/personas.ts'),
    ]);
    return new Personas({
      ...options,
      ...stored,
      ...{ human, source, emailDomain, origins },
      ledger: () => this.ledger(),
      savingVault: { open: () => this.vault(), exists: () => this.hasVault() },
      save: this.settings.save ?? 'auto',
      profiles: savesProfiles ? () => this.profiles() : undefined,
    });
  }

  /** Names of all stored personas: those of the vault, of the configuration and of the environment. */
  async personaNames(): Promise<string[]> {
    const [stored, { storedNames }] = await Promise.all([this.#stored(), import('../persona/stored-credentials.ts')]);
    return await storedNames(stored);
  }

  /**
   * Reads a stored persona without opening it: nobody waits for it, and no source is asked.
   *
   * @param baseUrl the site under test
   * @throws TwoFactorError `PERSONA_UNKNOWN`, `SETTINGS_INVALID`; and the errors of the vault
   */
  async credentials(name: string, baseUrl?: string): Promise<Credentials> {
    const [stored, { readStoredCredentials }] = await Promise.all([
      this.#stored(),
      import('../persona/stored-credentials.ts'),
    ]);
    return await readStoredCredentials(name, stored, baseUrl);
  }

  async #stored(): Promise<StoredPersonas> {
    const { personas = {}, defaultCountry } = this.settings;
    // A test may make the vault, so each call looks again.
    const vault: StoredPersonas['vault'] = {
      names: async () => (this.hasVault() ? await (await this.vault()).names() : []),
      read: (persona) => this.record(persona),
      version: async (persona) => (this.hasVault() ? await (await this.vault()).version(persona) : undefined),
    };
    return { personas, defaultCountry, vault, caller: this.#caller, env: await this.environment() };
  }

  /** Closes every part that was opened. Sources of the settings belong to their maker. */
  async close(): Promise<void> {
    await this.#resources.close();
  }
}

/** The password of a Redis is part of its URL. */
function registerPassword(url: string): void {
  const password = URL.canParse(url) ? decodePercent(new URL(url).password) : '';
  if (password) registerSecret('ledger/password', password);
}
