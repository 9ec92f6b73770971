import { TwoFactorError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import { calledProject } from '../called-project.ts';
import { type Command, defineCommand } from '../command.ts';

const USAGE = `Usage: playwright-2fa vault remove <persona> [options]

The history of git still contains the persona.
`;

/** Removes a persona from a vault. */
export const runRemove: Command = defineCommand({
  name: 'vault remove',
  usage: USAGE,
  options: { folder: { type: 'string' } },
  positionals: ['<persona>'],
  async run(call) {
    const [persona = ''] = call.positionals;
    const vault = await calledProject({ vault: call.values.folder }).vault();
    if (!(await vault.remove(persona))) {
      const text = `The vault in ${vault.path} has no persona "${persona}". ${suggest(persona, await vault.names())}`;
      throw new TwoFactorError('PERSONA_UNKNOWN', text);
    }
    process.stdout.write(`Removed ${persona}.\n`);
  },
});
