import { type Commands, runGroup } from './group.ts';

const USAGE = `Usage: playwright-2fa vault <command> [--folder DIR]

  init     create the vault, its list of recipients, and your own key
  set      store one value, read from standard input
  get      show a persona or one of its values
  list     list the personas
  import   import accounts from an authenticator app or a password manager
  remove   remove a persona
  rekey    change the readers of the vault and encrypt it again
  verify   check that every file can be read, and that the key is private

  --folder DIR   folder of the vault (default: .playwright-2fa/vault)

The key is read from PLAYWRIGHT_2FA_KEY, from the file that PLAYWRIGHT_2FA_KEY_FILE
names, or from ~/.config/playwright-2fa/key.txt.
Run "playwright-2fa vault <command> --help" for the options of a command.
`;

const COMMANDS: Commands = {
  init: async () => (await import('./vault/init.ts')).runInit,
  set: async () => (await import('./vault/set.ts')).runSet,
  get: async () => (await import('./vault/get.ts')).runGet,
  list: async () => (await import('./vault/list.ts')).runList,
  import: async () => (await import('./vault/import.ts')).runImport,
  remove: async () => (await import('./vault/remove.ts')).runRemove,
  rekey: async () => (await import('./vault/rekey.ts')).runRekey,
  verify: async () => (await import('./vault/verify.ts')).runVerify,
};

/** Manages the vault: the encrypted credentials of personas, in a folder that can be committed. */
export async function runVault(args: string[]): Promise<void> {
  await runGroup({ name: 'vault', usage: USAGE, commands: COMMANDS, eachHasHelp: true }, args);
}
