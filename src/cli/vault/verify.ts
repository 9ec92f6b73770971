import { openCalled, readCall } from './options.ts';

const USAGE = `Usage: playwright-2fa vault verify [--folder DIR]

Checks that every file can be read with the key at hand and is what it should
be, and that the key lies where neither git nor others come by it.
Exit code 1 when anything is wrong.
`;

/** Checks a vault. */
export async function runVerify(args: string[]): Promise<void> {
  const call = readCall('verify', args, { usage: USAGE, options: {}, positionals: [] });
  if (!call) return;
  const vault = await openCalled(call.values.folder);
  const problems = await vault.verify();
  if (problems.length > 0) {
    process.stderr.write(problems.map((problem) => `- ${problem}\n`).join(''));
    process.exitCode = 1;
    return;
  }
  const { length } = await vault.names();
  process.stdout.write(`All is well with ${length} persona${length === 1 ? '' : 's'} in ${vault.path}.\n`);
}
