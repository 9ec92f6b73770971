import type { IdentifierKind } from '../challenge/identifier.ts';
import type { Caller } from '../core/caller.ts';
import { TwoFactorError } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import {
  type CredentialSources,
  knownNames,
  mergeCredentialSources,
  variableName,
  variableOf,
} from './credential-sources.ts';
import { MEMBER_NAMES, type MemberName, type MemberValues, memberOf } from './members.ts';
import type { PersonaSettings } from './settings.ts';

/** A persona's members, read and checked. */
export interface Credentials extends MemberValues {
  readonly name: string;
}

/** Options of reading a persona. */
export interface ReadOptions {
  /** Country of numbers without a country code. @default such a number is an error */
  readonly defaultCountry?: string | undefined;
  /** Kind of program, for errors that name its settings. @default 'test' */
  readonly caller?: Caller | undefined;
}

/**
 * Reads a named persona from the vault, the configuration and the environment (`PERSONA_ALICE_EMAIL`, …).
 *
 * @param baseUrl the site under test: the default origin of the persona's secrets
 * @throws TwoFactorError `PERSONA_UNKNOWN` with the closest name; `SETTINGS_INVALID` with every problem at once
 */
export function readCredentials(name: string, sources: CredentialSources & ReadOptions, baseUrl?: string): Credentials {
  const known = knownNames(sources);
  if (!known.some((one) => variableName(one) === variableName(name))) throw unknown(name, known, sources.caller);
  const problems: string[] = [];
  const settings = mergeCredentialSources(name, sources, problems, baseUrl);
  const members = MEMBER_NAMES.filter((member) => member !== 'phone' || !isNational(settings.phone, sources));
  const values = members.flatMap((member) => readMember(name, member, settings, problems));
  if (problems.length > 0) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    throw new TwoFactorError('SETTINGS_INVALID', `Persona "${name}" is invalid:${list}`);
  }
  const { phone } = settings;
  const national = phone !== undefined && isNational(phone, sources) ? { phone } : {};
  return { origins: originsOf(settings.url ?? baseUrl), ...Object.fromEntries(values), ...national, name };
}

/** Returns true if a number may lack its country code, which is added when the persona is opened. */
function isNational(phone: unknown, { defaultCountry }: { readonly defaultCountry?: string | undefined }): boolean {
  return defaultCountry !== undefined && typeof phone === 'string' && /^[\d(][\d\s().-]{5,24}$/.test(phone);
}

/** Name and value of a member that the persona has; nothing if it has none, or an invalid one. */
function readMember(
  persona: string,
  name: MemberName,
  settings: PersonaSettings,
  problems: string[],
): [name: MemberName, value: unknown][] {
  const value = settings[name];
  if (value === undefined) return [];
  const member = memberOf(name);
  const seen = member.secrets ? '' : ` (it is ${JSON.stringify(value)})`;
  const wrong = member.check(value).map((problem) => `\`${name}\` ${problem}${seen}`);
  problems.push(...wrong);
  return wrong.length > 0 ? [] : [[name, member.read(value, persona)]];
}

/** Origin of a URL, as a list; empty if there is no URL. */
export function originsOf(url: string | undefined): readonly string[] {
  return url !== undefined && URL.canParse(url) ? [new URL(url).origin] : [];
}

function unknown(name: string, known: readonly string[], caller: Caller = 'test'): TwoFactorError {
  const key = /^\w+$/.test(name) ? name : `'${name}'`;
  const entry = `personas: { ${key}: { email, password } }`;
  const place =
    caller === 'test'
      ? `the settings in playwright.config.ts, \`withTwoFactor(config, { ${entry} })\``
      : `the options, \`openPersona('${name}', { ${entry} })\``;
  const how = `Add it to ${place}; or to the environment or .env, ${variableOf(name, 'email')} and ${variableOf(name, 'password')}; or to the vault: npx playwright-2fa vault set ${name} password --origin https://app.example.com.`;
  return new TwoFactorError('PERSONA_UNKNOWN', `Unknown persona "${name}". ${suggest(name, known)} ${how}`);
}

/**
 * Returns the e-mail address, number or user name that a persona types as its identifier.
 *
 * @param number its number, if it has one
 * @returns undefined if it has nothing of the kind: a form for a number does not take an address
 */
export function identifierOf(
  { email, username }: Credentials,
  kind: IdentifierKind,
  number: string | undefined,
): string | undefined {
  if (kind === 'email' && email) return email;
  return kind === 'phone' ? (number ?? username) : (username ?? email ?? number);
}
