import { type Commands, runGroup } from './group.ts';

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

const COMMANDS: Commands = {
  record: async () => (await import('./profile/record.ts')).runRecord,
  list: async () => (await import('./profile/list.ts')).runList,
  show: async () => (await import('./profile/show.ts')).runShow,
  probe: async () => (await import('./profile/probe.ts')).runProbe,
  discard: async () => (await import('./profile/discard.ts')).runDiscard,
};

/** Makes and shows saved sessions. */
export async function runProfile(args: string[]): Promise<void> {
  await runGroup({ name: 'profile', usage: USAGE, commands: COMMANDS }, args);
}
