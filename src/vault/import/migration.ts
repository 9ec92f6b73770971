import { encodeBase32 } from '../../otp/seed.ts';
import { TwoFactorError } from '../../core/errors.ts';
import { type Field, readFields } from './protobuf.ts';

/** Content of one QR code of a Google Authenticator export. */
export interface Migration {
  /** Accounts, each as an `otpauth://` URI or with the problem that prevents it. */
  readonly accounts: readonly { readonly title: string; readonly uri?: string; readonly problem?: string }[];
  /** Number of this QR code, counted from 1. */
  readonly part: number;
  readonly parts: number;
}

const MAX_URI = 64 * 1024;
// Indexed by the numbers of the format. 0 is "unspecified" and stands for the default.
const ALGORITHMS = ['SHA1', 'SHA1', 'SHA256', 'SHA512'];
const DIGITS = ['6', '6', '8'];
const TYPES = ['totp', 'hotp', 'totp'];

/**
 * Parses an `otpauth-migration://offline?data=` URI.
 *
 * @see https://github.com/google/google-authenticator-android/issues/118
 * @throws TwoFactorError `VAULT_INVALID`
 */
export function readMigration(uri: string): Migration {
  const data = URL.canParse(uri) && uri.length <= MAX_URI ? new URL(uri).searchParams.get('data') : null;
  // URLSearchParams decodes an unescaped plus sign as a space.
  const base64 = data?.replaceAll(' ', '+') ?? '';
  if (!/^[\w+/-]+={0,2}$/.test(base64)) {
    const text = `This is not an export of Google Authenticator: it has no "data" in Base64, or more than ${MAX_URI} characters. It must be otpauth-migration://offline?data=…`;
    throw new TwoFactorError('VAULT_INVALID', text);
  }
  const fields = readFields(Buffer.from(base64, 'base64'));
  const accounts = fields.flatMap(({ number, value }) =>
    number === 1 && value instanceof Uint8Array ? [readAccount(readFields(value))] : [],
  );
  return { accounts, part: numberOf(fields, 4) + 1, parts: Math.max(1, numberOf(fields, 3)) };
}

function readAccount(fields: readonly Field[]): Migration['accounts'][number] {
  const text = (wanted: number): string => Buffer.from(bytesOf(fields, wanted)).toString('utf8');
  const [name, issuer] = [text(2), text(3)];
  const [algorithm, digits, type] = [
    ALGORITHMS[numberOf(fields, 4)],
    DIGITS[numberOf(fields, 5)],
    TYPES[numberOf(fields, 6)],
  ];
  const title = issuer && !name.startsWith(`${issuer}:`) ? `${issuer}:${name}` : name;
  if (!algorithm || !digits || !type) {
    return { title, problem: 'its algorithm, number of digits or type is unknown' };
  }
  const query = new URLSearchParams({ secret: encodeBase32(bytesOf(fields, 1)) });
  if (issuer) query.set('issuer', issuer);
  query.set('algorithm', algorithm);
  query.set('digits', digits);
  if (type === 'hotp') query.set('counter', String(numberOf(fields, 7)));
  // Authenticator apps do not decode `+` as a space.
  return { title, uri: `otpauth://${type}/${encodeURIComponent(title)}?${query.toString().replaceAll('+', '%20')}` };
}

/** Returns the last occurrence of a field, as Protocol Buffers prescribes. */
function numberOf(fields: readonly Field[], number: number): number {
  const value = fields.findLast((field) => field.number === number)?.value;
  return typeof value === 'bigint' ? Number(value) : 0;
}

function bytesOf(fields: readonly Field[], number: number): Uint8Array {
  const value = fields.findLast((field) => field.number === number)?.value;
  return value instanceof Uint8Array ? value : new Uint8Array();
}
