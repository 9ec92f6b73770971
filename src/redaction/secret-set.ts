import { memoize } from '../core/memoize.ts';
import { type BytePattern, ByteSearch } from './byte-search.ts';
import { type Encoding, encodingsOf } from './encodings.ts';

/** Minimum number of characters of a secret. Shorter values are ignored: they would match by chance. */
export const MIN_LENGTH = 4;
/** Minimum length of a word that is also masked inside another word. */
const MIN_WORD = 8;
/** Minimum length of a number that is also masked next to letters. */
const MIN_NUMBER = 6;
/** Minimum number of hexadecimal digits of a checksum. Resources of a trace are named after theirs. */
const MIN_HASH = 32;

/** A secret in one encoding. */
export interface SecretPattern extends BytePattern {
  readonly label: string;
  readonly encoding: Encoding;
  /** Bytes that replace it. */
  readonly mask: Uint8Array;
}

/** Set of secrets to redact, by value. */
export class SecretSet {
  readonly #labels = new Map<string, string>();
  readonly #patterns: SecretPattern[] = [];
  #search = memoize(() => new ByteSearch<SecretPattern>([]));

  constructor(secrets: Iterable<readonly [value: string, label: string]> = []) {
    for (const [value, label] of secrets) this.add(value, label);
  }

  /** Adds a secret. Returns true if it is new; values of fewer than four characters are ignored. */
  add(value: string, label: string): boolean {
    if (value.length < MIN_LENGTH || this.#labels.has(value)) return false;
    this.#labels.set(value, label);
    this.#patterns.push(...patternsOf(value, label));
    this.#search = memoize(() => new ByteSearch(this.#patterns));
    return true;
  }

  /** Number of secrets. */
  get size(): number {
    return this.#labels.size;
  }

  /** Iterates over value and label of each secret. */
  entries(): IterableIterator<[string, string]> {
    return this.#labels.entries();
  }

  /** Returns the label of the first secret that a text contains. For the joined characters of one-character boxes. */
  labelIn(text: string): string | undefined {
    for (const [value, label] of this.#labels) if (text.includes(value)) return label;
    return undefined;
  }

  search(): ByteSearch<SecretPattern> {
    return this.#search();
  }

  patterns(): readonly SecretPattern[] {
    return this.#patterns;
  }
}

function patternsOf(value: string, label: string): SecretPattern[] {
  const accepts = contextCheck(value);
  // No character of the mask may end a JSON string, an attribute or a tag.
  const mask = Buffer.from(`[secret ${label.replace(/["'\\<>&\p{Cc}]/gu, '')}]`);
  return encodingsOf(value).map(({ text, encoding }) => {
    const bytes = Buffer.from(text);
    // Two bytes a character, like the text around it.
    if (encoding === 'UTF-16') return { bytes, label, encoding, mask: interleaved(mask), accepts };
    if (encoding !== 'base64' && encoding !== 'hex') return { bytes, label, encoding, mask, accepts };
    // The mask is valid Base64, and hexadecimal, so that the text around it can still be decoded.
    return { bytes, label, encoding, mask: Buffer.alloc(bytes.length, 'A') };
  });
}

/** Puts a NUL between bytes. */
function interleaved(bytes: Buffer): Buffer {
  return Buffer.from([...bytes].flatMap((byte, index) => (index === 0 ? [byte] : [0, byte])));
}

/** Returns a check that rejects a short value inside another number, word or checksum. */
function contextCheck(value: string): NonNullable<BytePattern['accepts']> {
  const isNumber = /^\d+$/.test(value);
  if (!isNumber && value.length >= MIN_WORD) return () => true;
  const isPart = isNumber && value.length >= MIN_NUMBER ? isDigit : isWord;
  const mayBeInHash = isNumber && value.length < MIN_HASH;
  return (bytes, start, end) => {
    const before = bytes[start - 1] ?? 0;
    const after = bytes[end] ?? 0;
    if (isPart(after)) return false;
    if (isNumber && after === DOT && isDigit(bytes[end + 1] ?? 0)) return false;
    if (isNumber && before === DOT && isDigit(bytes[start - 2] ?? 0)) return false;
    if (mayBeInHash && isInHash(bytes, start, end)) return false;
    return !isPart(before) || endsEscape(bytes, start);
  };
}

const DOT = 0x2e;

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isWord(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

function isInHash(bytes: Uint8Array, start: number, end: number): boolean {
  // An escape such as `\x34` is in no checksum.
  if (!bytes.subarray(start, end).every(isHex)) return false;
  let from = start;
  while (end - from < MIN_HASH && isHex(bytes[from - 1] ?? 0)) from--;
  let to = end;
  while (to - from < MIN_HASH && isHex(bytes[to] ?? 0)) to++;
  return to - from >= MIN_HASH;
}

/** True if the bytes before `start` end an escape: `%20`, `%2520`, `\n`, `\u0020` or an ANSI code. */
function endsEscape(bytes: Uint8Array, start: number): boolean {
  const before = Buffer.from(bytes.subarray(Math.max(0, start - 8), start)).toString('latin1');
  return /(?:%(?:25)*[\dA-Fa-f]{2}|\\[nrtbf]|\\x[\dA-Fa-f]{2}|\\u[\dA-Fa-f]{4}|\[[\d;]*m)$/.test(before);
}
