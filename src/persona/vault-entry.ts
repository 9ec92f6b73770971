import { TwoFactorError } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import type { StoredPasskey } from '../passkey/passkey.ts';
import { originProblem } from '../secret/origins.ts';
import { registerSecret } from '../secret/secret.ts';
import type { PersonaRecord, RecordMembers, SiteRecord } from '../vault/record.ts';
import { changeSite } from '../vault/site.ts';
import { setMembers } from '../vault/unconfirmed.ts';
import { MEMBER_NAMES, type MemberName, memberOf, secretsOf, vaultNameOf } from './members.ts';

/** Members of a persona at one site, in clear. */
export interface VaultSite {
  readonly name: string;
  /** Origins where its secrets may be typed, such as `https://app.example.com`. */
  readonly origins: readonly string[];
  readonly username?: string;
  readonly password?: string;
  readonly memorableWord?: string;
  /** `otpauth://` URI. */
  readonly totp?: string;
  readonly recoveryCodes?: readonly string[];
  readonly passkeys?: readonly StoredPasskey[];
  /** Newer values of which it is not known whether the site has accepted them, oldest first. */
  readonly unconfirmed?: readonly UnconfirmedMembers[];
}

/** New values that are kept beside the old ones until the site has accepted them. */
export interface UnconfirmedMembers extends Partial<Omit<VaultSite, 'name' | 'origins' | 'unconfirmed'>> {
  /** Time of the change. */
  readonly changedAt: Date;
  readonly email?: string;
  readonly phone?: string;
}

/** A persona as the vault keeps it, in clear. */
export interface VaultPersona {
  readonly name: string;
  readonly email?: string;
  /** E.164, such as `+12025552368`. */
  readonly phone?: string;
  readonly sites: readonly VaultSite[];
}

/** Members to write. Those that are left out stay, and `null` removes one. */
export interface VaultChange {
  readonly email?: string | null;
  readonly phone?: string | null;
  /** Name of the site that the other members belong to. @default the site that lists `origins`, else the only one */
  readonly site?: string;
  /** Origins of the site. They are added to it; if no site lists one of them, they make a new site. */
  readonly origins?: readonly string[];
  readonly username?: string | null;
  readonly password?: string | null;
  readonly memorableWord?: string | null;
  /** `otpauth://` URI or Base32 seed. */
  readonly totp?: string | null;
  readonly recoveryCodes?: readonly string[] | null;
  readonly passkeys?: readonly StoredPasskey[] | null;
}

const STORED: readonly MemberName[] = MEMBER_NAMES.filter((name) => memberOf(name).vault !== undefined);

/** Returns a document of the vault with the names of the configuration. */
export function toVaultPersona({ persona, email, phone, sites }: PersonaRecord): VaultPersona {
  return {
    name: persona,
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    sites: sites.map((site) => ({
      ...(membersOf(site) as Omit<VaultSite, 'name'>),
      name: site.name,
      ...(site.unconfirmed
        ? {
            unconfirmed: site.unconfirmed.map(({ at, members }) => ({
              ...membersOf(members),
              changedAt: new Date(at),
            })),
          }
        : {}),
    })),
  };
}

/**
 * Returns a document with members written to it.
 *
 * @throws TwoFactorError `VAULT_INVALID` if a member is unknown, or no site is chosen
 */
export function writeMembers(record: PersonaRecord, { site, origins, ...members }: VaultChange): PersonaRecord {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  const unknown = entries.flatMap(([name]) => (STORED.includes(name as MemberName) ? [] : [name]));
  if (unknown[0] !== undefined) {
    const text = `The vault keeps no member "${unknown[0].slice(0, 40)}". ${suggest(unknown[0], ['site', ...STORED])}`;
    throw new TwoFactorError('VAULT_INVALID', text);
  }
  const part = (of: 'persona' | 'site'): [string, unknown][] =>
    entries
      .filter(([name]) => memberOf(name as MemberName).vault === of)
      .map(([name, value]) => [
        vaultNameOf(name as MemberName),
        storedValue(name as MemberName, value, record.persona),
      ]);
  const [ofPersona, ofSite] = [part('persona'), part('site')];
  const written = withMembers(record, ofPersona) as PersonaRecord;
  if (ofSite.length === 0 && origins === undefined) return written;
  const choice = { ...(site === undefined ? {} : { site }), origins: origins ?? [] };
  return changeSite(
    written,
    choice,
    (one) => withMembers(setMembers(one, Object.fromEntries(ofSite)), ofSite) as SiteRecord,
  );
}

/** Registers the secrets among members that are about to be written. */
export function registerWritten(change: VaultChange, persona: string): void {
  const given = Object.fromEntries(Object.entries(change).filter(([name, value]) => name !== 'site' && value !== null));
  for (const [value, label] of secretsOf(given, persona)) registerSecret(label, value);
}

/** Returns the origins of a URL's site. @throws TwoFactorError `SETTINGS_INVALID` if it is not a web address */
export function originsOfSite(url: string): readonly string[] {
  const origin = URL.canParse(url) ? new URL(url).origin : url;
  const problem = originProblem(origin);
  if (problem === undefined) return [origin];
  throw new TwoFactorError(
    'SETTINGS_INVALID',
    `"${url}" is not the address of a site, such as https://app.example.com.`,
  );
}

function storedValue(name: MemberName, value: unknown, persona: string): unknown {
  const member = memberOf(name);
  // An invalid value is reported with all other problems of the document.
  if (value === null || member.check(value).length > 0) return value;
  return member.store?.(value, persona) ?? value;
}

function withMembers(part: object, entries: readonly [string, unknown][]): object {
  const kept = Object.entries(part).filter(([name]) => !entries.some(([other]) => other === name));
  return Object.fromEntries([...kept, ...entries.filter(([, value]) => value !== null)]);
}

function membersOf(members: RecordMembers): object {
  return Object.fromEntries(
    STORED.flatMap((name) => {
      const value = members[vaultNameOf(name)];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
