import { join } from 'node:path';
import { isIgnoredByGit } from '../../vault/git.ts';
import type { InitResult } from '../../vault/init.ts';
import { calledProject } from '../called-project.ts';
import { type Command, defineCommand } from '../command.ts';

const USAGE = `Usage: playwright-2fa vault init [options]

  --recipient age1…   public key of another reader: a colleague, CI
  --passphrase        encrypt with the passphrase in PLAYWRIGHT_2FA_KEY instead of keys
  --folder DIR        folder of the vault (.playwright-2fa/vault)
`;
const OPTIONS = {
  recipient: { type: 'string', multiple: true },
  passphrase: { type: 'boolean' },
  folder: { type: 'string' },
} as const;

/** Creates a vault, and prints how to give CI a key. */
export const runInit: Command = defineCommand({
  name: 'vault init',
  usage: USAGE,
  options: OPTIONS,
  positionals: [],
  async run(call) {
    const { folder, recipient = [], passphrase = false } = call.values;
    const vault = await calledProject({ vault: folder }).vault();
    const result = await vault.init({ recipients: recipient, passphrase });
    const isIgnored = await isIgnoredByGit(join(vault.path, 'recipients.txt'));
    process.stdout.write(describe(vault.path, result, isIgnored));
  },
});

function describe(path: string, result: InitResult, isIgnored: boolean): string {
  const { recipients, keyLocation, isNewKey, isNewVault } = result;
  const readers =
    recipients === 'passphrase'
      ? ['Everyone who knows the passphrase can read it.']
      : ['Readers:', ...recipients.map((one) => `  ${one}`)];
  const key = isNewKey ? `Created your key: ${keyLocation}. Keep a copy in a safe place.` : `Your key: ${keyLocation}.`;
  const ci =
    recipients === 'passphrase'
      ? ['In CI, store the passphrase as a secret, and pass it to the job as PLAYWRIGHT_2FA_KEY.']
      : [
          'For CI, create a separate key (age-keygen -o ~/ci.txt), add its public key with',
          '"playwright-2fa vault rekey --recipient age1…", store the content of the file as a secret,',
          'and pass it to the job as PLAYWRIGHT_2FA_KEY. Or store the content of your own key file.',
        ];
  const git = isIgnored
    ? ['', 'Git ignores this folder. To commit it, replace the line ".playwright-2fa/" in .gitignore with:']
    : [];
  const lines = isIgnored ? ['  .playwright-2fa/*', '  !.playwright-2fa/vault/'] : [];
  const head = isNewVault ? `Created the vault in ${path}.` : `The vault in ${path} already exists.`;
  return `${[head, ...readers, '', key, ...ci, ...git, ...lines].join('\n')}\n`;
}
