import { calledProject } from '../called-project.ts';
import { type Command, defineCommand } from '../command.ts';

const USAGE = `Usage: playwright-2fa vault list [options]

Lists the personas, one per line. No key is needed.
`;

/** Lists the personas of a vault. */
export const runList: Command = defineCommand({
  name: 'vault list',
  usage: USAGE,
  options: { json: { type: 'boolean' }, folder: { type: 'string' } },
  positionals: [],
  async run(call) {
    const vault = await calledProject({ vault: call.values.folder }).vault();
    const names = await vault.names();
    if (names.length === 0) process.stderr.write(`The vault in ${vault.path} has no personas.\n`);
    process.stdout.write(call.values.json ? `${JSON.stringify(names)}\n` : names.map((name) => `${name}\n`).join(''));
  },
});
