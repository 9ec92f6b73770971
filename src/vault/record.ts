import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import { originProblem } from '../secret/origins.ts';
import { checkOtp } from './otp.ts';

/** Credentials of a persona at one site. */
export interface SiteRecord {
  /** Unique among the sites of the persona. */
  readonly name: string;
  /** Origins that its secrets may be sent to: exact ones, or `https://*.example.com`. */
  readonly origins: readonly string[];
  readonly username?: string;
  readonly password?: string;
  /** `otpauth://totp/…` or `otpauth://hotp/…` */
  readonly otp?: string;
  readonly recoveryCodes?: readonly string[];
  /** Playwright's own credential objects, unchanged. */
  readonly passkeys?: readonly object[];
}

/** Document of a persona in the vault, one per file. */
export interface PersonaRecord {
  readonly version: 1;
  /** Name of the persona. Detects a renamed file. */
  readonly persona: string;
  readonly email?: string;
  /** E.164, such as `+12025552368`. */
  readonly phone?: string;
  readonly sites: readonly SiteRecord[];
}

type Check = (value: unknown) => string | undefined;

const MEMBERS: Readonly<Record<keyof PersonaRecord, Check>> = {
  version: () => undefined, // checked before all other members
  persona: () => undefined, // compared with the name of the file
  email: text(/^[^\s@]+@[^\s@]+$/, 'must be an address such as alice@example.com'),
  phone: text(/^\+[\d\s().-]{7,24}$/, 'must be in E.164 format, such as +12025552368'),
  sites: (value) => (Array.isArray(value) ? undefined : 'must be a list'),
};

const SITE_MEMBERS: Readonly<Record<keyof SiteRecord, Check>> = {
  name: text(/^[^\s/][^/\n]{0,99}$/, 'must be a name of up to 100 characters without a slash'),
  origins: (value) => {
    if (!Array.isArray(value) || value.length === 0) return 'must be a list of at least one origin';
    const isWrong = (one: unknown): boolean => typeof one !== 'string' || originProblem(one) !== undefined;
    const wrong = value.flatMap((one, index) => (isWrong(one) ? [index + 1] : []));
    return wrong.length > 0 ? `has an invalid origin in entry ${wrong.join(', ')}: ${ORIGIN_FORMAT}` : undefined;
  },
  username: text(/./s, 'is empty'),
  password: text(/./s, 'is empty'),
  otp: (value) => (typeof value === 'string' ? problemOf(() => checkOtp(value)) : NOT_A_STRING),
  recoveryCodes: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '') ? undefined : LIST_OF_TEXTS,
  passkeys: (value) => (Array.isArray(value) && value.every(isObject) ? undefined : 'must be a list of objects'),
};

const ORIGIN_FORMAT = 'use https://app.example.com, or https://*.example.com for its subdomains';
const LIST_OF_TEXTS = 'must be a list of strings that are not empty';
const NOT_A_STRING = 'must be a string';

/** Returns the record of a persona without credentials. */
export function emptyRecord(persona: string): PersonaRecord {
  return { version: 1, persona, sites: [] };
}

/**
 * Parses a document of the vault.
 *
 * @param persona expected name of the persona
 * @throws TwoFactorError `VAULT_INVALID` with all problems, without any value.
 */
export function parseRecord(json: string, persona: string): PersonaRecord {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalid(persona, ['it is not JSON']); // the parser's own error quotes the text
  }
  return checkRecord(value, persona);
}

/**
 * Checks a document of the vault.
 *
 * @throws TwoFactorError `VAULT_INVALID` with all problems, without any value.
 */
export function checkRecord(value: unknown, persona: string): PersonaRecord {
  if (!isObject(value)) throw invalid(persona, ['it is not a JSON object']);
  const { version } = value;
  if (typeof version === 'number' && Number.isInteger(version) && version > 1) {
    const update = `it has version ${version}, and this playwright-2fa supports version 1. A newer playwright-2fa wrote it: update yours (npm install -D playwright-2fa@latest)`;
    throw invalid(persona, [update]);
  }
  const problems = version === 1 ? [] : ['`version` is not 1'];
  if (typeof value['persona'] !== 'string') problems.push('`persona`, the name of the persona, is missing');
  else if (value['persona'] !== persona) {
    problems.push(`it is the document of "${value['persona']}", so the file was renamed. Restore its name`);
  }
  problems.push(...problemsOf(value, MEMBERS, ['sites']));
  const sites: readonly unknown[] = Array.isArray(value['sites']) ? value['sites'] : [];
  problems.push(...sites.flatMap(siteProblems), ...duplicateNames(sites));
  if (problems.length > 0) throw invalid(persona, problems);
  return value as unknown as PersonaRecord;
}

function siteProblems(site: unknown, index: number): string[] {
  const where = isObject(site) && typeof site['name'] === 'string' ? `site "${site['name']}"` : `site ${index + 1}`;
  const problems = isObject(site) ? problemsOf(site, SITE_MEMBERS, ['name', 'origins']) : ['it must be an object'];
  return problems.map((problem) => `${where}: ${problem}`);
}

function problemsOf(
  value: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
  required: readonly string[],
): string[] {
  const known = Object.keys(checks);
  const unknown = Object.keys(value).filter((member) => !Object.hasOwn(checks, member));
  const missing = required.filter((member) => !Object.hasOwn(value, member));
  const wrong = known.flatMap((member) => {
    const problem = Object.hasOwn(value, member) ? checks[member]?.(value[member]) : undefined;
    return problem ? [`\`${member}\` ${problem}`] : [];
  });
  return [
    ...unknown.map((member) => `unknown member "${member.slice(0, 40)}". ${suggest(member, known)}`),
    ...missing.map((member) => `\`${member}\` is missing`),
    ...wrong,
  ];
}

function duplicateNames(sites: readonly unknown[]): string[] {
  const names = sites.flatMap((site) => (isObject(site) && typeof site['name'] === 'string' ? [site['name']] : []));
  const duplicates = names.filter((name, index) => names.indexOf(name) < index);
  return [...new Set(duplicates)].map((name) => `two sites have the name "${name}"`);
}

function text(pattern: RegExp, problem: string): Check {
  return (value) => {
    if (typeof value !== 'string') return NOT_A_STRING;
    return pattern.test(value) ? undefined : problem;
  };
}

function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return `is invalid: ${reasonOf(error)}`;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(persona: string, problems: readonly string[]): TwoFactorError {
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  return new TwoFactorError('VAULT_INVALID', `The vault's document of "${persona}" is invalid:${list}`);
}
