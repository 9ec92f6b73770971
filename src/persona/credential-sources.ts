import { inspect } from 'node:util';
import { suggest } from '../core/suggest.ts';
import { readSeed } from '../otp/seed.ts';
import { readPasskeys } from './read-passkeys.ts';
import type { PersonaRecord } from '../vault/record.ts';
import type { Environment, PersonaSettings } from './settings.ts';
import { settingsFromRecord } from './from-vault.ts';

const FIELDS = ['email', 'username', 'password', 'phone', 'totp', 'url'] as const;
/** Lists; in a variable, with spaces or commas between. */
const LISTS = ['origins', 'recoveryCodes'] as const;
type Member = (typeof FIELDS)[number] | (typeof LISTS)[number] | 'passkeys';
const MEMBERS: readonly Member[] = [...FIELDS, ...LISTS, 'passkeys'];
const VARIABLE = /^PERSONA_(\w+?)_(EMAIL|USERNAME|PASSWORD|PHONE|TOTP|URL|ORIGINS|RECOVERY_CODES|PASSKEYS)$/;

/** Where stored personas come from. The vault comes first, then the configuration, then the environment. */
export interface CredentialSources {
  readonly personas: Readonly<Record<string, PersonaSettings>>;
  readonly env: Environment;
  /** What the vault keeps of this persona, and whom it knows. */
  readonly vault?: { readonly record: PersonaRecord | undefined; readonly names: readonly string[] };
}

/** The variable that gives a persona one of its members. */
export function variableOf(name: string, field: Member): string {
  const member = field.replace(/[A-Z]/g, '_$&').toUpperCase();
  return `PERSONA_${variableName(name)}_${member}`;
}

/** Everybody whom one of the places knows. */
export function knownNames({ personas, env, vault }: CredentialSources): string[] {
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

/** A name as variables have it. */
export function variableName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

/** What one place has of a persona, and how that place is called in an error. */
interface Place {
  readonly settings: PersonaSettings;
  readonly nameOf: (field: Member) => string;
}

/** What all places together have of a persona; where two differ, it is a problem. */
export function mergeCredentialSources(
  name: string,
  { personas, env, vault }: CredentialSources,
  problems: string[],
  baseUrl: string | undefined,
): PersonaSettings {
  const configured = settingsOf(name, personas);
  const known: readonly string[] = [...MEMBERS, 'exclusive'];
  const strange = Object.keys(configured).filter((key) => !known.includes(key));
  for (const key of strange) problems.push(`it has no member "${key}". ${suggest(key, known)}`);
  const given = settingsOfEnvironment(name, env, problems);
  const record = vault?.record && settingsFromRecord(vault.record, configured.url ?? given.url ?? baseUrl);
  const places: readonly Place[] = [
    { settings: record ?? {}, nameOf: (field) => `\`${field}\` in the vault` },
    { settings: configured, nameOf: (field) => `\`${field}\` in the configuration` },
    { settings: given, nameOf: (field) => `${variableOf(name, field)} in the environment` },
  ];
  for (const field of FIELDS)
    if (configured[field] === '')
      problems.push(`\`${field}\` is empty in the configuration: write its value, or leave it out`);
  const merged = MEMBERS.flatMap((field) => {
    const [first, ...others] = places.filter(({ settings }) => settings[field]);
    const other = others.find(({ settings }) => !isSame(field, settings[field], first?.settings[field]));
    if (first && other) problems.push(`${first.nameOf(field)} and ${other.nameOf(field)} differ: keep one of them`);
    return first ? [[field, first.settings[field]]] : [];
  });
  return Object.fromEntries(merged) as PersonaSettings;
}

function settingsOfEnvironment(name: string, env: Environment, problems: string[]): PersonaSettings {
  const settings: Record<string, string | string[]> = {};
  for (const field of MEMBERS) {
    const variable = variableOf(name, field);
    const text = env[variable];
    if (field === 'passkeys') continue;
    const isList = LISTS.some((list) => list === field);
    const value = isList ? text?.split(/[\s,]+/).filter(Boolean) : text;
    if (value?.length === 0) problems.push(`${variable} is empty: write its value, or take the line out of .env`);
    else if (value !== undefined) settings[field] = value;
  }
  const variable = variableOf(name, 'passkeys');
  const passkeys = env[variable] === undefined ? undefined : readPasskeys(env[variable]);
  if (env[variable] !== undefined && !passkeys)
    problems.push(`${variable} is no list in JSON: give what \`context.credentials.get()\` gave`);
  return { ...settings, ...(passkeys ? { passkeys } : {}) };
}

/** A seed may be written as a URI in one place, and in Base32 in another. */
function isSame(field: string, a: unknown, b: unknown): boolean {
  if (field === 'passkeys') return JSON.stringify(a) === JSON.stringify(b);
  if (field !== 'totp' || typeof a !== 'string' || typeof b !== 'string') return String(a) === String(b);
  try {
    return inspect(readSeed(a)) === inspect(readSeed(b));
  } catch {
    return a === b; // told by whoever reads it
  }
}
