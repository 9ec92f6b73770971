import { TwoFactorError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import { openCalled, readCall } from './options.ts';

const USAGE = `Usage: playwright-2fa vault remove <persona> [options]

Removes a persona. Its history stays in git.

  --folder DIR   folder of the vault (default: .playwright-2fa/vault)
`;

/** Removes a persona from a vault. */
export async function runRemove(args: string[]): Promise<void> {
  const call = readCall('remove', args, { usage: USAGE, options: {}, positionals: ['<persona>'] });
  if (!call) return;
  const [persona = ''] = call.positionals;
  const vault = await openCalled(call.values.folder);
  if (!(await vault.remove(persona))) {
    const text = `The vault in ${vault.path} has no persona "${persona}". ${suggest(persona, await vault.names())}`;
    throw new TwoFactorError('PERSONA_UNKNOWN', text);
  }
  process.stdout.write(`Removed ${persona}.\n`);
}
