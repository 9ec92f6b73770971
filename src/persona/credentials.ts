import { inspect } from 'node:util';
import { TwoFactorError, reasonOf } from '../errors.ts';
import { suggest } from '../nearest.ts';
import { type OtpSeed, readSeed } from '../otp/seed.ts';
import { originProblem } from '../secret/origins.ts';
import { Secret } from '../secret/secret.ts';
import type { PersonaRecord } from '../vault/record.ts';
import { settingsOfRecord } from './record-settings.ts';

/** A stored persona, as a configuration writes it. Each member may stand in the environment instead. */
export interface PersonaSettings {
  readonly email?: string;
  /** What it types as user name. @default the e-mail address */
  readonly username?: string;
  readonly password?: string;
  /** E.164, such as `+12025552368`. */
  readonly phone?: string;
  /** The seed of its authenticator: an `otpauth://totp/` URI, or Base32. */
  readonly totp?: string;
  /** The site it belongs to. */
  readonly url?: string;
  /**
   * Where its password and codes may be typed and its links opened: exact origins, such as `https://app.example.com`, or
   * `https://*.example.com` for subdomains. @default the origin of `url`, else of the test's `baseURL`
   */
  readonly origins?: readonly string[];
}

/** A persona's own, read and checked. */
export interface Credentials {
  readonly name: string;
  readonly email?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly phone?: string;
  readonly totp?: OtpSeed;
  readonly url?: string;
  /** Where its secrets may go. @default anywhere */
  readonly origins?: readonly string[];
}

/** Environment variables, and which file they come from when they do not come from the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const FIELDS = ['email', 'username', 'password', 'phone', 'totp', 'url'] as const;
const MEMBERS: readonly string[] = [...FIELDS, 'origins'];
const VARIABLE = /^PERSONA_(\w+?)_(EMAIL|USERNAME|PASSWORD|PHONE|TOTP|URL|ORIGINS)$/;

/** Where stored personas come from. The vault comes first, then the configuration, then the environment. */
export interface PersonaPlaces {
  readonly personas: Readonly<Record<string, PersonaSettings>>;
  readonly env: Environment;
  /** What the vault keeps of this persona, and whom it knows. */
  readonly vault?: { readonly record: PersonaRecord | undefined; readonly names: readonly string[] };
}

/**
 * Reads a named persona from the vault, the configuration and the environment (`PERSONA_ALICE_EMAIL`, …).
 *
 * @param baseUrl the site under test, which its secrets may go to when it lists no other
 * @throws TwoFactorError `PERSONA_UNKNOWN` with the nearest name; `SETTINGS_INVALID` with every problem at once.
 */
export function readCredentials(name: string, places: PersonaPlaces, baseUrl?: string): Credentials {
  const known = knownNames(places);
  if (!known.some((one) => variableName(one) === variableName(name))) throw unknown(name, known);
  const problems: string[] = [];
  const merged = merge(name, places, problems, baseUrl);
  const credentials: Credentials = {
    name,
    ...(merged.email ? { email: checkEmail(merged.email, problems) } : {}),
    ...(merged.username ? { username: merged.username } : {}),
    ...(merged.password ? { password: new Secret(`${name}/password`, merged.password) } : {}),
    ...(merged.phone ? { phone: checkPhone(merged.phone, problems) } : {}),
    ...(merged.totp ? checkTotp(merged.totp, problems) : {}),
    ...(merged.url ? { url: checkUrl(merged.url, problems) } : {}),
    origins: merged.origins ? checkOrigins(merged.origins, problems) : originsOf(merged.url ?? baseUrl),
  };
  if (problems.length > 0) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    throw new TwoFactorError('SETTINGS_INVALID', `Persona "${name}" is not set up right:${list}`);
  }
  return credentials;
}

/** The variable that gives a persona one of its members. */
export function variableOf(name: string, field: (typeof FIELDS)[number] | 'origins'): string {
  return `PERSONA_${variableName(name)}_${field.toUpperCase()}`;
}

function knownNames({ personas, env, vault }: PersonaPlaces): string[] {
  const given = [...(vault?.names ?? []), ...Object.keys(personas)];
  const names = new Map(given.map((name) => [variableName(name), name]));
  for (const variable of Object.keys(env)) {
    const part = VARIABLE.exec(variable)?.[1];
    if (part && !names.has(part)) names.set(part, part.toLowerCase());
  }
  return [...names.values()];
}

