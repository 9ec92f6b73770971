import { unresolved } from './command.ts';
import { type ReferenceKind, readField } from './reference.ts';
import { pathIn } from './secret-file.ts';
import { registerSecret } from '../secret.ts';

/** Variable with the password of the database. */
const PASSWORD_VARIABLE = 'PLAYWRIGHT_2FA_KEEPASSXC_PASSWORD';
/** Variable with the path of the key file of the database. */
const KEY_FILE_VARIABLE = 'PLAYWRIGHT_2FA_KEEPASSXC_KEY_FILE';

/** Attributes of an entry that hold the members of a persona. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  password: 'Password',
  username: 'UserName',
  url: 'URL',
  totp: 'otp',
};

/**
 * `keepassxc:FILE.kdbx/ENTRY` or `keepassxc:FILE.kdbx/ENTRY#ATTRIBUTE`: an entry of a KeePass database. Its password goes
 * to standard input.
 *
 * @see https://github.com/keepassxreboot/keepassxc/blob/develop/docs/man/keepassxc-cli.1.adoc
 */
export const keepassxc: ReferenceKind = {
  form: 'keepassxc:FILE.kdbx/ENTRY, or keepassxc:FILE.kdbx/ENTRY#ATTRIBUTE',
  read: async ({ rest, member, env, folder, run }) => {
    const named = readField(rest);
    const [, database, entry] = /^(.+?\.kdbx)\/([^-].*)$/i.exec(named?.path ?? '') ?? [];
    if (!named || database === undefined || entry === undefined) return undefined;
    const password = env[PASSWORD_VARIABLE];
    const keyFile = env[KEY_FILE_VARIABLE];
    if (!password && !keyFile)
      throw unresolved(`the database needs a password. Set ${PASSWORD_VARIABLE} or ${KEY_FILE_VARIABLE}.`);
    if (password) registerSecret('keepassxc/password', password);
    const attribute = named.field ?? ATTRIBUTES[member] ?? member;
    return await run({
      name: 'keepassxc-cli show',
      program: 'keepassxc-cli',
      args: [
        ...['show', '--quiet', '--show-protected', '--attributes', attribute],
        ...(keyFile ? ['--key-file', pathIn(folder, keyFile)] : []),
        ...(password ? [] : ['--no-password']),
        ...[pathIn(folder, database), entry],
      ],
      input: password,
      install:
        'Install KeePassXC, which has `keepassxc-cli`: `apt-get install keepassxc-minimal`, `brew install keepassxc`.',
      advice: `Check the entry, its attribute \`${attribute}\`, and ${PASSWORD_VARIABLE}.`,
    });
  },
};
