import { suggest } from '../nearest.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Usage: playwright-2fa profile <command> [options]

  record <name> --url URL   open a browser, let a person sign in, and save the session
  list                      how old each saved session is, and until when it lives
  show <name>               what it lets in with, without the values
  probe <name>              ask the site whether it is alive
  discard <name>            forget it

  --folder DIR   where profiles are (.playwright-2fa)
  --ledger URL   the Redis where they are, if machines share them (PLAYWRIGHT_2FA_LEDGER)
  --vault DIR    the vault whose readers may read them ("vault" in the folder)
  --json         of list, show and probe: as JSON

Sessions are encrypted where there is a key to the vault.
`;

type Command = (args: string[]) => Promise<void>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  record: async () => (await import('./profile/record.ts')).runRecord,
  list: async () => (await import('./profile/list.ts')).runList,
  show: async () => (await import('./profile/show.ts')).runShow,
  probe: async () => (await import('./profile/probe.ts')).runProbe,
  discard: async () => (await import('./profile/discard.ts')).runDiscard,
};

/** Makes and shows saved sessions. */
export async function runProfile([command = '', ...args]: string[]): Promise<void> {
  if (command === '--help' || args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const load = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!load) {
    const seen = command === '' ? 'There is no command after "profile".' : `There is no command "profile ${command}".`;
    throw new UsageError(`${seen} ${suggest(command, Object.keys(COMMANDS))}\n\n${USAGE}`);
  }
  await (
    await load()
  )(args);
}
