import { openCalled, readCall } from './options.ts';

const USAGE = `Usage: playwright-2fa vault list [options]

Lists the personas, one per line. Needs no key.

  --json         print JSON
  --folder DIR   folder of the vault (default: .playwright-2fa/vault)
`;

/** Lists the personas of a vault. */
export async function runList(args: string[]): Promise<void> {
  const form = { usage: USAGE, options: { json: { type: 'boolean' } }, positionals: [] } as const;
  const call = readCall('list', args, form);
  if (!call) return;
  const vault = await openCalled(call.values.folder);
  const names = await vault.names();
  if (names.length === 0) process.stderr.write(`The vault in ${vault.path} has no personas.\n`);
  process.stdout.write(call.values.json ? `${JSON.stringify(names)}\n` : names.map((name) => `${name}\n`).join(''));
}
