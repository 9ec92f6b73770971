import { openCalled, readCall } from './options.ts';

const USAGE = `Usage: playwright-2fa vault list [--json] [--folder DIR]

Names the personas, one a line. It needs no key.
`;

/** Names the personas of a vault. */
export async function runList(args: string[]): Promise<void> {
  const form = { usage: USAGE, options: { json: { type: 'boolean' } }, positionals: [] } as const;
  const call = readCall('list', args, form);
  if (!call) return;
  const vault = await openCalled(call.values.folder);
  const names = await vault.names();
  if (names.length === 0) process.stderr.write(`There is no persona in ${vault.path}.\n`);
  process.stdout.write(call.values.json ? `${JSON.stringify(names)}\n` : names.map((name) => `${name}\n`).join(''));
}
