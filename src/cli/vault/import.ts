import { open } from 'node:fs/promises';
import { TwoFactorError } from '../../core/errors.ts';
import { IMPORT_FORMATS, readImport } from '../../vault/import.ts';
import { type MergeResult, mergeImport } from '../../vault/import/merge.ts';
import { UsageError } from '../usage-error.ts';
import { calledProject } from '../called-project.ts';
import { type Command, defineCommand } from '../command.ts';

const USAGE = `Usage: playwright-2fa vault import <persona> <file|-> [options]

Imports accounts from a file of another program; - reads standard input.

  --format NAME     otpauth     an otpauth:// URI
                    google      an otpauth-migration:// URI of Google Authenticator
                    qr          a PNG or JPEG picture of the QR code of either
                    bitwarden   the CSV export of Bitwarden
                    1password   the CSV export of 1Password
                    (default: detected from the content)
  --account TITLE   imports one account of several: its title, or a part of it
  --site NAME       site of a single account
  --origin ORIGIN   origin of a single account, such as https://app.example.com
  --replace         replace values of the persona that differ
  --skip-invalid    leave out invalid entries; without it nothing is imported then
  --folder DIR      folder of the vault (.playwright-2fa/vault)
`;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  format: { type: 'string' },
  account: { type: 'string' },
  site: { type: 'string' },
  origin: { type: 'string', multiple: true },
  replace: flag,
  'skip-invalid': flag,
  folder: { type: 'string' },
} as const;
/** Maximum size of the file, in bytes. */
const MAX_FILE = 16 * 1024 * 1024;

/** Imports accounts from a file of another program. */
export const runImport: Command = defineCommand({
  name: 'vault import',
  usage: USAGE,
  options: OPTIONS,
  positionals: ['<persona>', '<file|->'],
  async run(call) {
    const [persona = '', path = ''] = call.positionals;
    const {
      format: word,
      account,
      site,
      origin = [],
      replace = false,
      'skip-invalid': skipInvalid = false,
      folder,
    } = call.values;
    const format = IMPORT_FORMATS.find((one) => one === word);
    if (word !== undefined && !format) {
      throw new UsageError(`Unknown format. Supported: ${IMPORT_FORMATS.join(', ')}.\n\n${USAGE}`);
    }
    const { entries, note } = await readImport(await readInput(path), format);
    const vault = await calledProject({ vault: folder }).vault();
    const options = {
      origins: origin,
      replace,
      skipInvalid,
      ...(account === undefined ? {} : { account }),
      ...(site === undefined ? {} : { site }),
    };
    const results: MergeResult[] = [];
    await vault.update(persona, (record) => {
      const merged = mergeImport(record, entries, options);
      results.push(merged);
      return merged.record;
    });
    const [{ sites, skipped } = { sites: [], skipped: [] }] = results;
    for (const problem of skipped) process.stderr.write(`Skipped: ${problem}\n`);
    if (note) process.stderr.write(`${note}\n`);
    process.stdout.write(`Imported into ${persona}: ${sites.join(', ') || 'nothing'}.\n`);
  },
});

async function readInput(path: string): Promise<Buffer> {
  if (/^otpauth/i.test(path)) {
    const text =
      'the URI was passed as an argument, which other users can see and the shell keeps. Write it to a file, or pipe it in with - as the file.';
    throw new UsageError(`playwright-2fa vault import: ${text}`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of path === '-' ? process.stdin : await openFile(path)) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > MAX_FILE) throw new TwoFactorError('VAULT_INVALID', `The file is larger than ${MAX_FILE} bytes.`);
  }
  return Buffer.concat(chunks);
}

/** The error does not contain the path, which may be a seed in the wrong place. */
async function openFile(path: string): Promise<AsyncIterable<unknown>> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new TwoFactorError('VAULT_INVALID', `The file to import cannot be read (${error.code}).`);
  });
  return file.createReadStream();
}
