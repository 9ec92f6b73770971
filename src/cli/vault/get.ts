import { TwoFactorError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import { MEMBER_NAMES, type MemberName, memberOf, vaultNameOf } from '../../persona/members.ts';
import { Secret } from '../../secret/secret.ts';
import type { PersonaRecord, RecordMembers, SiteRecord } from '../../vault/record.ts';
import { findSite } from '../../vault/site.ts';
import { calledProject } from '../called-project.ts';
import { type Command, defineCommand } from '../command.ts';
import { readMember } from './members.ts';

const USAGE = `Usage: playwright-2fa vault get <persona> [member] [options]

  --site NAME    site, if the persona has several
  --reveal       show secrets instead of labels such as [secret alice/password]
  --json         print JSON
  --folder DIR   folder of the vault (.playwright-2fa/vault)
`;
const OPTIONS = {
  site: { type: 'string' },
  reveal: { type: 'boolean' },
  json: { type: 'boolean' },
  folder: { type: 'string' },
} as const;

/** Shows a persona of the vault. */
export const runGet: Command = defineCommand({
  name: 'vault get',
  usage: USAGE,
  options: OPTIONS,
  positionals: ['<persona>', '[member]'],
  async run(call) {
    const [persona = '', word] = call.positionals;
    const { site, reveal = false, json = false, folder } = call.values;
    const member = word === undefined ? undefined : readMember(word);
    const vault = await calledProject({ vault: folder }).vault();
    const record = await vault.read(persona);
    if (!record) {
      const text = `The vault in ${vault.path} has no persona of this name. ${suggest(persona, await vault.names())}`;
      throw new TwoFactorError('PERSONA_UNKNOWN', text);
    }
    const sites = site === undefined ? record.sites : [findSite(record, { site })];
    const shown = (record: PersonaRecord): PersonaRecord => (reveal ? record : conceal(record));
    if (member === undefined) {
      const part = shown({ ...record, sites });
      process.stdout.write(json ? `${JSON.stringify(part, undefined, 2)}\n` : describe(part));
      return;
    }
    const value = valueOf(shown(record), member, site);
    if (value === undefined) {
      throw new TwoFactorError('PERSONA_INCOMPLETE', `The vault has no ${word} of ${persona}.`);
    }
    process.stdout.write(`${json ? JSON.stringify(value) : asText(value)}\n`);
  },
});

function valueOf(record: PersonaRecord, member: MemberName, site: string | undefined): unknown {
  const part: Readonly<Record<string, unknown>> =
    memberOf(member).vault === 'persona' ? { ...record } : findSite(record, site === undefined ? {} : { site });
  return part[vaultNameOf(member)];
}

const SECRETS = MEMBER_NAMES.filter((name) => 'secrets' in memberOf(name)).map(vaultNameOf);

/** Replaces each secret of a document by its label, also those that a site has not accepted yet. */
function conceal(record: PersonaRecord): PersonaRecord {
  const hide = <T extends RecordMembers>(members: T): T => {
    const secrets = SECRETS.filter((member) => members[member] !== undefined);
    const hidden = secrets.map((member) => [member, String(new Secret(`${record.persona}/${member}`, ''))]);
    return { ...members, ...Object.fromEntries(hidden) };
  };
  const hideSite = (site: SiteRecord): SiteRecord => ({
    ...hide(site),
    ...(site.unconfirmed
      ? { unconfirmed: site.unconfirmed.map((change) => ({ ...change, members: hide(change.members) })) }
      : {}),
    ...(site.replaced ? { replaced: hide(site.replaced) } : {}),
  });
  return { ...record, sites: record.sites.map(hideSite) };
}

function describe({ persona, email, phone, sites }: PersonaRecord): string {
  const row = (name: string, value: unknown): string => {
    const lines = asText(value).split('\n');
    return `  ${name.padEnd(15)}${lines.join(`\n${' '.repeat(17)}`)}`;
  };
  const rows = (part: object): string[] => Object.entries(part).map(([name, value]) => row(name, value));
  const siteRows = sites.flatMap(({ name, unconfirmed = [], replaced, ...site }) => [
    ...['', name, ...rows(site)],
    ...unconfirmed.flatMap(({ at, isRefused, members }) => [
      `  unconfirmed since ${at}${isRefused ? ', refused by the site' : ''}:`,
      ...rows(members),
    ]),
    ...(replaced ? ['  replaced:', ...rows(replaced)] : []),
  ]);
  return `${[persona, ...rows({ ...(email ? { email } : {}), ...(phone ? { phone } : {}) }), ...siteRows].join('\n')}\n`;
}

/** Formats a value as text. A list has one item per line. */
function asText(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => asText(one)).join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
