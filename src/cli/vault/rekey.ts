import { TwoFactorError } from '../../core/errors.ts';
import { Secret } from '../../secret/secret.ts';
import { readValue } from '../prompt.ts';
import { openCalled, readCall } from './options.ts';

const USAGE = `Usage: playwright-2fa vault rekey [options]

Encrypts every file anew. If it is stopped in the middle, run it again.

  --recipient age1…          a public key that can read the vault from now on
  --remove-recipient age1…   one that cannot read what is written from now on
  --passphrase               take a new passphrase: typed, or from standard input
  --folder DIR               where the vault is (.playwright-2fa/vault)
`;
const many = { type: 'string', multiple: true } as const;
const OPTIONS = { recipient: many, 'remove-recipient': many, passphrase: { type: 'boolean' } } as const;

/** Changes who can read a vault. */
export async function runRekey(args: string[]): Promise<void> {
  const call = readCall('rekey', args, { usage: USAGE, options: OPTIONS, positionals: [] });
  if (!call) return;
  const { recipient: add = [], 'remove-recipient': remove = [], passphrase, folder } = call.values;
  const vault = await openCalled(folder);
  const secret = passphrase ? { passphrase: await readPassphrase() } : {};
  const names = await vault.rekey({ add, remove, ...secret });
  process.stdout.write(`Encrypted ${names.length} file${names.length === 1 ? '' : 's'} anew in ${vault.path}.\n`);
  if (remove.length > 0) {
    const text = 'Who was taken out has seen the secrets, and git keeps the old files: change the secrets too.\n';
    process.stdout.write(text);
  }
  if (passphrase) process.stdout.write('Put the new passphrase into PLAYWRIGHT_2FA_KEY.\n');
}

async function readPassphrase(): Promise<Secret> {
  const first = await readValue('new passphrase');
  if (process.stdin.isTTY && (await readValue('the same again')) !== first) {
    throw new TwoFactorError('SETTINGS_INVALID', 'The two are not the same; nothing was changed.');
  }
  return new Secret('new passphrase', first);
}
