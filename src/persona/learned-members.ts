import type { LearnedMembers } from '../sign-in/credential-keeper.ts';
import { registerSecret } from '../secret/secret.ts';
import { mergeMembers, pendingChanges } from '../vault/unconfirmed.ts';
import type { PersonaRecord, RecordMembers, SiteRecord } from '../vault/record.ts';
import type { Credentials } from './credentials.ts';
import { memberOf, secretsOf, vaultNameOf } from './members.ts';

const LEARNED = ['email', 'phone', 'username', 'password', 'totp', 'recoveryCodes', 'passkeys'] as const;

/** Returns learned members by their names in the vault. */
export function toRecordMembers(members: LearnedMembers): RecordMembers {
  return Object.fromEntries(
    LEARNED.flatMap((name) => (members[name] === undefined ? [] : [[vaultNameOf(name), members[name]]])),
  );
}

/** Registers the secrets among learned members, so that they are redacted. */
export function registerLearned(members: LearnedMembers, persona: string): void {
  for (const [value, label] of secretsOf(members, persona)) registerSecret(label, value);
}

/**
 * Returns the credentials with what a document knows: the values of the site, and those of its changes that the site has
 * not refused.
 *
 * @param base credentials as they were opened
 */
export function credentialsWith(base: Credentials, record: PersonaRecord, site: SiteRecord): Credentials {
  const known: RecordMembers = { email: record.email, phone: record.phone, ...site };
  const members = pendingChanges(site).reduce((all, change) => mergeMembers(all, change.members), known);
  const values = LEARNED.flatMap((name) => {
    const value = members[vaultNameOf(name)];
    // The persona has its number with the code of the country.
    if (value === undefined || (name === 'phone' && !/^\+/.test(value as string))) return [];
    return [[name, memberOf(name).read(value, base.name)] as const];
  });
  return { ...base, ...Object.fromEntries(values) };
}
