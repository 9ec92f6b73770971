import { plainRuntime } from '../core/runtime.ts';
import { Account } from '../persona/account.ts';
import { calledProject } from './called-project.ts';
import { type Command, defineCommand, defineGroup } from './command.ts';

const USAGE = `Usage: playwright-2fa account <command> <persona> [options]

  show    show whether sign-ins of the persona are paused, and why
  reset   forget refusals, so that the next sign-in is tried at once

  --site NAME    site, for a persona with several (default: the first)
  --folder DIR   folder of the ledger (.playwright-2fa)
  --ledger URL   Redis that machines share (PLAYWRIGHT_2FA_LEDGER)

Exit code of show: 0 if the persona may sign in, 1 if its sign-ins are paused.
`;

/** Shows and resets the pause of a persona after a refusal. */
export const runAccount: Command = defineGroup({
  name: 'account',
  usage: USAGE,
  commands: {
    show: () =>
      accountCommand('show', async (account, name) => {
        await account.check();
        process.stdout.write(`Sign-ins of ${name} are not paused.\n`);
      }),
    reset: () =>
      accountCommand('reset', async (account, name) => {
        await account.reset();
        process.stderr.write(`Sign-ins of ${name} are no longer paused.\n`);
      }),
  },
});

async function accountCommand(word: string, work: (account: Account, name: string) => Promise<void>): Promise<Command> {
  return defineCommand({
    name: `account ${word}`,
    usage: USAGE,
    options: { site: { type: 'string' }, folder: { type: 'string' }, ledger: { type: 'string' } },
    positionals: ['<persona>'],
    async run({ values, positionals: [name = ''] }) {
      const { site, ...places } = values;
      const project = calledProject(places);
      try {
        await work(new Account({ name, site, ledger: () => project.ledger(), runtime: plainRuntime() }), name);
      } finally {
        await project.close();
      }
    },
  });
}
