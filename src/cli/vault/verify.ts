import { calledProject } from '../called-project.ts';
import { type Command, defineCommand } from '../command.ts';

const USAGE = `Usage: playwright-2fa vault verify [options]

Checks that every file can be read with your key and is valid, and that neither
git nor other users can read the key. Exit code 1: there are problems.
`;

/** Checks a vault. */
export const runVerify: Command = defineCommand({
  name: 'vault verify',
  usage: USAGE,
  options: { folder: { type: 'string' } },
  positionals: [],
  async run(call) {
    const vault = await calledProject({ vault: call.values.folder }).vault();
    const problems = await vault.verify();
    if (problems.length > 0) {
      process.stderr.write(problems.map((problem) => `- ${problem}\n`).join(''));
      process.exitCode = 1;
      return;
    }
    const { length } = await vault.names();
    process.stdout.write(`No problems found: ${length} persona${length === 1 ? '' : 's'} in ${vault.path}.\n`);
  },
});
