import { generatePassword } from '../secret/generate-password.ts';
import { TwoFactorError } from '../core/errors.ts';
import { Secret } from '../secret/secret.ts';
import { hostOf } from '../vault/site.ts';
import type { PersonaRecord, SiteRecord } from '../vault/record.ts';
import type { Credentials } from './credentials.ts';
import type { PersonaSaver } from './open-options.ts';
import type { PersonaKeeper } from './persona-keeper.ts';
import type { PersonaSite } from './persona-site.ts';
import type { PersonaSites } from './persona-sites.ts';
import { originsOfSite } from './vault-entry.ts';

/** Options of `persona.addCredentials()`. */
export interface AddCredentialsOptions {
  /** User name at the site. @default the e-mail address */
  readonly username?: string;
  /** Origins where the password may be typed. @default the origin of the URL */
  readonly origins?: readonly string[];
}

export interface PersonaSavingOptions {
  readonly name: string;
  readonly isFresh: boolean;
  /** Its number, if it has one. */
  readonly number: string | undefined;
  readonly sites: PersonaSites;
  readonly keeper: PersonaKeeper;
  readonly save: PersonaSaver | undefined;
  /** Opens a new site. */
  readonly openSite: (credentials: Credentials) => PersonaSite;
}

/** Saves a persona, and gives it credentials for more sites. */
export class PersonaSaving {
  readonly #options: PersonaSavingOptions;
  #savedAs: string | undefined;

  constructor(options: PersonaSavingOptions) {
    this.#options = options;
  }

  /** Name under which the persona is saved; `undefined` if it is not. */
  get savedAs(): string | undefined {
    return this.#savedAs;
  }

  /**
   * Saves the persona in the vault.
   *
   * @throws TwoFactorError `SETTINGS_INVALID`, `PERSONA_EXISTS`; and the errors of the vault
   */
  async save(given?: string): Promise<void> {
    const { name: own, isFresh, keeper, save } = this.#options;
    const name = given ?? this.#savedAs ?? (isFresh ? undefined : own);
    if (name === undefined) {
      const text = `Persona "${own}" is a new one, and has no name to be opened with later. Give it one: persona.save('buyer-7').`;
      throw new TwoFactorError('SETTINGS_INVALID', text);
    }
    const known = this.#savedAs ?? (isFresh ? undefined : own);
    if (known !== undefined && known !== name) {
      const text = `Persona "${own}" is saved as "${known}" already. Save it under that name, or open a new persona.`;
      throw new TwoFactorError('PERSONA_EXISTS', text);
    }
    if (!isFresh && (await keeper.isKept())) return;
    if (!save)
      throw new TwoFactorError(
        'SETTINGS_INVALID',
        `Persona "${own}" was opened without a vault, so it cannot be saved. Create one with \`npx playwright-2fa vault init\`, or name its folder with the setting \`vault\`.`,
      );
    const document = this.#document();
    if (document.sites.length === 0) throw withoutOrigin(own, name);
    const { store, record } = await save(name, { ...document, persona: name }, known !== undefined);
    this.#renameSites(document);
    keeper.moveTo(store, record);
    this.#savedAs = name;
  }

  /** Gives the persona a password of its own for a site. Does nothing if it has one. */
  async addCredentials(url: string, { username, origins = originsOfSite(url) }: AddCredentialsOptions): Promise<void> {
    const { name, sites, keeper, openSite } = this.#options;
    const listed = sites.listing(originsOfSite(url)[0]);
    if (listed?.credentials.password) return;
    const members = { password: generatePassword(), ...(username === undefined ? {} : { username }) };
    if (listed) return await keeper.set(listed, members);
    const { email, phone } = sites.all[0]?.credentials ?? {};
    const site = openSite({
      name,
      origins,
      password: new Secret(`${name}/password`, members.password),
      ...(username === undefined ? {} : { username }),
      ...(email === undefined ? {} : { email }),
      ...(phone === undefined ? {} : { phone }),
    });
    await keeper.set(site, members);
    sites.add(site);
  }

  /** The document with all that is only known here: the number of a new persona, and where it has been used. */
  #document(): PersonaRecord {
    const { keeper, number, isFresh } = this.#options;
    const { record } = keeper;
    const sites = record.sites.map((site) => {
      const origins = [...new Set([...site.origins, ...this.#originsOf(site)])];
      return { ...site, origins, ...(isFresh && origins[0] !== undefined ? { name: hostOf(origins[0]) } : {}) };
    });
    // A new persona that was used only at sites with credentials of their own needs no other site.
    const located = sites.filter(({ origins }) => origins.length > 0);
    return { ...record, ...(number === undefined ? {} : { phone: number }), sites: located };
  }

  #originsOf({ name }: SiteRecord): readonly string[] {
    const site = this.#options.sites.all.find(({ recordName }) => recordName === name);
    return site?.learnsOrigins ? site.binding.named : (site?.origins ?? []);
  }

  /** Follows the names of the sites in the saved document. */
  #renameSites(document: PersonaRecord): void {
    const { sites, keeper } = this.#options;
    for (const site of sites.all) {
      const old = keeper.record.sites.find(({ name }) => name === site.recordName);
      const origins = old ? [...old.origins, ...this.#originsOf(old)] : [];
      site.recordName = document.sites.find((one) => one.origins.some((origin) => origins.includes(origin)))?.name;
    }
  }
}

function withoutOrigin(persona: string, name: string): TwoFactorError {
  const text = `Persona "${persona}" cannot be saved as "${name}": it is not known at which sites its password may be typed. Set \`baseURL\`, or \`origins\` of the option \`twoFactor\`; or sign it in with a URL first.`;
  return new TwoFactorError('SETTINGS_INVALID', text);
}
