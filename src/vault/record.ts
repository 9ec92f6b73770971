import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import { originProblem } from '../secret/origins.ts';
import { checkOtp } from './otp.ts';

/** What the vault keeps of a persona at one site. */
export interface SiteRecord {
  /** No other site of the persona has it. */
  readonly name: string;
  /** Where its secrets may go: exact origins, or `https://*.example.com`. */
  readonly origins: readonly string[];
  readonly username?: string;
  readonly password?: string;
  /** `otpauth://totp/…` or `otpauth://hotp/…` */
  readonly otp?: string;
  readonly recoveryCodes?: readonly string[];
  /** Playwright's own credential objects, as they are. */
  readonly passkeys?: readonly object[];
}

/** What the vault keeps of a persona: one file. */
export interface PersonaRecord {
  readonly version: 1;
  /** Whose it is, so that a file that was renamed is noticed. */
  readonly persona: string;
  readonly email?: string;
  /** E.164, such as `+12025552368`. */
  readonly phone?: string;
  readonly sites: readonly SiteRecord[];
}

type Check = (value: unknown) => string | undefined;

const MEMBERS: Readonly<Record<keyof PersonaRecord, Check>> = {
  version: () => undefined, // looked at first, before all else
  persona: () => undefined, // compared with the name of the file
  email: text(/^[^\s@]+@[^\s@]+$/, 'is no address like alice@example.com'),
  phone: text(/^\+[\d\s().-]{7,24}$/, 'is not in E.164 form like +12025552368'),
  sites: (value) => (Array.isArray(value) ? undefined : 'is no list'),
};

const SITE_MEMBERS: Readonly<Record<keyof SiteRecord, Check>> = {
  name: text(/^[^\s/][^/\n]{0,99}$/, 'is no name: up to 100 characters, none of them a slash'),
  origins: (value) => {
    if (!Array.isArray(value) || value.length === 0) return 'is no list of at least one origin';
    const isWrong = (one: unknown): boolean => typeof one !== 'string' || originProblem(one) !== undefined;
    const wrong = value.flatMap((one, index) => (isWrong(one) ? [index + 1] : []));
    return wrong.length > 0 ? `has no origin as entry ${wrong.join(', ')}: ${ORIGIN_WANTED}` : undefined;
  },
  username: text(/./s, 'is empty'),
  password: text(/./s, 'is empty'),
  otp: (value) => (typeof value === 'string' ? reasonAgainst(() => checkOtp(value)) : 'is no text'),
  recoveryCodes: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '') ? undefined : LIST_OF_TEXTS,
  passkeys: (value) => (Array.isArray(value) && value.every(isObject) ? undefined : 'is no list of objects'),
};

const ORIGIN_WANTED = 'write it like https://app.example.com, or https://*.example.com for its subdomains';
const LIST_OF_TEXTS = 'is no list of texts that are not empty';

/** The record of a persona of whom nothing is known yet. */
export function emptyRecord(persona: string): PersonaRecord {
  return { version: 1, persona, sites: [] };
}

/**
 * Reads a document of the vault.
 *
 * @param persona whose it has to be
 * @throws TwoFactorError `VAULT_INVALID` with every problem at once, and no value.
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
 * @throws TwoFactorError `VAULT_INVALID` with every problem at once, and no value.
 */
export function checkRecord(value: unknown, persona: string): PersonaRecord {
  if (!isObject(value)) throw invalid(persona, ['it is no JSON object']);
  const { version } = value;
  if (typeof version === 'number' && Number.isInteger(version) && version > 1) {
    const update = `it has version ${version}, and this playwright-2fa knows version 1: a newer one wrote it. Update playwright-2fa (npm install -D playwright-2fa@latest)`;
    throw invalid(persona, [update]);
  }
  const problems = version === 1 ? [] : ['`version` is not 1'];
  if (typeof value['persona'] !== 'string') problems.push('`persona` is missing: it says whose document this is');
  else if (value['persona'] !== persona) {
    const whose = `it is the document of "${value['persona']}": the file was renamed, or exchanged with another. Give it its name back`;
    problems.push(whose);
  }
  problems.push(...problemsOf(value, MEMBERS, ['sites']));
  const sites: readonly unknown[] = Array.isArray(value['sites']) ? value['sites'] : [];
  problems.push(...sites.flatMap(siteProblems), ...doubleNames(sites));
  if (problems.length > 0) throw invalid(persona, problems);
  return value as unknown as PersonaRecord;
}

function siteProblems(site: unknown, index: number): string[] {
  const where = isObject(site) && typeof site['name'] === 'string' ? `site "${site['name']}"` : `site ${index + 1}`;
  const problems = isObject(site) ? problemsOf(site, SITE_MEMBERS, ['name', 'origins']) : ['it is no object'];
  return problems.map((problem) => `of ${where}, ${problem}`);
}

function problemsOf(
  value: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
  required: readonly string[],
): string[] {
  const known = Object.keys(checks);
  const strange = Object.keys(value).filter((member) => !Object.hasOwn(checks, member));
  const missing = required.filter((member) => !Object.hasOwn(value, member));
  const wrong = known.flatMap((member) => {
    const problem = Object.hasOwn(value, member) ? checks[member]?.(value[member]) : undefined;
    return problem ? [`\`${member}\` ${problem}`] : [];
  });
  return [
    ...strange.map((member) => `there is no member "${member.slice(0, 40)}". ${suggest(member, known)}`),
    ...missing.map((member) => `\`${member}\` is missing`),
    ...wrong,
  ];
}

function doubleNames(sites: readonly unknown[]): string[] {
  const names = sites.flatMap((site) => (isObject(site) && typeof site['name'] === 'string' ? [site['name']] : []));
  const double = names.filter((name, index) => names.indexOf(name) < index);
  return [...new Set(double)].map((name) => `two sites are named "${name}"`);
}

function text(form: RegExp, otherwise: string): Check {
  return (value) => {
    if (typeof value !== 'string') return 'is no text';
    return form.test(value) ? undefined : otherwise;
  };
}

function reasonAgainst(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return `is not right: ${reasonOf(error)}`;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(persona: string, problems: readonly string[]): TwoFactorError {
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  return new TwoFactorError('VAULT_INVALID', `The vault's document of "${persona}" is not right:${list}`);
}
