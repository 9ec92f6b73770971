import { TwoFactorError } from '../core/errors.ts';
import { type PersonaRecord, type SiteRecord, emptyRecord } from '../vault/record.ts';
import { type CredentialSources, hasSiteMembers, siteUrlOf } from './credential-sources.ts';
import { type Credentials, type ReadOptions, readCredentials } from './credentials.ts';
import { siteOf } from './from-vault.ts';

/** Members of a persona at one site of the vault. */
export interface StoredSite {
  /** Name of the site in the vault; `undefined` if it is not there. */
  readonly name: string | undefined;
  /** True for the first site of the document. */
  readonly isFirst: boolean;
  readonly credentials: Credentials;
}

/** A stored persona with all of its sites. */
export interface StoredPersona {
  readonly name: string;
  /** Site under test, or the error to throw if it is not known which one that is. */
  readonly primary: StoredSite | TwoFactorError;
  readonly others: readonly StoredSite[];
  readonly record: PersonaRecord;
}

/** Sources of credentials, and how they are read. */
export type StoredSources = CredentialSources & ReadOptions;

/**
 * Reads a persona with all sites of its document. The members of the configuration and the environment belong to the site
 * under test only.
 *
 * @throws TwoFactorError as `readCredentials()`
 */
export function readStoredSites(name: string, sources: StoredSources, baseUrl: string | undefined): StoredPersona {
  const record = sources.vault?.record ?? emptyRecord(name);
  const { sites } = record;
  if (sites.length < 2) {
    const credentials = readCredentials(name, sources, baseUrl);
    return { name, record, primary: { name: sites[0]?.name, isFirst: true, credentials }, others: [] };
  }
  const stored = (site: SiteRecord): StoredSite => ({
    name: site.name,
    isFirst: site === sites[0],
    credentials: readCredentials(name, onlyVault(sources, record, site), undefined),
  });
  const site = selectSite(record, siteUrlOf(name, sources, baseUrl));
  if (site instanceof TwoFactorError) {
    if (hasSiteMembers(name, sources)) throw site;
    return { name, record, primary: site, others: sites.map(stored) };
  }
  const credentials = readCredentials(name, sources, baseUrl);
  return {
    ...{ name, record },
    primary: { name: site.name, isFirst: site === sites[0], credentials },
    others: sites.filter((one) => one !== site).map(stored),
  };
}

/** Returns the site under test, or the error of a URL that selects none. */
function selectSite(record: PersonaRecord, url: string | undefined): SiteRecord | TwoFactorError {
  try {
    return siteOf(record, url)!;
  } catch (error) {
    if (error instanceof TwoFactorError) return error;
    throw error;
  }
}

/** Sources with one site of the vault only. */
function onlyVault(sources: StoredSources, record: PersonaRecord, site: SiteRecord): StoredSources {
  return {
    ...sources,
    env: {},
    personas: {},
    vault: { record: { ...record, sites: [site] }, names: [record.persona] },
  };
}
