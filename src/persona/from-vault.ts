import { TwoFactorError } from '../core/errors.ts';
import { allowsOrigin } from '../secret/origins.ts';
import { registerSecret } from '../secret/secret.ts';
import type { PersonaRecord, SiteRecord } from '../vault/record.ts';
import type { StoredPasskey } from '../passkey/passkey.ts';
import type { PersonaSettings } from './settings.ts';

/**
 * What the vault keeps of a persona, as far as it is for one site. All of its secrets are known as such from then on.
 *
 * @param url of the site under test: it decides where the persona has several
 * @throws TwoFactorError `SETTINGS_INVALID` when it does not.
 */
export function settingsFromRecord(record: PersonaRecord, url: string | undefined): PersonaSettings {
  keepSecretsOfRecord(record);
  const { username, password, otp, recoveryCodes, passkeys, origins } = siteOf(record, url) ?? {};
  const { email, phone } = record;
  const all = {
    ...{ email, phone, username, password, totp: otp, recoveryCodes, origins },
    passkeys: passkeys as readonly StoredPasskey[] | undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function siteOf({ persona, sites }: PersonaRecord, url: string | undefined): SiteRecord | undefined {
  if (sites.length < 2) return sites[0];
  const origin = url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined;
  const fitting = origin === undefined ? [] : sites.filter(({ origins }) => allowsOrigin(origins, origin));
  if (fitting.length === 1) return fitting[0];
  const names = sites.map(({ name }) => `"${name}"`).join(', ');
  const seen =
    origin === undefined
      ? 'there is no `baseURL`'
      : `${fitting.length || 'none'} of them ${fitting.length > 1 ? 'list' : 'lists'} ${origin}`;
  const text = `Persona "${persona}" has several sites in the vault (${names}), and ${seen}. Set \`url\` or \`baseURL\` to the site that is meant, and give that site its origin: npx playwright-2fa vault set ${persona} origins --site NAME.`;
  throw new TwoFactorError('SETTINGS_INVALID', text);
}

/** Makes everything secret that the vault keeps of a persona known as such. */
export function keepSecretsOfRecord({ persona, sites }: PersonaRecord): void {
  for (const site of sites) keepSecrets(persona, site);
}

function keepSecrets(persona: string, { password, otp, recoveryCodes = [], passkeys = [] }: SiteRecord): void {
  if (password !== undefined) registerSecret(`${persona}/password`, password);
  const seed = otp === undefined ? null : new URL(otp).searchParams.get('secret');
  if (seed) registerSecret(`${persona}/otp`, seed);
  for (const code of recoveryCodes) registerSecret(`${persona}/recovery code`, code);
  for (const passkey of passkeys as { privateKey?: unknown }[])
    if (typeof passkey.privateKey === 'string') registerSecret(`${persona}/passkey`, passkey.privateKey);
}
