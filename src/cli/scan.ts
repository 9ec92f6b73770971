import { existsSync } from 'node:fs';
import { TwoFactorError } from '../core/errors.ts';
import { registerSecretsOf } from '../persona/from-vault.ts';
import { resolveMember } from '../persona/resolve-references.ts';
import { storedSecrets } from '../persona/stored-secrets.ts';
import type { Project } from '../project/project.ts';
import { SecretSet, MIN_LENGTH } from '../redaction/secret-set.ts';
import { type ScanResult, scan } from '../redaction/scan.ts';
import { type Secret, secretChannel } from '../secret/secret.ts';
import { registerSessionSecrets } from '../secret/session-secrets.ts';
import { readLastRun } from '../vault/last-run.ts';
import { calledProject } from './called-project.ts';
import { type Command, defineCommand } from './command.ts';
import { readInput } from './input.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Usage: playwright-2fa scan PATH... [options]

Searches reports, traces and other files for secrets, including nested archives and data
embedded in pages. Exit code 0: no secrets; 1: secrets found, or a file could not be read;
2: wrong usage, or no known secrets.

  PATH            file or folder, such as test-results or playwright-report
  --values FILE   file with more values to search for, one per line; - reads standard input
  --folder DIR    folder with the vault and the last run (default: .playwright-2fa)
  --json          print JSON

It searches for the secrets of the vault, of the environment and .env
(PERSONA_<NAME>_PASSWORD, _TOTP), of saved sessions (cookies and tokens), and of the last run.
The codes, links and sessions of the last run are saved, encrypted, if there is a vault key.
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
    if (result.findings.length + result.unreadable.length > 0) process.exitCode = 1;
  },
});

const NOTHING_KNOWN =
  'playwright-2fa scan: no secrets are known, so there is nothing to search for. Run it in the folder with the vault and .env, with the key in PLAYWRIGHT_2FA_KEY, or pass values with --values.';

async function knownSecrets(file: string | undefined, folder: string | undefined): Promise<SecretSet> {
  const project = calledProject({ folder });
  const env = await project.environment();
  const known = new SecretSet(storedSecrets({}, env));
  // `registerSecretsOf` publishes every secret of a record on this channel.
  const add = (secret: unknown): void => void known.add((secret as Secret).reveal(), (secret as Secret).label);
  secretChannel.subscribe(add);
  try {
    const vault = await project.vault();
    for (const name of await vault.names()) {
      const record = await vault.read(name);
      if (record) registerSecretsOf(record);
    }
    await registerReferences(project);
    await registerSessions(project);
  } finally {
    secretChannel.unsubscribe(add);
    await project.close();
  }
  for (const [value, label] of await readLastRun(project.paths.folder, env)) known.add(value, label);
  if (file !== undefined) await addValues(known, file);
  return known;
}

/**
 * Reads the values that personas refer to, so that they are searched for. A scan without them would prove nothing.
 *
 * @throws TwoFactorError `REFERENCE_UNRESOLVED`
 */
async function registerReferences(project: Project): Promise<void> {
  const names = await project.personaNames();
  const members = await Promise.all(names.map((name) => project.referringMembers(name)));
  const resolved = members.flat().map((member) => resolveMember(member, () => project.references()));
  const problems = (await Promise.all(resolved)).filter((problem) => problem !== undefined);
  if (problems.length === 0) return;
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  throw new TwoFactorError('REFERENCE_UNRESOLVED', `Cannot search for values that are kept elsewhere:${list}`);
}

/** Registers the cookies and tokens of saved sessions. */
async function registerSessions(project: Project): Promise<void> {
  if (!existsSync(project.paths.folder) && (await project.ledgerUrl()) === undefined) return;
  const { store } = await project.profiles();
  for (const name of await store.names()) {
    const saved = await store.read(name);
    if (saved) registerSessionSecrets(name, saved.storageState);
  }
}

async function addValues(known: SecretSet, file: string): Promise<void> {
  const text = (await readInput(file)).toString();
  for (const [index, value] of text.split(/\r?\n/).entries()) {
    if (value === '') continue;
    const label = `value ${index + 1}`;
    if (value.length >= MIN_LENGTH) known.add(value, label);
    else {
      const why = `it has fewer than ${MIN_LENGTH} characters and would match by chance`;
      throw new TwoFactorError('SETTINGS_INVALID', `Cannot search for ${label} of ${file}: ${why}.`);
    }
  }
}

function describe({ findings, unreadable, scanned }: ScanResult, { size }: SecretSet): string {
  const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
  const lines = [
    ...findings.map(({ location, label, encoding, count }) => `${location}: ${label} (${encoding}), ${times(count)}`),
    ...unreadable.map((problem) => `unreadable: ${problem}`),
    `${findings.length === 0 ? 'No secrets' : 'Secrets'} found: searched ${scanned} files and entries for ${size} secrets.`,
  ];
  return `${lines.join('\n')}\n`;
}
