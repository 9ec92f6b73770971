import { TwoFactorError } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import { originProblem } from '../secret/origins.ts';
import type { PersonaRecord, SiteRecord } from './record.ts';

/** Selects a site of a persona. */
export interface SiteChoice {
  readonly site?: string;
  /** Origins of the site, or to add to it. */
  readonly origins?: readonly string[];
}

/** Returns the host of an origin, which names a site: `https://*.example.com` becomes `example.com`. */
export function hostOf(origin: string): string {
  return origin.replace(/^https?:\/\/(?:\*\.)?/, '');
}

/**
 * Finds a site by name, by origin, or because there is only one.
 *
 * @throws TwoFactorError `VAULT_INVALID` if no site matches, or more than one.
 */
export function findSite({ persona, sites }: PersonaRecord, { site, origins = [] }: SiteChoice): SiteRecord {
  const found = sites.filter(
    (one) =>
      (site === undefined || one.name === site) &&
      (site !== undefined || origins.length === 0 || one.origins.some((origin) => origins.includes(origin))),
  );
  if (found[0] && found.length === 1) return found[0];
  const names = sites.map(({ name }) => name);
  if (found.length > 1) {
    const list = found.map(({ name }) => `"${name}"`).join(', ');
    throw invalid(`"${persona}" has several matching sites: ${list}. Choose one with --site NAME.`);
  }
  const seen = site === undefined ? 'no such site' : `no site "${site}"`;
  throw invalid(
    `"${persona}" has ${seen}. ${suggest(site ?? '', names)} To create one, name an origin for its secrets: --origin https://app.example.com`,
  );
}

/** Returns the record with one site changed. Creates the site if it does not exist and an origin is given. */
export function changeSite(
  record: PersonaRecord,
  choice: SiteChoice,
  change: (site: SiteRecord) => SiteRecord,
): PersonaRecord {
  const origins = choice.origins ?? [];
  const problems = origins.flatMap((origin) => originProblem(origin) ?? []);
  if (problems.length > 0) throw invalid(`An origin is invalid: ${problems.join('; ')}.`);
  const isNew = origins[0] !== undefined && !hasSite(record, choice);
  const old = isNew ? { name: choice.site ?? hostOf(origins[0] ?? ''), origins: [] } : findSite(record, choice);
  const changed = change({ ...old, origins: [...new Set([...old.origins, ...origins])] });
  const sites = isNew ? [...record.sites, changed] : record.sites.map((site) => (site === old ? changed : site));
  return { ...record, sites };
}

function hasSite({ sites }: PersonaRecord, { site, origins = [] }: SiteChoice): boolean {
  return sites.some(
    (one) => one.name === (site ?? one.name) && (site ?? one.origins.find((origin) => origins.includes(origin))),
  );
}

function invalid(text: string): TwoFactorError {
  return new TwoFactorError('VAULT_INVALID', text);
}
