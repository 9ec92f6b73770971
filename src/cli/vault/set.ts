import { TwoFactorError } from '../../core/errors.ts';
import { type MemberName, memberOf, vaultNameOf } from '../../persona/members.ts';
import { NO_PROGRAM_IN_VAULT, isEscaped, isReference, namesProgram } from '../../secret/references/reference.ts';
import { checkPersonaName } from '../../vault/name.ts';
import { changeSite } from '../../vault/site.ts';
import { setMembers } from '../../vault/unconfirmed.ts';
import { readValue } from '../prompt.ts';
import { calledProject } from '../called-project.ts';
import { type Command, defineCommand } from '../command.ts';
import { MEMBER_WORDS, readMember } from './members.ts';

const USAGE = `Usage: playwright-2fa vault set <persona> <member> [options]

The value is typed without being shown, or read from standard input. It is never
an argument: arguments stay in the shell's history and in the list of processes.

  members: ${MEMBER_WORDS.join(', ')}

  --site NAME       site, if the persona has several; or the name of a new site
  --origin ORIGIN   origin where its secrets may be typed, such as https://app.example.com; creates the site
  --folder DIR      folder of the vault (.playwright-2fa/vault)
`;
const NO_VALUE =
  'a value was passed as an argument (not repeated here). Other users can see arguments, and the shell keeps them: if the value is a real secret, change it. Run the command without the value, and type it or pipe it in.';
const OPTIONS = {
  site: { type: 'string' },
  origin: { type: 'string', multiple: true },
  folder: { type: 'string' },
} as const;

/** Stores one value of a persona. */
export const runSet: Command = defineCommand({
  name: 'vault set',
  usage: USAGE,
  options: OPTIONS,
  positionals: ['<persona>', '<member>'],
  surplus: NO_VALUE,
  async run(call) {
    const [persona = '', word = ''] = call.positionals;
    checkPersonaName(persona);
    const member = readMember(word);
    const { site, origin, folder } = call.values;
    const vault = await calledProject({ vault: folder }).vault();
    const definition = memberOf(member);
    const key = vaultNameOf(member);
    const text = await readValue(`${word} of ${persona}`, definition.isLong);
    const value = valueOf(member, definition.vault === 'persona' ? text.trim() : text, { word, persona });
    const choice = { ...(site === undefined ? {} : { site }), origins: origin ?? [] };
    await vault.update(persona, (record) => {
      if (definition.vault === 'persona') return { ...record, [key]: value };
      if (member !== 'origins') return changeSite(record, choice, (site) => setMembers(site, { [key]: value }));
      const origins = value as readonly string[];
      // An origin that is new to the persona makes a site, as --origin does.
      const isNew = site !== undefined && !record.sites.some(({ name }) => name === site);
      const target = isNew || (record.sites.length === 0 && !origin) ? { ...choice, origins } : choice;
      return changeSite(record, target, (site) => ({ ...site, origins }));
    });
    process.stdout.write(`Stored the ${word} of ${persona}.\n`);
  },
});

/** Reads what was typed, in the form that the vault keeps. A reference is kept as it is. */
function valueOf(
  member: MemberName,
  text: string,
  { word, persona }: { readonly word: string; readonly persona: string },
): unknown {
  if (namesProgram(text))
    throw new TwoFactorError('VAULT_INVALID', `The ${word} is an exec: reference. ${NO_PROGRAM_IN_VAULT}`);
  if (isReference(text) || isEscaped(text)) return text.trim();
  const definition = memberOf(member);
  const parsed = definition.parse(text);
  if (parsed === undefined) throw new TwoFactorError('VAULT_INVALID', `The ${word} must be JSON.`);
  return definition.store?.(parsed, persona) ?? parsed;
}
