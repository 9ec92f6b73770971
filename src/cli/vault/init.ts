import { join } from 'node:path';
import { isIgnoredByGit } from '../../vault/git.ts';
import type { InitResult } from '../../vault/init.ts';
import { openCalled, readCall } from './options.ts';

const USAGE = `Usage: playwright-2fa vault init [options]

  --recipient age1…   a public key that can read the vault too: of a colleague, of CI
  --passphrase        encrypt with the passphrase in PLAYWRIGHT_2FA_KEY instead of keys
  --folder DIR        where the vault is (.playwright-2fa/vault)
`;
const OPTIONS = { recipient: { type: 'string', multiple: true }, passphrase: { type: 'boolean' } } as const;

/** Makes a vault, and says how to get its key into CI. */
export async function runInit(args: string[]): Promise<void> {
  const call = readCall('init', args, { usage: USAGE, options: OPTIONS, positionals: [] });
  if (!call) return;
  const { folder, recipient = [], passphrase = false } = call.values;
  const vault = await openCalled(folder);
  const result = await vault.init({ recipients: recipient, passphrase });
  const isIgnored = await isIgnoredByGit(join(vault.path, 'recipients.txt'));
  process.stdout.write(describe(vault.path, result, isIgnored));
}

function describe(path: string, { recipients, keyAt, isNewKey, isNewVault }: InitResult, isIgnored: boolean): string {
  const readers =
    recipients === 'passphrase'
      ? ['Who knows the passphrase can read it.']
      : ['These can read it:', ...recipients.map((one) => `  ${one}`)];
  const key = isNewKey
    ? `Your key was made: ${keyAt}. Keep a copy in a safe place.`
    : `Your key is the one in ${keyAt}.`;
  const ci =
    recipients === 'passphrase'
      ? ['In CI, store the passphrase as a secret, and give it to the job as PLAYWRIGHT_2FA_KEY.']
      : [
          'For CI, make a key of its own (age-keygen -o ~/ci.txt), add its public key with',
          '"playwright-2fa vault rekey --recipient age1…", store what is in the file as a secret,',
          'and give it to the job as PLAYWRIGHT_2FA_KEY. Or store what is in the file of your own key.',
        ];
  const git = isIgnored
    ? ['', 'Git ignores this folder. To commit it, replace the line ".playwright-2fa/" of .gitignore with these:']
    : [];
  const lines = isIgnored ? ['  .playwright-2fa/*', '  !.playwright-2fa/vault/'] : [];
  const head = `${isNewVault ? 'Made the vault' : 'There is the vault already,'} in ${path}.`;
  return `${[head, ...readers, '', key, ...ci, ...git, ...lines].join('\n')}\n`;
}
