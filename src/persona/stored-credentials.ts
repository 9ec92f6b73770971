import type { Caller } from '../core/caller.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { PersonaRecord } from '../vault/record.ts';
import { knownNames } from './credential-sources.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import type { Environment, PersonaSettings } from './settings.ts';
import { type StoredPersona, type StoredSite, type StoredSources, readStoredSites } from './stored-sites.ts';

/** Part of a vault that personas are read from. */
export interface PersonaVault {
  read(persona: string): Promise<PersonaRecord | undefined>;
  names(): Promise<readonly string[]>;
  /** Returns a text that changes with each write of a persona's file. */
  version(persona: string): Promise<string | undefined>;
}

/** Places of stored personas. */
export interface StoredPersonas {
  readonly personas: Readonly<Record<string, PersonaSettings>>;
  readonly env: Environment;
  /** @default no vault */
  readonly vault?: PersonaVault | undefined;
  /** Country of numbers without a country code. @default such a number is an error */
  readonly defaultCountry?: string | undefined;
  /** Kind of program, for errors that name its settings. @default 'test' */
  readonly caller?: Caller | undefined;
}

/** Names of all stored personas. */
export async function storedNames({ personas, env, vault }: StoredPersonas): Promise<string[]> {
  const names = await vault?.names();
  return knownNames({ personas, env, ...(names ? { vault: { record: undefined, names } } : {}) });
}

/**
 * Reads a stored persona, and checks it.
 *
 * @param baseUrl the site under test: the default origin of the persona's secrets
 * @throws TwoFactorError `PERSONA_UNKNOWN`, `SETTINGS_INVALID`; and the errors of the vault
 */
export async function readStoredCredentials(
  name: string,
  { personas, env, vault, defaultCountry, caller }: StoredPersonas,
  baseUrl: string | undefined,
): Promise<Credentials> {
  const sources = await sourcesOf(name, { personas, env, vault, defaultCountry, caller });
  return await withFullNumber(readCredentials(name, sources, baseUrl), defaultCountry);
}

/**
 * Reads a stored persona with all of its sites.
 *
 * @param baseUrl the site under test
 * @throws TwoFactorError as `readStoredCredentials()`
 */
export async function readStoredPersona(
  name: string,
  stored: StoredPersonas,
  baseUrl: string | undefined,
): Promise<StoredPersona> {
  const persona = readStoredSites(name, await sourcesOf(name, stored), baseUrl);
  const withNumber = async (site: StoredSite): Promise<StoredSite> => ({
    ...site,
    credentials: await withFullNumber(site.credentials, stored.defaultCountry),
  });
  const { primary } = persona;
  return {
    ...persona,
    primary: primary instanceof TwoFactorError ? primary : await withNumber(primary),
    others: await Promise.all(persona.others.map(withNumber)),
  };
}

async function sourcesOf(name: string, { vault, ...stored }: StoredPersonas): Promise<StoredSources> {
  const known = vault && (await readFromVault(vault, name));
  return { ...stored, ...(known ? { vault: known } : {}) };
}

/** Reads a persona from the vault. All names are listed only for the error about an unknown persona. */
async function readFromVault(
  vault: PersonaVault,
  name: string,
): Promise<{ record: PersonaRecord | undefined; names: readonly string[] }> {
  const record = await vault.read(name);
  return { record, names: record ? [name] : await vault.names() };
}

/** Adds the country code to a number that lacks it. */
async function withFullNumber(credentials: Credentials, country: string | undefined): Promise<Credentials> {
  const { phone, name } = credentials;
  if (country === undefined || phone === undefined || phone.startsWith('+')) return credentials;
  const { withCountryCode } = await import('../message/national-number.ts');
  const read = await withCountryCode(phone, country);
  if ('number' in read && read.number.startsWith('+')) return { ...credentials, phone: read.number };
  const text = `Persona "${name}" is invalid:\n  - \`phone\` must be in E.164 form, such as +12025552368, or a number of ${country} (\`defaultCountry\`) (it is "${phone}")`;
  throw new TwoFactorError('SETTINGS_INVALID', text);
}
