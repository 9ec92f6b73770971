import { TwoFactorError } from '../../core/errors.ts';
import { Secret } from '../../secret/secret.ts';
import { readValue } from '../prompt.ts';
import { calledProject } from '../called-project.ts';
import { type Command, defineCommand } from '../command.ts';

const USAGE = `Usage: playwright-2fa vault rekey [options]

Encrypts every file again. If it is interrupted, run it again.

  --recipient age1…          public key of a new reader
  --remove-recipient age1…   public key of a reader to remove
  --passphrase               set a new passphrase: typed, or from standard input
  --folder DIR               folder of the vault (.playwright-2fa/vault)
`;
const many = { type: 'string', multiple: true } as const;
const OPTIONS = {
  recipient: many,
  'remove-recipient': many,
  passphrase: { type: 'boolean' },
  folder: { type: 'string' },
} as const;

/** Changes who can read a vault. */
export const runRekey: Command = defineCommand({
  name: 'vault rekey',
  usage: USAGE,
  options: OPTIONS,
  positionals: [],
  async run(call) {
    const { recipient: add = [], 'remove-recipient': remove = [], passphrase, folder } = call.values;
    const vault = await calledProject({ vault: folder }).vault();
    const secret = passphrase ? { passphrase: await readPassphrase() } : {};
    const names = await vault.rekey({ add, remove, ...secret });
    process.stdout.write(`Encrypted ${names.length} file${names.length === 1 ? '' : 's'} in ${vault.path}.\n`);
    if (remove.length > 0) {
      const text = 'The removed readers have seen the secrets, and git keeps the old files: change the secrets too.\n';
      process.stdout.write(text);
    }
    if (passphrase) process.stdout.write('Set PLAYWRIGHT_2FA_KEY to the new passphrase.\n');
  },
});

async function readPassphrase(): Promise<Secret> {
  const first = await readValue('new passphrase');
  if (process.stdin.isTTY && (await readValue('new passphrase again')) !== first) {
    throw new TwoFactorError('SETTINGS_INVALID', 'The two passphrases differ. Nothing was changed.');
  }
  return new Secret('new passphrase', first);
}
