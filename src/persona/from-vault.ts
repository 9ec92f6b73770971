import { TwoFactorError } from '../core/errors.ts';
import { allowsOrigin } from '../secret/origins.ts';
import { registerSecret } from '../secret/secret.ts';
import type { PersonaRecord, RecordMembers, RecordSchema, SiteRecord } from '../vault/record.ts';
import { MEMBER_NAMES, memberOf, secretsOf, vaultNameOf } from './members.ts';
import type { PersonaSettings } from './settings.ts';

/** Members that the vault keeps, with their checks. */
export const VAULT_SCHEMA: RecordSchema = { persona: checksOf('persona'), site: checksOf('site') };

/**
 * Returns a persona's members for one site. All secrets of the document are registered for redaction.
 *
 * @param url the site under test, which selects one of several sites
 * @throws TwoFactorError `SETTINGS_INVALID` if it selects none, or more than one
 */
export function settingsFromRecord(record: PersonaRecord, url: string | undefined): PersonaSettings {
  registerSecretsOf(record);
  return settingsOf({ ...record }, siteOf(record, url));
}

/**
 * Registers every secret in a document of the vault, so that it is redacted: also those that the site has not accepted
 * yet, and replaced ones.
 */
export function registerSecretsOf(record: PersonaRecord): void {
  for (const site of record.sites) {
    const changes = (site.unconfirmed ?? []).map(({ members }) => members);
    for (const members of [site, ...changes, site.replaced ?? {}])
      for (const [value, label] of secretsOf(settingsOf({}, members), record.persona)) registerSecret(label, value);
  }
}

/** Returns values of a site that the persona has replaced, and that other places may still have. */
export function replacedIn(record: PersonaRecord, url: string | undefined): PersonaSettings {
  const replaced = siteOf(record, url)?.replaced ?? {};
  return settingsOf(replaced, replaced);
}

function settingsOf(ofPersona: RecordMembers, ofSite: RecordMembers | undefined): PersonaSettings {
  const entries = MEMBER_NAMES.flatMap((name) => {
    const { vault } = memberOf(name);
    const value = vault && (vault === 'site' ? ofSite : ofPersona)?.[vaultNameOf(name)];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries) as PersonaSettings;
}

/**
 * Returns the site of a document that a URL selects; `undefined` if it has none.
 *
 * @throws TwoFactorError `SETTINGS_INVALID` if the document has several sites, and the URL selects none or more than one
 */
export function siteOf({ persona, sites }: PersonaRecord, url: string | undefined): SiteRecord | undefined {
  if (sites.length < 2) return sites[0];
  const origin = url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined;
  const matching = origin === undefined ? [] : sites.filter(({ origins }) => allowsOrigin(origins, origin));
  if (matching.length === 1) return matching[0];
  const names = sites.map(({ name }) => `"${name}"`).join(', ');
  const seen =
    origin === undefined
      ? 'there is no `baseURL`'
      : `${matching.length || 'none'} of them ${matching.length > 1 ? 'list' : 'lists'} ${origin}`;
  const text = `Persona "${persona}" has several sites in the vault (${names}), and ${seen}. Set \`url\` or \`baseURL\` to one of these sites, and give that site its origin: npx playwright-2fa vault set ${persona} origins --site NAME.`;
  throw new TwoFactorError('SETTINGS_INVALID', text);
}

function checksOf(part: 'persona' | 'site'): RecordSchema['site'] {
  const names = MEMBER_NAMES.filter((name) => memberOf(name).vault === part);
  return Object.fromEntries(names.map((name) => [vaultNameOf(name), (value) => memberOf(name).check(value)]));
}
