import { TwoFactorError } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import type { Recipients } from './recipients.ts';

/** Checks a member of a document: returns every problem, without the value. */
export type MemberCheck = (value: unknown) => readonly string[];

/** Members that a document may have, with their checks: those of the persona, and those of each of its sites. */
export interface RecordSchema {
  readonly persona: Readonly<Record<string, MemberCheck>>;
  readonly site: Readonly<Record<string, MemberCheck>>;
}

/** One site that a persona signs in to. Its further members are those of the schema. */
export interface SiteRecord {
  /** Name of the site. No other site of the persona has it. */
  readonly name: string;
  /** Origins where its secrets may be typed: exact ones, or `https://*.example.com`. */
  readonly origins: readonly string[];
  readonly username?: string;
  readonly password?: string;
  /** `otpauth://totp/…` or `otpauth://hotp/…` */
  readonly otp?: string;
  /** Changes of which it is not known whether the site has accepted them, oldest first. */
  readonly unconfirmed?: readonly UnconfirmedChange[];
  /** Earlier values that the configuration or the environment may still have. The members above are newer. */
  readonly replaced?: RecordMembers;
  readonly [member: string]: unknown;
}

/** Members of a document by their names in the vault. */
export type RecordMembers = Readonly<Record<string, unknown>>;

/** New values of a site that are kept beside the old ones. */
export interface UnconfirmedChange {
  readonly id: string;
  /** Time of the change, in ISO 8601. */
  readonly at: string;
  /** True if the site has refused it. Another value has not been accepted yet. */
  readonly isRefused?: true;
  readonly members: RecordMembers;
}

/** A document of the vault: all that it keeps of one persona. */
export interface PersonaRecord {
  readonly version: 1;
  /** Name of the persona, so that a renamed file is noticed. */
  readonly persona: string;
  readonly email?: string;
  /** E.164, such as `+12025552368`. */
  readonly phone?: string;
  readonly sites: readonly SiteRecord[];
}

const NO_PROBLEM: MemberCheck = () => [];

/** Members of every document, beside those of the schema. */
const OWN_MEMBERS: RecordSchema = {
  persona: {
    version: NO_PROBLEM, // Checked first.
    persona: NO_PROBLEM, // Compared with the name of the file.
    sites: (value) => (Array.isArray(value) ? [] : ['must be a list']),
  },
  site: {
    name: (value) =>
      typeof value === 'string' && /^[^\s/][^/\n]{0,99}$/.test(value)
        ? []
        : ['must be a name of up to 100 characters without a slash'],
  },
};

/** Document of a persona without any member. */
export function emptyRecord(persona: string): PersonaRecord {
  return { version: 1, persona, sites: [] };
}

/** Member of a stored document with the recipients that its file was encrypted to. It is not part of the record. */
const PINNED = 'recipients';

/** Formats a document of the vault, with the recipients that its file is encrypted to. */
export function formatDocument(record: PersonaRecord, recipients: Recipients): string {
  return JSON.stringify(Array.isArray(recipients) ? { ...record, [PINNED]: recipients } : record);
}

/** Returns the recipients in a document of the vault; `undefined` if it names none. */
export function pinnedIn(json: string): readonly string[] | undefined {
  const value = jsonOf(json);
  const pinned = isObject(value) ? value[PINNED] : undefined;
  return Array.isArray(pinned) && pinned.every((one) => typeof one === 'string') ? pinned : undefined;
}

/**
 * Parses a document of the vault.
 *
 * @param persona expected name of the persona
 * @throws TwoFactorError `VAULT_INVALID` with all problems, without any value.
 */
export function parseRecord(json: string, persona: string, schema: RecordSchema): PersonaRecord {
  const value = jsonOf(json);
  if (value === undefined) throw invalid(persona, ['it is not JSON']);
  if (!isObject(value) || pinnedIn(json) === undefined) return checkRecord(value, persona, schema);
  const { [PINNED]: _, ...record } = value;
  return checkRecord(record, persona, schema);
}

/** Drops the parser's own error, which quotes the text. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Checks a document of the vault.
 *
 * @throws TwoFactorError `VAULT_INVALID` with all problems, without any value.
 */
export function checkRecord(value: unknown, persona: string, schema: RecordSchema): PersonaRecord {
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
  problems.push(...problemsOf(value, { ...OWN_MEMBERS.persona, ...schema.persona }, ['sites']));
  const sites: readonly unknown[] = Array.isArray(value['sites']) ? value['sites'] : [];
  problems.push(...sites.flatMap((site, index) => siteProblems(site, index, schema)), ...duplicateNames(sites));
  if (problems.length > 0) throw invalid(persona, problems);
  return value as unknown as PersonaRecord;
}

function siteProblems(site: unknown, index: number, schema: RecordSchema): string[] {
  const members = { ...schema.persona, ...schema.site };
  const checks: RecordSchema['site'] = {
    ...OWN_MEMBERS.site,
    ...schema.site,
    unconfirmed: (value) => listProblems(value, (change) => changeProblems(change, members)),
    replaced: (value) => (isObject(value) ? problemsOf(value, members, []) : ['must be an object']),
  };
  const where = isObject(site) && typeof site['name'] === 'string' ? `site "${site['name']}"` : `site ${index + 1}`;
  const problems = isObject(site) ? problemsOf(site, checks, ['name', 'origins']) : ['it must be an object'];
  return problems.map((problem) => `${where}: ${problem}`);
}

function listProblems(value: unknown, check: MemberCheck): readonly string[] {
  if (!Array.isArray(value)) return ['must be a list'];
  return value.flatMap((one: unknown, index) =>
    check(one).map((problem) => `has an invalid entry ${index + 1}: ${problem}`),
  );
}

function changeProblems(change: unknown, members: RecordSchema['site']): readonly string[] {
  if (!isObject(change)) return ['it must be an object'];
  const isText: MemberCheck = (value) => (typeof value === 'string' && value !== '' ? [] : ['must be a string']);
  const checks: RecordSchema['site'] = {
    id: isText,
    at: isText,
    isRefused: (value) => (value === true ? [] : ['must be true or absent']),
    members: (value) => (isObject(value) ? problemsOf(value, members, []) : ['must be an object']),
  };
  return problemsOf(change, checks, ['id', 'at', 'members']);
}

function problemsOf(
  value: Readonly<Record<string, unknown>>,
  checks: RecordSchema['site'],
  required: readonly string[],
): string[] {
  const known = Object.keys(checks);
  const unknown = Object.keys(value).filter((member) => !Object.hasOwn(checks, member));
  const missing = required.filter((member) => !Object.hasOwn(value, member));
  const wrong = known.flatMap((member) => {
    const problems = Object.hasOwn(value, member) ? (checks[member]?.(value[member]) ?? []) : [];
    return problems.map((problem) => `\`${member}\` ${problem}`);
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(persona: string, problems: readonly string[]): TwoFactorError {
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  return new TwoFactorError('VAULT_INVALID', `The vault's document of "${persona}" is invalid:${list}`);
}
