import { base32nopad } from '@scure/base';
import { decodePercent } from '../core/decode-percent.ts';
import { TwoFactorError } from '../core/errors.ts';
import { type OtpUri, splitOtpUri } from './otp-uri.ts';

/** The hash algorithms of RFC 6238. Authenticator apps support no others. */
export type HashAlgorithm = 'sha1' | 'sha256' | 'sha512';

/** The account data that an authenticator app stores. */
export interface OtpSeed {
  readonly key: Uint8Array;
  readonly algorithm: HashAlgorithm;
  /** 5 for Steam Guard. */
  readonly digits: 5 | 6 | 7 | 8;
  /** Period of a code, in seconds. */
  readonly period: number;
  /** The first counter value of a counter-based account (HOTP, RFC 4226). @default the account is time-based (TOTP) */
  readonly counter?: number;
  /** `steam` for the letters and digits of Steam Guard. @default digits */
  readonly encoder?: 'steam';
}

/** RFC 4226 section 4 requires 16 bytes. Sites hand out 10, and at least one 5; fewer are a mistake. */
const MIN_BYTES = 5;
/** The block size of SHA-512. A longer key adds nothing. */
const MAX_BYTES = 128;

/**
 * Reads the seed that a site shows: an `otpauth://totp/` or `otpauth://hotp/` URI, a `steam://` URI, or Base32 in any
 * case and spacing.
 *
 * @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format
 * @throws TwoFactorError `OTP_SEED_INVALID`. Its message never contains the seed.
 */
export function readSeed(text: string): OtpSeed {
  const trimmed = text.trim();
  if (/^otpauth-migration:/i.test(trimmed)) {
    throw invalid(
      'it is an export of Google Authenticator with several accounts',
      'Give the otpauth:// URI or the Base32 seed of the one account.',
    );
  }
  const steam = /^steam:(?:\/\/)?(.*)$/is.exec(trimmed)?.[1];
  if (steam !== undefined) return steamSeed(decodeBase32(decodePercent(steam)));
  if (/^otpauth:/i.test(trimmed)) return readUri(trimmed);
  return { key: decodeBase32(trimmed), algorithm: 'sha1', digits: 6, period: 30 };
}

function readUri(text: string): OtpSeed {
  const uri = splitOtpUri(text);
  if (!uri) throw invalid('the otpauth:// URI does not parse', EXAMPLE);
  const { type, parameters } = uri;
  if (type !== 'totp' && type !== 'hotp' && type !== 'steam')
    throw invalid(`the type of the otpauth:// URI must be "totp" or "hotp", but is ${shown(type)}`, EXAMPLE);
  const problems: string[] = [];
  // An empty parameter is as good as none.
  const given = (name: string): string | undefined => parameters.get(name)?.trim() || undefined;
  const secret = given('secret');
  if (!secret) problems.push('it has no "secret"');
  if (isSteam(uri)) {
    if (!secret) throw invalid(`the otpauth:// URI has problems: ${problems.join('; ')}`, EXAMPLE);
    return steamSeed(decodeBase32(secret));
  }
  const encoder = given('encoder');
  if (encoder !== undefined && !/^(?:rfc|default|totp|hotp)/i.test(encoder))
    problems.push(`its encoder must be "steam" or none, but is ${shown(encoder)}`);
  const algorithm = (given('algorithm') ?? 'SHA1').toLowerCase().replace(/[-_]|^hmac/g, '');
  if (!isAlgorithm(algorithm))
    problems.push(`its algorithm must be SHA1, SHA256 or SHA512, but is ${shown(given('algorithm'))}`);
  const digits = Number(given('digits') ?? 6);
  if (digits !== 6 && digits !== 7 && digits !== 8)
    problems.push(`its digits must be 6, 7 or 8, but are ${shown(given('digits'))}`);
  const period = Number(given('period') ?? 30);
  if (!Number.isInteger(period) || period < 1 || period > 3600)
    problems.push(`its period must be 1 to 3600 seconds, but is ${shown(given('period'))}`);
  const counter = given('counter') ?? '';
  if (type === 'hotp' && !/^\d{1,15}$/.test(counter))
    problems.push(
      'its "counter" must be a whole number: add &counter=0, or the number of the next code that the site expects',
    );
  if (problems.length > 0 || !secret || !isAlgorithm(algorithm) || (digits !== 6 && digits !== 7 && digits !== 8)) {
    throw invalid(`the otpauth:// URI has problems: ${problems.join('; ')}`, EXAMPLE);
  }
  const seed: OtpSeed = { key: decodeBase32(secret), algorithm, digits, period };
  return type === 'hotp' ? { ...seed, counter: Number(counter) } : seed;
}

