import { TwoFactorError } from '../../core/errors.ts';
import type { PersonaRecord, SiteRecord } from '../record.ts';
import { hostOf } from '../site.ts';
import type { ImportedEntry } from './entry.ts';

export interface MergeOptions {
  /** The site that a single account belongs to. */
  readonly site?: string;
  /** Where a single account, which does not say it, may go. */
  readonly origins?: readonly string[];
  /** Whether what is imported takes the place of what is there. @default false */
  readonly replace?: boolean;
  /** Whether entries with problems are left out, instead of nothing being imported. @default false */
  readonly skipInvalid?: boolean;
}

export interface Merged {
  readonly record: PersonaRecord;
  /** The sites that were made or changed. */
  readonly sites: readonly string[];
  /** The problems of the entries that were left out. */
  readonly skipped: readonly string[];
}

const VALUES = ['username', 'password', 'otp'] as const;

/**
 * Puts imported accounts into a persona's record.
 *
 * @throws TwoFactorError `VAULT_INVALID` with the problems of all entries, and no value.
 */
export function mergeImport(
  record: PersonaRecord,
  entries: readonly ImportedEntry[],
  options: MergeOptions = {},
): Merged {
  if (entries.length === 0) throw new TwoFactorError('VAULT_INVALID', 'There is no account in the file.');
  const problems: string[] = [];
  const sites = new Map(record.sites.map((site) => [site.name, site]));
  const changed = new Set<string>();
  const only: MergeOptions = entries.length === 1 ? options : {};
  if (entries.length > 1 && (options.site ?? options.origins?.length)) {
    problems.push('--site and --origin are for a file of one account, and this one has several');
  }
  for (const entry of entries) {
    const target = targetOf([...sites.values()], entry, only, entries.length === 1);
    const wrong = [...entry.problems, ...(target ? [] : [PLACE_WANTED])];
    if (target) wrong.push(...conflicts(target, entry, options.replace, changed.has(target.name)));
    if (wrong.length > 0 || !target) {
      problems.push(`${entry.where} ("${entry.title}"): ${wrong.join('; ')}`);
      continue;
    }
    changed.add(target.name);
    sites.set(target.name, { ...target, ...valuesOf(entry) });
  }
  if (problems.length > 0 && !options.skipInvalid) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    const remedy = 'Correct the file, or leave these out with --skip-invalid.';
    throw new TwoFactorError('VAULT_INVALID', `Nothing was imported. ${remedy}${list}`);
  }
  return { record: { ...record, sites: [...sites.values()] }, sites: [...changed], skipped: problems };
}

const PLACE_WANTED =
  'it has no web address, and no site of the persona has its name: say with --site which site it belongs to, or with --origin where it may go';

/** The site an entry belongs to, as it is, or a new one with no values. */
function targetOf(
  sites: readonly SiteRecord[],
  entry: ImportedEntry,
  options: MergeOptions,
  isOnly: boolean,
): SiteRecord | undefined {
  const origins = entry.origins.length > 0 ? entry.origins : (options.origins ?? []);
  const wanted = options.site ?? (origins[0] === undefined ? entry.siteName : hostOf(origins[0]));
  const there =
    sites.find(({ name }) => name.toLowerCase() === wanted?.toLowerCase()) ??
    (options.site === undefined && origins.length > 0
      ? sites.find((site) => site.origins.some((origin) => origins.includes(origin)))
      : undefined);
  if (there) return { ...there, origins: [...new Set([...there.origins, ...origins])] };
  if (origins.length > 0 && wanted) return { name: wanted, origins };
  return isOnly && options.site === undefined && sites.length === 1 ? sites[0] : undefined;
}

function conflicts(site: SiteRecord, entry: ImportedEntry, replace: boolean | undefined, isOfFile: boolean): string[] {
  const differing = VALUES.filter((member) => site[member] && entry[member] && site[member] !== entry[member]);
  if (differing.length === 0 || (replace && !isOfFile)) return [];
  const what = `the site "${site.name}" has another ${differing.join(' and ')}`;
  return [isOfFile ? `${what} from an entry above: a persona has one account a site` : `${what}: --replace takes this`];
}

function valuesOf(entry: ImportedEntry): Partial<SiteRecord> {
  return Object.fromEntries(VALUES.flatMap((member) => (entry[member] ? [[member, entry[member]]] : [])));
}
