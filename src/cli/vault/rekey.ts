import { TwoFactorError } from '../../core/errors.ts';
import { Secret } from '../../secret/secret.ts';
import { readValue } from '../prompt.ts';
import { openCalled, readCall } from './options.ts';

const USAGE = `Usage: playwright-2fa vault rekey [options]

Changes the readers of the vault and encrypts every file again. If it is interrupted, run it again.

  --recipient age1…          public key of a new reader; can be repeated
  --remove-recipient age1…   public key that cannot read new files; can be repeated
  --passphrase               set a new passphrase, typed or from standard input
  --folder DIR               folder of the vault (default: .playwright-2fa/vault)
`;
const many = { type: 'string', multiple: true } as const;
const OPTIONS = { recipient: many, 'remove-recipient': many, passphrase: { type: 'boolean' } } as const;

/** Changes the readers of a vault. */
export async function runRekey(args: string[]): Promise<void> {
  const call = readCall('rekey', args, { usage: USAGE, options: OPTIONS, positionals: [] });
  if (!call) return;
  const { recipient: add = [], 'remove-recipient': remove = [], passphrase, folder } = call.values;
  const vault = await openCalled(folder);
  const secret = passphrase ? { passphrase: await readPassphrase() } : {};
  const names = await vault.rekey({ add, remove, ...secret });
  process.stdout.write(`Encrypted ${names.length} file${names.length === 1 ? '' : 's'} in ${vault.path}.\n`);
  if (remove.length > 0) {
    const text = 'Removed readers have seen the secrets, and git keeps the old files: change the secrets too.\n';
    process.stdout.write(text);
  }
  if (passphrase) process.stdout.write('Set PLAYWRIGHT_2FA_KEY to the new passphrase.\n');
}

async function readPassphrase(): Promise<Secret> {
  const first = await readValue('new passphrase');
  if (process.stdin.isTTY && (await readValue('new passphrase again')) !== first) {
    throw new TwoFactorError('SETTINGS_INVALID', 'The two passphrases differ. Nothing was changed.');
  }
  return new Secret('new passphrase', first);
}
