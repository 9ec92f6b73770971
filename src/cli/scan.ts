import { TwoFactorError } from '../core/errors.ts';
import { registerSecretsOf } from '../persona/from-vault.ts';
import { storedSecrets } from '../persona/stored-secrets.ts';
import { SecretSet, MIN_LENGTH } from '../redaction/secret-set.ts';
import { type ScanResult, scan } from '../redaction/scan.ts';
import { type Secret, secretChannel } from '../secret/secret.ts';
import { readLastRun } from '../vault/last-run.ts';
import { calledProject } from './called-project.ts';
import { type Command, defineCommand } from './command.ts';
import { readInput } from './input.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Usage: playwright-2fa scan PATH... [options]

  Looks for secrets in reports, traces and any other files, in archives within archives, and in what is embedded in
  pages. Exit code 0: none; 1: there are some, or something could not be read; 2: wrong usage, or nothing to look for.

  PATH            files and folders, such as test-results playwright-report
  --values FILE   more values to look for, one a line; - reads them from standard input
  --folder DIR    where the vault and the last run are (.playwright-2fa)
  --json          the result as one JSON object

  It looks for the secrets of the vault, of the environment and .env (PERSONA_<NAME>_PASSWORD, _TOTP), and of the last
  run, whose codes, links and sessions are kept encrypted where there is a key to the vault.
`;

/** Looks for known secrets in artifacts. */
export const runScan: Command = defineCommand({
  name: 'scan',
  usage: USAGE,
  options: { values: { type: 'string' }, folder: { type: 'string' }, json: { type: 'boolean' } },
  positionals: ['PATH...'],
  async run({ values, positionals }) {
    const known = await knownSecrets(values.values, values.folder);
    if (known.size === 0) throw new UsageError(NOTHING_KNOWN);
    const result = await scan(positionals, known);
    process.stdout.write(
      values.json ? `${JSON.stringify({ ...result, secrets: known.size })}\n` : describe(result, known),
    );
    if (result.finds.length + result.unread.length > 0) process.exitCode = 1;
  },
});

const NOTHING_KNOWN =
  'playwright-2fa scan: no secret is known here, so none can be looked for. Run it where the vault and .env are, with the key in PLAYWRIGHT_2FA_KEY, or give values with --values.';

async function knownSecrets(file: string | undefined, folder: string | undefined): Promise<SecretSet> {
  const project = calledProject({ folder });
  const env = await project.environment();
  const known = new SecretSet(storedSecrets({}, env));
  // All that a record holds is told on this channel as it is read.
  const keep = (secret: unknown): void => void known.add((secret as Secret).reveal(), (secret as Secret).label);
  secretChannel.subscribe(keep);
  try {
    const vault = await project.vault();
    for (const name of await vault.names()) {
      const record = await vault.read(name);
      if (record) registerSecretsOf(record);
    }
  } finally {
    secretChannel.unsubscribe(keep);
  }
  for (const [value, label] of await readLastRun(project.paths.folder, env)) known.add(value, label);
  if (file !== undefined) await addValues(known, file);
  return known;
}

async function addValues(known: SecretSet, file: string): Promise<void> {
  const text = (await readInput(file)).toString();
  for (const [index, value] of text.split(/\r?\n/).entries()) {
    if (value === '') continue;
    const label = `value ${index + 1}`;
    if (value.length >= MIN_LENGTH) known.add(value, label);
    else {
      const why = `it has fewer than ${MIN_LENGTH} characters, which stand in any file by chance`;
      throw new TwoFactorError('SETTINGS_INVALID', `Could not look for ${label} of ${file}: ${why}.`);
    }
  }
}

function describe({ finds, unread, looked }: ScanResult, { size }: SecretSet): string {
  const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
  const lines = [
    ...finds.map(({ place, label, way, count }) => `${place}: ${label} (${way}), ${times(count)}`),
    ...unread.map((place) => `not read: ${place}`),
    `${finds.length === 0 ? 'No secret' : 'Secrets'} found: looked into ${looked} files and entries for ${size} secrets.`,
  ];
  return `${lines.join('\n')}\n`;
}
