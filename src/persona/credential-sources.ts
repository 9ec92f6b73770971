import { suggest } from '../core/suggest.ts';
import { isReference } from '../secret/references/reference.ts';
import type { PersonaRecord } from '../vault/record.ts';
import { replacedIn, settingsFromRecord } from './from-vault.ts';
import { MEMBER_NAMES, type MemberName, memberOf, variablePartOf } from './members.ts';
import type { Environment, PersonaSettings } from './settings.ts';

const VARIABLE = new RegExp(`^PERSONA_(\\w+?)_(${MEMBER_NAMES.map(variablePartOf).join('|')})$`);

const PASSKEYS_HELP = ': store the result of `context.credentials.get()`';

/** Places that stored personas come from: the vault first, then the configuration, then the environment. */
export interface CredentialSources {
  readonly personas: Readonly<Record<string, PersonaSettings>>;
  readonly env: Environment;
  /** The vault's document of this persona, and the names of all personas in the vault. */
  readonly vault?: { readonly record: PersonaRecord | undefined; readonly names: readonly string[] };
}

/** Environment variable of a persona's member, such as `PERSONA_ALICE_EMAIL`. */
export function variableOf(persona: string, member: MemberName): string {
  return `PERSONA_${variableName(persona)}_${variablePartOf(member)}`;
}

/** Persona and member that an environment variable is about; `undefined` for any other variable. */
export function readVariableName(variable: string): { persona: string; member: MemberName } | undefined {
  const [, persona, part] = VARIABLE.exec(variable) ?? [];
  const member = MEMBER_NAMES.find((name) => variablePartOf(name) === part);
  return persona !== undefined && member ? { persona, member } : undefined;
}

/** Names of all stored personas. */
export function knownNames({ personas, env, vault }: CredentialSources): string[] {
  const given = [...(vault?.names ?? []), ...Object.keys(personas)];
  const names = new Map(given.map((name) => [variableName(name), name]));
  for (const variable of Object.keys(env)) {
    const persona = readVariableName(variable)?.persona;
    if (persona !== undefined && !names.has(persona)) names.set(persona, persona.toLowerCase());
  }
  return [...names.values()];
}

/** Form of a persona's name in environment variables: `alice-smith` is `ALICE_SMITH`. */
export function variableName(persona: string): string {
  return persona.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

/** Names that have the same form in environment variables are one persona. */
export function configuredName(name: string, personas: CredentialSources['personas']): string | undefined {
  const alike = Object.keys(personas).filter((one) => variableName(one) === variableName(name));
  return alike.find((one) => one === name) ?? alike[0];
}

function configuredSettings(name: string, personas: CredentialSources['personas']): PersonaSettings {
  return personas[configuredName(name, personas) ?? ''] ?? {};
}

/** Members of a persona from one place, and that place's name for each. */
interface Place {
  readonly settings: PersonaSettings;
  readonly nameOf: (member: MemberName) => string;
}

/** Merges the members of a persona from all places. Two places that differ are a problem. */
export function mergeCredentialSources(
  name: string,
  { personas, env, vault }: CredentialSources,
  problems: string[],
  baseUrl: string | undefined,
): PersonaSettings {
  const configured = configuredSettings(name, personas);
  problems.push(...configurationProblems(configured));
  const given = settingsFromEnvironment(name, env, problems);
  const url = configured.url ?? given.url ?? baseUrl;
  const record = vault?.record && settingsFromRecord(vault.record, url);
  const replaced = vault?.record ? replacedIn(vault.record, url) : {};
  const places: readonly Place[] = [
    { settings: record ?? {}, nameOf: (member) => `\`${member}\` in the vault` },
    { settings: configured, nameOf: (member) => `\`${member}\` in the configuration` },
    { settings: given, nameOf: (member) => `${variableOf(name, member)} in the environment` },
  ];
  const merged = MEMBER_NAMES.flatMap((member) => {
    const [first, ...others] = places.filter(
      // A value that the persona has replaced since counts as the new one.
      ({ settings }) =>
        settings[member] && (settings === record || !isSame(member, settings[member], replaced[member])),
    );
    const other = others.find(({ settings }) => !isSame(member, settings[member], first?.settings[member]));
    if (first && other) problems.push(`${first.nameOf(member)} and ${other.nameOf(member)} differ: keep one of them`);
    return first ? [[member, first.settings[member]]] : [];
  });
  return Object.fromEntries(merged) as PersonaSettings;
}

/** Returns the URL that selects one of several sites. */
export function siteUrlOf(
  name: string,
  { personas, env }: CredentialSources,
  baseUrl: string | undefined,
): string | undefined {
  return (
    (personas[configuredName(name, personas) ?? ''] ?? {}).url ?? settingsFromEnvironment(name, env, []).url ?? baseUrl
  );
}

/** True if the configuration or the environment has members that belong to a site. */
export function hasSiteMembers(name: string, { personas, env }: CredentialSources): boolean {
  const places = [personas[configuredName(name, personas) ?? ''] ?? {}, settingsFromEnvironment(name, env, [])];
  return MEMBER_NAMES.some((member) => memberOf(member).vault === 'site' && places.some((place) => place[member]));
}

function configurationProblems(configured: PersonaSettings): string[] {
  const known: readonly string[] = [...MEMBER_NAMES, 'exclusive', 'renewPassword', 'forwardTo'];
  const { email, forwardTo } = configured;
  const forwarding = forwardTo === undefined ? [] : forwardingProblems(email, forwardTo);
  const problems = Object.entries(configured).flatMap(([key, value]) => {
    if (!known.includes(key)) return [`it has no member "${key}". ${suggest(key, known)}`];
    return value === '' ? [`\`${key}\` is empty in the configuration: write its value, or leave it out`] : [];
  });
  return [...problems, ...forwarding];
}

/** The sink starts before references and the vault are read, so both addresses are written out. */
function forwardingProblems(email: unknown, forwardTo: unknown): string[] {
  if (!isPlainAddress(forwardTo)) return ['`forwardTo` must be an address such as alice.smith@acme.com'];
  return isPlainAddress(email) ? [] : ['`forwardTo` needs `email` in the configuration, written out'];
}

/** True for an address that a rule of the sink can contain. */
export function isPlainAddress(value: unknown): value is string {
  return typeof value === 'string' && !isReference(value) && /^[^\s@=*]+@[^\s@=*]+$/.test(value);
}

function settingsFromEnvironment(name: string, env: Environment, problems: string[]): PersonaSettings {
  const settings: Partial<Record<MemberName, unknown>> = {};
  for (const member of MEMBER_NAMES) {
    const variable = variableOf(name, member);
    const text = env[variable];
    if (text === undefined) continue;
    const value = memberOf(member).parse(text);
    if (text.trim() === '') problems.push(`${variable} is empty: write its value, or remove the line from .env`);
    else if (value === undefined)
      problems.push(`${variable} must be JSON${member === 'passkeys' ? PASSKEYS_HELP : ''}`);
    else settings[member] = value;
  }
  return settings as PersonaSettings;
}

function isSame(member: MemberName, a: unknown, b: unknown): boolean {
  if (b === undefined) return false;
  const definition = memberOf(member);
  const comparable = (value: unknown): string => definition.comparable?.(value) ?? String(value);
  return comparable(a) === comparable(b);
}
