import { TwoFactorError } from '../core/errors.ts';
import { readQrCode } from '../otp/qr.ts';
import { parseCsv } from './import/csv.ts';
import { type ImportedEntry, entryOfOtp } from './import/entry.ts';
import { readMigration } from './import/migration.ts';
import { BITWARDEN, ONE_PASSWORD, hasColumns, readPasswordCsv } from './import/password-csv.ts';

/** File formats that can be imported. */
export const IMPORT_FORMATS = ['otpauth', 'google', 'qr', 'bitwarden', '1password'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export interface ImportResult {
  readonly format: ImportFormat;
  readonly entries: readonly ImportedEntry[];
  /** A remark for the user, such as a missing part of the export. */
  readonly note?: string;
}

/**
 * Reads accounts from a file of another program: `otpauth://` URIs, a picture of their QR code, the export of Google
 * Authenticator, or the CSV export of Bitwarden or 1Password.
 *
 * @param format @default detected from the content
 * @throws TwoFactorError `VAULT_INVALID` if the file has another format; `OTP_SEED_INVALID` for a picture without a QR
 * code.
 */
export async function readImport(file: Uint8Array, format?: ImportFormat): Promise<ImportResult> {
  if (format === 'qr' || (format === undefined && isPicture(file))) {
    return { ...readText(await readQrCode(file)), format: 'qr' };
  }
  return readText(decodeText(file), format);
}

function readText(text: string, format: ImportFormat | undefined = formatOf(text)): ImportResult {
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
  if (/^\s*(?:otpauth|steam):/i.test(text)) return 'otpauth';
  if (!/^[^\n]*,[^\n]*url|^[^\n]*login_uri/i.test(text)) return undefined; // no header row, so not worth parsing
  const [header] = parseCsv(text);
  if (hasColumns(header, BITWARDEN)) return 'bitwarden';
  return hasColumns(header, ONE_PASSWORD) ? '1password' : undefined;
}

function readGoogle(text: string): ImportResult {
  const { accounts, part, parts } = readMigration(text.trim());
  const entries = accounts.map(({ title, uri, problem }, index) => {
    const where = `account ${index + 1}`;
    if (uri !== undefined) return entryOfOtp(uri, where);
    return { where, title, origins: [], problems: [problem ?? 'it is unreadable'] };
  });
  const note = `This is QR code ${part} of ${parts}. Import the others too.`;
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
  const seen = format ? `The file does not have the format "${format}".` : 'The file has an unknown format.';
  const text = `${seen} Supported: an otpauth:// URI, an otpauth-migration:// URI of Google Authenticator, a PNG or JPEG picture of the QR code of either, and the CSV export of Bitwarden or 1Password with its header line.`;
  return new TwoFactorError('VAULT_INVALID', text);
}
