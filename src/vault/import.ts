import { TwoFactorError } from '../core/errors.ts';
import { readQrCode } from '../otp/qr.ts';
import { parseCsv } from './import/csv.ts';
import { type ImportedEntry, entryOfOtp } from './import/entry.ts';
import { readMigration } from './import/migration.ts';
import { BITWARDEN, ONE_PASSWORD, hasColumns, readPasswordCsv } from './import/password-csv.ts';

/** What an import can be read from. */
export const IMPORT_FORMATS = ['otpauth', 'google', 'qr', 'bitwarden', '1password'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export interface Imported {
  readonly format: ImportFormat;
  readonly entries: readonly ImportedEntry[];
  /** What else its owner should know. */
  readonly note?: string;
}

/**
 * Reads accounts from a file of another program: an `otpauth://` URI, the QR code of one, Google Authenticator's
 * export, or the CSV export of Bitwarden or 1Password.
 *
 * @param format @default what the file looks like
 * @throws TwoFactorError `VAULT_INVALID` when it is none of these; `OTP_SEED_INVALID` for a picture without a QR code.
 */
export async function readImport(file: Uint8Array, format?: ImportFormat): Promise<Imported> {
  if (format === 'qr' || (format === undefined && isPicture(file))) {
    return { ...readText(await readQrCode(file)), format: 'qr' };
  }
  return readText(decodeText(file), format);
}

function readText(text: string, format: ImportFormat | undefined = formatOf(text)): Imported {
  if (format === 'google') return readGoogle(text);
  if (format === 'otpauth') {
    const lines = text.split(/\r?\n/).map((line, index) => ({ text: line.trim(), where: `line ${index + 1}` }));
    const entries = lines.filter(({ text }) => text !== '').map(({ text, where }) => entryOfOtp(text, where));
    return { format, entries };
  }
  const columns = format === 'bitwarden' ? BITWARDEN : ONE_PASSWORD;
  const rows = parseCsv(text);
  if (format === undefined || !hasColumns(rows[0], columns)) throw unknown(format);
  return { format, entries: readPasswordCsv(rows, columns) };
}

function formatOf(text: string): ImportFormat | undefined {
  if (/^\s*otpauth-migration:/i.test(text)) return 'google';
  if (/^\s*otpauth:/i.test(text)) return 'otpauth';
  if (!/^[^\n]*,[^\n]*url|^[^\n]*login_uri/i.test(text)) return undefined; // no header: do not even try
  const [header] = parseCsv(text);
  if (hasColumns(header, BITWARDEN)) return 'bitwarden';
  return hasColumns(header, ONE_PASSWORD) ? '1password' : undefined;
}

function readGoogle(text: string): Imported {
  const { accounts, part, parts } = readMigration(text.trim());
  const entries = accounts.map(({ title, uri, problem }, index) => {
    const where = `account ${index + 1}`;
    if (uri !== undefined) return entryOfOtp(uri, where);
    return { where, title, origins: [], problems: [problem ?? 'it cannot be read'] };
  });
  const note = `This is QR code ${part} of ${parts}: import the others too.`;
  return { format: 'google', entries, ...(parts > 1 ? { note } : {}) };
}

function isPicture(file: Uint8Array): boolean {
  const start = Buffer.from(file.subarray(0, 4)).toString('latin1');
  return start === '\x89PNG' || start.startsWith('\xff\xd8\xff');
}

function decodeText(file: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file);
  } catch {
    throw unknown();
  }
}

function unknown(format?: ImportFormat): TwoFactorError {
  const seen = format ? `not what --format ${format} says` : 'none of the formats that can be imported';
  const text = `The file is ${seen}. Known: an otpauth:// URI, an otpauth-migration:// URI of Google Authenticator, a PNG or JPEG picture of the QR code of either, and the CSV export of Bitwarden or 1Password with its header line.`;
  return new TwoFactorError('VAULT_INVALID', text);
}