/** A name that differs only in what a variable cannot tell is the same persona, here as in the environment. */
function settingsOf(name: string, personas: Readonly<Record<string, PersonaSettings>>): PersonaSettings {
  const alike = Object.keys(personas).filter((one) => variableName(one) === variableName(name));
  return personas[alike.find((one) => one === name) ?? alike[0] ?? ''] ?? {};
}

function variableName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

/** What one place has of a persona, and how that place is called in an error. */
interface Place {
  readonly settings: PersonaSettings;
  readonly nameOf: (field: (typeof FIELDS)[number] | 'origins') => string;
}

function merge(
  name: string,
  { personas, env, vault }: PersonaPlaces,
  problems: string[],
  baseUrl: string | undefined,
): PersonaSettings {
  const configured = settingsOf(name, personas);
  const strange = Object.keys(configured).filter((key) => !MEMBERS.includes(key));
  for (const key of strange) problems.push(`it has no member "${key}". ${suggest(key, MEMBERS)}`);
  const given = settingsOfEnvironment(name, env, problems);
  const record = vault?.record && settingsOfRecord(vault.record, configured.url ?? given.url ?? baseUrl);
  const places: readonly Place[] = [
    { settings: record ?? {}, nameOf: (field) => `\`${field}\` in the vault` },
    { settings: configured, nameOf: (field) => `\`${field}\` in the configuration` },
    { settings: given, nameOf: (field) => `${variableOf(name, field)} in the environment` },
  ];
  for (const field of FIELDS)
    if (configured[field] === '')
      problems.push(`\`${field}\` is empty in the configuration: write its value, or leave it out`);
  const merged = [...FIELDS, 'origins' as const].flatMap((field) => {
    const [first, ...others] = places.filter(({ settings }) => settings[field]);
    const other = others.find(({ settings }) => !isSame(field, settings[field], first?.settings[field]));
    if (first && other) problems.push(`${first.nameOf(field)} and ${other.nameOf(field)} differ: keep one of them`);
    return first ? [[field, first.settings[field]]] : [];
  });
  return Object.fromEntries(merged) as PersonaSettings;
}

function settingsOfEnvironment(name: string, env: Environment, problems: string[]): PersonaSettings {
  const settings: Record<string, string | string[]> = {};
  for (const field of [...FIELDS, 'origins' as const]) {
    const variable = variableOf(name, field);
    const text = env[variable];
    const value = field === 'origins' ? text?.split(/[\s,]+/).filter(Boolean) : text;
    if (value?.length === 0) problems.push(`${variable} is empty: write its value, or take the line out of .env`);
    else if (value !== undefined) settings[field] = value;
  }
  return settings;
}

/** A seed may be written as a URI in one place, and in Base32 in another. */
function isSame(field: string, a: unknown, b: unknown): boolean {
  if (field !== 'totp' || typeof a !== 'string' || typeof b !== 'string') return String(a) === String(b);
  try {
    return inspect(readSeed(a)) === inspect(readSeed(b));
  } catch {
    return a === b; // told by whoever reads it
  }
}

function checkOrigins(origins: readonly string[], problems: string[]): readonly string[] {
  problems.push(...origins.flatMap((pattern) => originProblem(pattern) ?? []));
  return origins;
}

function originsOf(url: string | undefined): readonly string[] {
  return url !== undefined && URL.canParse(url) ? [new URL(url).origin] : [];
}

function checkEmail(email: string, problems: string[]): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    problems.push(`its email "${email}" is no address: write it like alice@example.com`);
  return email;
}

function checkPhone(phone: string, problems: string[]): string {
  if (!/^\+[\d\s().-]{7,24}$/.test(phone))
    problems.push(`its phone "${phone}" is not in E.164 form: write it like +12025552368`);
  return phone;
}

function checkUrl(url: string, problems: string[]): string {
  if (!URL.canParse(url)) problems.push(`its url "${url}" is no URL: write it like https://app.example.com`);
  return url;
}

function checkTotp(totp: string, problems: string[]): { totp?: OtpSeed } {
  try {
    return { totp: readSeed(totp) };
  } catch (error) {
    problems.push(`its totp: ${reasonOf(error)}`);
    return {};
  }
}

function unknown(name: string, known: readonly string[]): TwoFactorError {
  const how = `Give it \`use: { twoFactor: { personas: { ${/^\w+$/.test(name) ? name : `'${name}'`}: { email, password } } } }\`, or ${variableOf(name, 'email')} and ${variableOf(name, 'password')} in the environment or in .env, or store it in the vault: npx playwright-2fa vault set ${name} password --origin https://app.example.com.`;
  return new TwoFactorError('PERSONA_UNKNOWN', `Unknown persona "${name}". ${suggest(name, known)} ${how}`);
}
