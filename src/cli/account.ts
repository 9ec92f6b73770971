import { parseArgs } from 'node:util';
import { reasonOf } from '../core/errors.ts';
import { Account } from '../persona/account.ts';
import { plainRuntime } from '../core/runtime.ts';
import { calledProject } from './called-project.ts';
import { type Commands, runGroup } from './group.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Usage: playwright-2fa account <command> <persona> [options]

  show    whether its sign-ins are stopped, and why
  reset   forget refusals, so that it is tried again at once

  --folder DIR   where the ledger is (.playwright-2fa)
  --ledger URL   the Redis that machines share (PLAYWRIGHT_2FA_LEDGER)

Exit code of show: 0 when it may sign in, 1 when it is stopped.
`;

const COMMANDS: Commands = {
  show: async () => (args) =>
    callAccount('show', args, async (account, name) => {
      await account.check();
      process.stdout.write(`Nothing stops the sign-ins of ${name}.\n`);
    }),
  reset: async () => (args) =>
    callAccount('reset', args, async (account, name) => {
      await account.reset();
      process.stderr.write(`Nothing stops the sign-ins of ${name} any more.\n`);
    }),
};

/** Shows and lifts what the workers of a run know of an account. */
export async function runAccount(args: string[]): Promise<void> {
  await runGroup({ name: 'account', usage: USAGE, commands: COMMANDS }, args);
}

async function callAccount(
  command: string,
  args: string[],
  work: (account: Account, name: string) => Promise<void>,
): Promise<void> {
  const { values, positionals } = parse(command, args);
  const [name] = positionals;
  if (name === undefined || positionals.length > 1)
    throw new UsageError(`playwright-2fa account ${command}: name one persona.`);
  const project = calledProject(values);
  try {
    await work(new Account({ name, ledger: () => project.ledger(), runtime: plainRuntime() }), name);
  } finally {
    await project.close();
  }
}

function parse(command: string, args: string[]) {
  try {
    const options = { folder: { type: 'string' }, ledger: { type: 'string' } } as const;
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`playwright-2fa account ${command}: ${reasonOf(error)}`);
  }
}
