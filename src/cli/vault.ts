import { type Command, defineGroup } from './command.ts';

const USAGE = `Usage: playwright-2fa vault <command> [--folder DIR]

  init     create the vault, its list of recipients, and your own key
  set      store one value, read from standard input
  get      show a persona, or one of its values
  list     list the personas
  import   import accounts from an authenticator app or a password manager
  remove   remove a persona
  rekey    change who can read the vault, and encrypt it again
  verify   check that every file can be read, and who else can read it

  --folder DIR   folder of the vault (.playwright-2fa/vault)

The key is in PLAYWRIGHT_2FA_KEY, or in the file that PLAYWRIGHT_2FA_KEY_FILE
names, or in ~/.config/playwright-2fa/key.txt.
"playwright-2fa vault <command> --help" prints the usage of each command.
`;

/** Keeps the secrets of personas in a folder that can be committed. */
export const runVault: Command = defineGroup({
  name: 'vault',
  usage: USAGE,
  commands: {
    init: async () => (await import('./vault/init.ts')).runInit,
    set: async () => (await import('./vault/set.ts')).runSet,
    get: async () => (await import('./vault/get.ts')).runGet,
    list: async () => (await import('./vault/list.ts')).runList,
    import: async () => (await import('./vault/import.ts')).runImport,
    remove: async () => (await import('./vault/remove.ts')).runRemove,
    rekey: async () => (await import('./vault/rekey.ts')).runRekey,
    verify: async () => (await import('./vault/verify.ts')).runVerify,
  },
});
