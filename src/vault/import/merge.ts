import { TwoFactorError } from '../../core/errors.ts';
import type { PersonaRecord, SiteRecord } from '../record.ts';
import { hostOf } from '../site.ts';
import { setMembers } from '../unconfirmed.ts';
import type { ImportedEntry } from './entry.ts';

export interface MergeOptions {
  /** Account to import of a file with several: its title, or a part that no other has. @default all of them */
  readonly account?: string;
  /** Site of the account, for a file with one account. */
  readonly site?: string;
  /** Origins of the account, for a file with one account and no web address. */
  readonly origins?: readonly string[];
  /** True to overwrite values that differ. @default false */
  readonly replace?: boolean;
  /** True to skip entries with problems, instead of importing nothing. @default false */
  readonly skipInvalid?: boolean;
}

export interface MergeResult {
  readonly record: PersonaRecord;
  /** Sites that were created or changed. */
  readonly sites: readonly string[];
  /** Problems of the skipped entries. */
  readonly skipped: readonly string[];
}

const VALUES = ['username', 'password', 'otp'] as const;

/**
 * Merges imported accounts into a persona's record.
 *
 * @throws TwoFactorError `VAULT_INVALID` with the problems of all entries, without any value.
 */
export function mergeImport(
  record: PersonaRecord,
  all: readonly ImportedEntry[],
  options: MergeOptions = {},
): MergeResult {
  if (all.length === 0) throw new TwoFactorError('VAULT_INVALID', 'The file contains no account.');
  const entries = options.account === undefined ? all : [chosen(all, options.account)];
  const problems: string[] = [];
  const sites = new Map(record.sites.map((site) => [site.name, site]));
  const changed = new Set<string>();
  const only: MergeOptions = entries.length === 1 ? options : {};
  if (entries.length > 1 && (options.site ?? options.origins?.length)) {
    problems.push(
      '--site and --origin require a file with one account, and this one has several: choose one with --account',
    );
  }
  for (const entry of entries) {
    const target = targetOf([...sites.values()], entry, only, entries.length === 1);
    const wrong = [...entry.problems, ...(target ? [] : [SITE_UNKNOWN])];
    if (target) wrong.push(...conflicts(target, entry, options.replace, changed.has(target.name)));
    if (wrong.length > 0 || !target) {
      problems.push(`${entry.where} ("${entry.title}"): ${wrong.join('; ')}`);
      continue;
    }
    changed.add(target.name);
    sites.set(target.name, setMembers(target, valuesOf(entry)));
  }
  if (problems.length > 0 && (!options.skipInvalid || changed.size === 0)) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    const remedy = options.skipInvalid
      ? 'No entry is valid.'
      : 'Correct the file, or skip these entries with --skip-invalid.';
    throw new TwoFactorError('VAULT_INVALID', `Nothing was imported. ${remedy}${list}`);
  }
  return { record: { ...record, sites: [...sites.values()] }, sites: [...changed], skipped: problems };
}

/** Returns the account whose title is a text, or else the only one whose title contains it. */
function chosen(entries: readonly ImportedEntry[], account: string): ImportedEntry {
  const wanted = account.toLowerCase();
  const same = entries.filter(({ title }) => title.toLowerCase() === wanted);
  const found = same.length > 0 ? same : entries.filter(({ title }) => title.toLowerCase().includes(wanted));
  if (found.length === 1 && found[0]) return found[0];
  const titles = entries.map(({ title }) => `\n  - ${title}`).join('');
  const seen = found.length === 0 ? 'No account has this title' : `${found.length} accounts have it in their titles`;
  throw new TwoFactorError('VAULT_INVALID', `Nothing was imported. --account must name one account. ${seen}:${titles}`);
}

const SITE_UNKNOWN =
  'it has no web address, and no site of the persona has its name: name its site with --site, or its origin with --origin';

/** Returns the site of an entry, or a new site without values. */
function targetOf(
  sites: readonly SiteRecord[],
  entry: ImportedEntry,
  options: MergeOptions,
  isOnly: boolean,
): SiteRecord | undefined {
  const origins = entry.origins.length > 0 ? entry.origins : (options.origins ?? []);
  const wanted = options.site ?? (origins[0] === undefined ? entry.siteName : hostOf(origins[0]));
  const existing =
    sites.find(({ name }) => name.toLowerCase() === wanted?.toLowerCase()) ??
    (options.site === undefined && origins.length > 0
      ? sites.find((site) => site.origins.some((origin) => origins.includes(origin)))
      : undefined);
  if (existing) return { ...existing, origins: [...new Set([...existing.origins, ...origins])] };
  if (origins.length > 0 && wanted) return { name: wanted, origins };
  return isOnly && options.site === undefined && sites.length === 1 ? sites[0] : undefined;
}

function conflicts(site: SiteRecord, entry: ImportedEntry, replace: boolean | undefined, isOfFile: boolean): string[] {
  const differing = VALUES.filter((member) => site[member] && entry[member] && site[member] !== entry[member]);
  if (differing.length === 0 || (replace && !isOfFile)) return [];
  const what = `the site "${site.name}" has another ${differing.join(' and ')}`;
  return [
    isOfFile ? `${what} from an entry above: a persona has one account per site` : `${what}: --replace overwrites it`,
  ];
}

function valuesOf(entry: ImportedEntry): Partial<SiteRecord> {
  return Object.fromEntries(VALUES.flatMap((member) => (entry[member] ? [[member, entry[member]]] : [])));
}
