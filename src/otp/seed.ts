import { TwoFactorError } from '../core/errors.ts';

/** RFC 6238 names these three; an authenticator app knows no others. */
export type HashAlgorithm = 'sha1' | 'sha256' | 'sha512';

/** All that an authenticator app keeps of an account. */
export interface OtpSeed {
  readonly key: Uint8Array;
  readonly algorithm: HashAlgorithm;
  readonly digits: 6 | 7 | 8;
  /** Seconds that one code is shown. */
  readonly period: number;
  /** The first counter value to use, of an account that counts its codes (HOTP, RFC 4226). @default codes go by time */
  readonly counter?: number;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** RFC 4226 section 4 asks for 16 bytes; sites hand out 10, and one in the wild 5. Fewer are a mistake. */
const MIN_BYTES = 5;
/** SHA-512 gains nothing from more than its block. */
const MAX_BYTES = 128;

/**
 * Reads what a site shows to be stored: an `otpauth://totp/` or `otpauth://hotp/` URI, or Base32 in any case and spacing.
 *
 * @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format
 * @throws TwoFactorError `OTP_SEED_INVALID`; the text never holds the seed.
 */
export function readSeed(text: string): OtpSeed {
  const trimmed = text.trim();
  if (/^otpauth-migration:/i.test(trimmed)) {
    throw invalid(
      'it is an export of Google Authenticator with several accounts',
      'Give the otpauth:// URI or the Base32 seed of the one account.',
    );
  }
  if (/^otpauth:/i.test(trimmed)) return readUri(trimmed);
  return { key: decodeBase32(trimmed), algorithm: 'sha1', digits: 6, period: 30 };
}

function readUri(text: string): OtpSeed {
  if (!URL.canParse(text)) throw invalid('the otpauth:// URI does not parse', EXAMPLE);
  const { host, pathname, searchParams } = new URL(text);
  const type = (host || pathname.replace(/^\/*/, '').split('/', 1)[0] || '').toLowerCase();
  if (type !== 'totp' && type !== 'hotp') throw invalid(`the otpauth:// URI is of the type ${shown(type)}`, EXAMPLE);
  const problems: string[] = [];
  const secret = searchParams.get('secret');
  if (!secret) problems.push('it has no "secret"');
  const algorithm = (searchParams.get('algorithm') ?? 'SHA1').toLowerCase().replace(/[-_]|^hmac/g, '');
  if (!isAlgorithm(algorithm))
    problems.push(`its algorithm ${shown(searchParams.get('algorithm'))} is none of SHA1, SHA256, SHA512`);
  const digits = Number(searchParams.get('digits') ?? 6);
  if (digits !== 6 && digits !== 7 && digits !== 8)
    problems.push(`its digits ${shown(searchParams.get('digits'))} are none of 6, 7, 8`);
  const period = Number(searchParams.get('period') ?? 30);
  if (!Number.isInteger(period) || period < 1 || period > 3600)
    problems.push(`its period ${shown(searchParams.get('period'))} is no number of seconds from 1 to 3600`);
  const counter = searchParams.get('counter') ?? '';
  if (type === 'hotp' && !/^\d{1,15}$/.test(counter))
    problems.push(
      'its "counter" is no whole number: add &counter=0, or the number of the next code that the site expects',
    );
  if (problems.length > 0 || !secret || !isAlgorithm(algorithm) || (digits !== 6 && digits !== 7 && digits !== 8)) {
    throw invalid(`of the otpauth:// URI, ${problems.join(', and ')}`, EXAMPLE);
  }
  const seed: OtpSeed = { key: decodeBase32(secret), algorithm, digits, period };
  return type === 'hotp' ? { ...seed, counter: Number(counter) } : seed;
}

const EXAMPLE = 'It looks like otpauth://totp/Site:you@example.com?secret=BASE32&issuer=Site.';

/** Part of a URI, for people, unless it is so long that it could be the seed in the wrong place. */
function shown(part: string | null): string {
  return part === null || part.length < 8 ? `"${part ?? ''}"` : '(not shown: it could be the seed)';
}

function isAlgorithm(name: string): name is HashAlgorithm {
  return name === 'sha1' || name === 'sha256' || name === 'sha512';
}

/** RFC 4648 section 6, in any case, with or without padding, spaces and hyphens. */
function decodeBase32(text: string): Uint8Array {
  const clean = text
    .replace(/[\s\-\u00a0\u2010-\u2015]/g, '')
    .replace(/=+$/, '')
    .toUpperCase();
  if (/^\d{4,9}$/.test(clean))
    throw invalid(
      `it is a number of ${clean.length} digits`,
      `Did you store a ${clean.length}-digit code? ${SEED_WANTED}`,
    );
  const strange = [...new Set(clean)].filter((character) => !ALPHABET.includes(character));
  if (strange.length > 0) {
    const names = strange
      .slice(0, 5)
      .map((character) => `"${character}"`)
      .join(', ');
    const hint = strange.every((character) => '0189'.includes(character))
      ? ' (Base32 has no 0, 1, 8 and 9: was it copied by hand?)'
      : '';
    throw invalid(`it holds ${names}, which is not Base32${hint}`, SEED_WANTED);
  }
  let bits = 0;
  let value = 0;
  const bytes: number[] = [];
  for (const character of clean) {
    value = ((value << 5) | ALPHABET.indexOf(character)) & 0xffff;
    bits += 5;
    if (bits >= 8) bytes.push((value >> (bits -= 8)) & 0xff);
  }
  if (bytes.length < MIN_BYTES) throw invalid(`it is ${bytes.length} bytes long, a seed has 10 or more`, SEED_WANTED);
  if (bytes.length > MAX_BYTES)
    throw invalid(`it is ${bytes.length} bytes long, a seed has at most ${MAX_BYTES}`, SEED_WANTED);
  return Uint8Array.from(bytes);
}

/** RFC 4648 section 6, without padding, as sites show it. */
export function encodeBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

const SEED_WANTED =
  'Store the seed that the site shows beside its QR code ("cannot scan?"), in Base32, or the whole otpauth:// URI.';

function invalid(seen: string, remedy: string): TwoFactorError {
  return new TwoFactorError('OTP_SEED_INVALID', `This is not the seed of an authenticator: ${seen}. ${remedy}`);
}