/** True for an account of Steam Guard, which shows letters. Programs mark it in three ways. */
function isSteam({ type, label, parameters }: OtpUri): boolean {
  if (type === 'steam' || parameters.get('encoder')?.toLowerCase() === 'steam') return true;
  const issuer = parameters.get('issuer')?.trim() || (label.includes(':') ? label.split(':', 1)[0] : '');
  return type === 'totp' && issuer?.trim().toLowerCase() === 'steam';
}

function steamSeed(key: Uint8Array): OtpSeed {
  return { key, algorithm: 'sha1', digits: 5, period: 30, encoder: 'steam' };
}

const EXAMPLE = 'It looks like otpauth://totp/Site:you@example.com?secret=BASE32&issuer=Site.';

/** Quotes a part of a URI, unless it is so long that it could be the seed in the wrong place. */
function shown(part: string | undefined): string {
  return part === undefined || part.length < 8 ? `"${part ?? ''}"` : '(hidden, because it could be the seed)';
}

function isAlgorithm(name: string): name is HashAlgorithm {
  return name === 'sha1' || name === 'sha256' || name === 'sha512';
}

/** Decodes Base32 (RFC 4648 section 6) in any case, with or without padding, spaces, hyphens and dots. */
function decodeBase32(text: string): Uint8Array {
  const clean = text
    .replace(/[\s\p{Cf}\p{Pd}.\u00b7_]/gu, '')
    .replace(/=+$/, '')
    .toUpperCase();
  if (/^\d{4,9}$/.test(clean))
    throw invalid(
      `it is a number of ${clean.length} digits`,
      `Did you store a ${clean.length}-digit code? ${SEED_WANTED}`,
    );
  const invalidCharacters = [...new Set(clean.match(/[^A-Z2-7]/gu))];
  if (invalidCharacters.length > 0) {
    const names = invalidCharacters
      .slice(0, 5)
      .map((character) => `"${character}"`)
      .join(', ');
    const hint = invalidCharacters.every((character) => '0189'.includes(character))
      ? ' (Base32 has no 0, 1, 8 and 9: was it copied by hand?)'
      : '';
    throw invalid(`it contains ${names}, which is not Base32${hint}`, SEED_WANTED);
  }
  // Sites are less strict than RFC 4648 about the last bits. Whole groups of 8 characters leave none over.
  const size = Math.floor((clean.length * 5) / 8);
  const bytes = base32nopad.decode(clean.padEnd(Math.ceil(clean.length / 8) * 8, 'A')).slice(0, size);
  if (size < MIN_BYTES) throw invalid(`it is ${size} bytes long, but a seed has 10 or more`, SEED_WANTED);
  if (size > MAX_BYTES) throw invalid(`it is ${size} bytes long, but a seed has at most ${MAX_BYTES}`, SEED_WANTED);
  return bytes;
}

/**
 * Writes a seed as an `otpauth://` URI, which `readSeed()` reads.
 *
 * @param label name of the account, as an authenticator app shows it
 */
export function formatSeed({ key, algorithm, digits, period, counter, encoder }: OtpSeed, label: string): string {
  const parameters = new URLSearchParams({
    secret: encodeBase32(key),
    ...(encoder ? { encoder } : { algorithm: algorithm.toUpperCase(), digits: String(digits) }),
    ...(counter === undefined ? { period: String(period) } : { counter: String(counter) }),
  });
  return `otpauth://${counter === undefined ? 'totp' : 'hotp'}/${encodeURIComponent(label)}?${parameters.toString()}`;
}

/** Encodes Base32 (RFC 4648 section 6) without padding, as sites show it. */
export function encodeBase32(bytes: Uint8Array): string {
  return base32nopad.encode(bytes);
}

const SEED_WANTED =
  'Store the seed that the site shows beside its QR code ("cannot scan?"), in Base32, or the whole otpauth:// URI.';

function invalid(seen: string, remedy: string): TwoFactorError {
  return new TwoFactorError('OTP_SEED_INVALID', `This is not the seed of an authenticator: ${seen}. ${remedy}`);
}
