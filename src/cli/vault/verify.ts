import { openCalled, readCall } from './options.ts';

const USAGE = `Usage: playwright-2fa vault verify [options]

Checks that the key opens every file, that every file is valid, and that neither
git nor other users can access the key. Exit code 1 if there is a problem.

  --folder DIR   folder of the vault (default: .playwright-2fa/vault)
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
  process.stdout.write(`No problems found: ${length} persona${length === 1 ? '' : 's'} in ${vault.path}.\n`);
}
