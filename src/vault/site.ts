import { TwoFactorError } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import { originProblem } from '../secret/origins.ts';
import type { PersonaRecord, SiteRecord } from './record.ts';

/** How a site of a persona is told. */
export interface SiteChoice {
  readonly site?: string;
  /** Given to the site beside those it has. */
  readonly origins?: readonly string[];
}

/** The host of an origin, as the name of a site: `https://*.example.com` is `example.com`. */
export function hostOf(origin: string): string {
  return origin.replace(/^https?:\/\/(?:\*\.)?/, '');
}

/**
 * The site that is meant: by name, by origin, or the only one there is.
 *
 * @throws TwoFactorError `VAULT_INVALID` when none is, or more than one.
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
    throw invalid(`"${persona}" has several sites that could be meant: ${list}. Say which with --site NAME.`);
  }
  const seen = site === undefined ? 'no such site' : `no site "${site}"`;
  throw invalid(
    `"${persona}" has ${seen}. ${suggest(site ?? '', names)} To make one, say where its secrets may go: --origin https://app.example.com`,
  );
}

/** A record in which the site that is meant is changed; one that is not there is made, if it has an origin. */
export function changeSite(
  record: PersonaRecord,
  choice: SiteChoice,
  change: (site: SiteRecord) => SiteRecord,
): PersonaRecord {
  const origins = choice.origins ?? [];
  const problems = origins.flatMap((origin) => originProblem(origin) ?? []);
  if (problems.length > 0) throw invalid(`This is no origin: ${problems.join('; ')}.`);
  const isNew = origins[0] !== undefined && !isThere(record, choice);
  const old = isNew ? { name: choice.site ?? hostOf(origins[0] ?? ''), origins: [] } : findSite(record, choice);
  const changed = change({ ...old, origins: [...new Set([...old.origins, ...origins])] });
  const sites = isNew ? [...record.sites, changed] : record.sites.map((site) => (site === old ? changed : site));
  return { ...record, sites };
}

function isThere({ sites }: PersonaRecord, { site, origins = [] }: SiteChoice): boolean {
  return sites.some(
    (one) => one.name === (site ?? one.name) && (site ?? one.origins.find((origin) => origins.includes(origin))),
  );
}

function invalid(text: string): TwoFactorError {
  return new TwoFactorError('VAULT_INVALID', text);
}
