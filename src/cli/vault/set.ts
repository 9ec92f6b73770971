import { TwoFactorError } from '../../core/errors.ts';
import { checkPersonaName } from '../../vault/name.ts';
import { normalizeOtp } from '../../vault/otp.ts';
import type { PersonaRecord, SiteRecord } from '../../vault/record.ts';
import { changeSite } from '../../vault/site.ts';
import { readValue } from '../prompt.ts';
import { openCalled, readCall } from './options.ts';
import { type Member, readMember } from './members.ts';

const USAGE = `Usage: playwright-2fa vault set <persona> <member> [options]

Stores one value. Type it at the prompt, which does not show it, or pipe it to standard
input. Arguments stay in the shell history and in the list of processes.

  members: email, phone, username, password, otp, recovery-codes, passkeys, origins

  --site NAME       site of the value, if the persona has several; also names a new site
  --origin ORIGIN   origin that the secrets may be sent to, such as https://app.example.com;
                    creates the site if needed; can be repeated
  --folder DIR      folder of the vault (default: .playwright-2fa/vault)
`;
const NO_VALUE =
  'a value was passed as an argument (not repeated here). Other users of this machine can see arguments, and the shell keeps them in its history: if the secret is real, change it. Run the command without the value, then type it or pipe it in.';
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
    // The origins of a new site create it, as --origin does.
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
    // reported below, without the parser's error, which quotes the value
  }
  const text = 'The passkeys are not valid JSON. Pass one credential of Playwright as an object, or a list of them.';
  throw new TwoFactorError('VAULT_INVALID', text);
}
