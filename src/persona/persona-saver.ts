import { TwoFactorError } from '../core/errors.ts';
import type { PersonaRecord, SiteRecord } from '../vault/record.ts';
import { type CredentialSources, knownNames, variableName } from './credential-sources.ts';
import type { PersonaSaver } from './open-options.ts';
import { type LazyVault, VaultStore } from './persona-store.ts';

/** Returns the function that saves personas in a vault. */
export function personaSaver(
  vault: LazyVault | undefined,
  { personas, env }: Pick<CredentialSources, 'personas' | 'env'>,
): PersonaSaver {
  return async (name, record, isOwn) => {
    if (!vault) throw new TwoFactorError('SETTINGS_INVALID', `Persona "${name}" cannot be saved: there is no vault.`);
    const isConfigured = knownNames({ personas, env }).some((one) => variableName(one) === variableName(name));
    if (isConfigured && !isOwn) throw taken(name, 'the configuration or the environment');
    const opened = await vault.open();
    const saved = await opened.update(name, (current) => {
      if (isOwn) return mergeRecords(current, record);
      if (current.sites.length > 0 || current.email !== undefined) throw taken(name, 'the vault');
      return record;
    });
    return { record: saved, store: new VaultStore(vault, saved, undefined) };
  };
}

/** Adds what a persona has learned to its document. Changes of others at the same time stay. */
function mergeRecords(current: PersonaRecord, { sites, email, phone }: PersonaRecord): PersonaRecord {
  const merged = current.sites.map((site) => {
    const learned = sites.find(({ name }) => name === site.name);
    return learned ? mergeSites(site, learned) : site;
  });
  const added = sites.filter(({ name }) => !current.sites.some((site) => site.name === name));
  return {
    ...current,
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    sites: [...merged, ...added],
  };
}

function mergeSites(site: SiteRecord, learned: SiteRecord): SiteRecord {
  const known = site.unconfirmed ?? [];
  const unconfirmed = [
    ...known,
    ...(learned.unconfirmed ?? []).filter(({ id }) => !known.some((one) => one.id === id)),
  ];
  return { ...site, ...learned, ...(unconfirmed.length > 0 ? { unconfirmed } : {}) };
}

function taken(name: string, where: string): TwoFactorError {
  const text = `There is a persona "${name}" in ${where} already, and it is another one, so nothing was saved. Choose another name, or remove it first: npx playwright-2fa vault remove ${name}.`;
  return new TwoFactorError('PERSONA_EXISTS', text);
}
