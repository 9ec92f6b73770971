import { TwoFactorError } from '../../core/errors.ts';
import { checkPersonaName } from '../../vault/name.ts';
import { normalizeOtp } from '../../vault/otp.ts';
import type { PersonaRecord, SiteRecord } from '../../vault/record.ts';
import { changeSite } from '../../vault/site.ts';
import { readValue } from '../prompt.ts';
import { openCalled, readCall } from './options.ts';
import { type Member, readMember } from './members.ts';

const USAGE = `Usage: playwright-2fa vault set <persona> <member> [options]

The value is typed, without being shown, or comes on standard input; never as an
argument, which would stay in the shell's history and in the list of processes.

  members: email, phone, username, password, otp, recovery-codes, passkeys, origins

  --site NAME       which site, where the persona has several; a new one takes this name
  --origin ORIGIN   where its secrets may go, such as https://app.example.com; makes the site
  --folder DIR      where the vault is (.playwright-2fa/vault)
`;
const NO_VALUE =
  'a value was given as an argument (not repeated here). Others on this machine can see the arguments, and the shell keeps them: change that secret if it was a real one. Run the command without it and type it, or pipe it in.';
const OPTIONS = { site: { type: 'string' }, origin: { type: 'string', multiple: true } } as const;

/** Stores one value of a persona. */
export async function runSet(args: string[]): Promise<void> {
  const form = { usage: USAGE, options: OPTIONS, positionals: ['<persona>', '<member>'], noMore: NO_VALUE };
  const call = readCall('set', args, form);
  if (!call) return;
  const [persona = '', word = ''] = call.positionals;
  checkPersonaName(persona);
  const member = readMember(word);
  const { site, origin, folder } = call.values;
  const vault = await openCalled(folder);
  const isLong = member === 'recovery-codes' || member === 'passkeys';
  const value = await readValue(`${member} of ${persona}`, isLong);
  const choice = { ...(site === undefined ? {} : { site }), origins: origin ?? [] };
  await vault.update(persona, (record) => {
    if (member === 'email' || member === 'phone') return { ...record, [member]: value.trim() };
    if (member !== 'origins')
      return changeSite(record, choice, (site) => ({ ...site, ...read(member, value, record) }));
    const origins = value.split(/[\s,]+/).filter(Boolean);
    // An origin that is new to the persona makes a site, as --origin does.
    const isNew = site !== undefined && !record.sites.some(({ name }) => name === site);
    const target = isNew || (record.sites.length === 0 && !origin) ? { ...choice, origins } : choice;
    return changeSite(record, target, (site) => ({ ...site, origins }));
  });
  process.stdout.write(`Stored the ${member} of ${persona}.\n`);
}

type SiteMember = Exclude<Member, 'email' | 'phone' | 'origins'>;

function read(member: SiteMember, value: string, { persona }: PersonaRecord): Partial<SiteRecord> {
  if (member === 'username') return { username: value };
  if (member === 'password') return { password: value };
  if (member === 'otp') return { otp: normalizeOtp(value, persona) };
  if (member === 'passkeys') return { passkeys: readPasskeys(value) };
  const separator = /[\n,]/.test(value) ? /[\n,]/ : /\s+/; // some sites print their codes in groups
  return { recoveryCodes: value.split(separator).flatMap((code) => code.trim() || []) };
}

function readPasskeys(json: string): readonly object[] {
  try {
    const value: unknown = JSON.parse(json);
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.every((one) => typeof one === 'object' && one !== null)) return list;
  } catch {
    // told below, without the parser's text: it quotes the value
  }
  const text = 'The passkeys are no JSON: give one credential of Playwright as an object, or a list of them.';
  throw new TwoFactorError('VAULT_INVALID', text);
}
