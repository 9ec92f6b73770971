import { memoize } from '../core/memoize.ts';
import { type BytePattern, ByteSearch } from './byte-search.ts';
import { type Encoding, encodingsOf } from './encodings.ts';

/** A value of fewer characters stands in any file by chance. */
export const MIN_LENGTH = 4;
/** A word of this length, or a number of that, does not stand inside another by chance. */
const MIN_WORD = 8;
const MIN_NUMBER = 6;
/** A checksum has as many hexadecimal digits or more, and resources of a trace are named for theirs. */
const MIN_HASH = 32;

/** One spelling of one secret. */
export interface SecretPattern extends BytePattern {
  readonly label: string;
  readonly way: Encoding['way'];
  /** What is written in its place. */
  readonly mask: Uint8Array;
}

/** The secrets that must not be seen, by value. */
export class SecretSet {
  readonly #labels = new Map<string, string>();
  readonly #patterns: SecretPattern[] = [];
  #search = memoize(() => new ByteSearch<SecretPattern>([]));

  constructor(secrets: Iterable<readonly [value: string, label: string]> = []) {
    for (const [value, label] of secrets) this.add(value, label);
  }

  /** Whether it was new. A value of fewer than four characters is not taken. */
  add(value: string, label: string): boolean {
    if (value.length < MIN_LENGTH || this.#labels.has(value)) return false;
    this.#labels.set(value, label);
    this.#patterns.push(...patternsOf(value, label));
    this.#search = memoize(() => new ByteSearch(this.#patterns));
    return true;
  }

  /** Rises with every secret. */
  get size(): number {
    return this.#labels.size;
  }

  /** Value and label of each. */
  entries(): IterableIterator<[string, string]> {
    return this.#labels.entries();
  }

  /** The label of the first that a text of single characters, as boxes hold them, contains. */
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
  const fits = fitOf(value);
  // Nothing in it may end a string of JSON, an attribute or a tag.
  const mask = Buffer.from(`[secret ${label.replace(/["'\\<>&\p{Cc}]/gu, '')}]`);
  return encodingsOf(value).map(({ text, way }) => {
    const bytes = Buffer.from(text);
    if (way !== 'base64') return { bytes, label, way, mask, fits };
    // Still Base64, so that what was encoded around it can be decoded.
    return { bytes, label, way, mask: Buffer.alloc(bytes.length, 'A') };
  });
}

/** A short value counts only where it stands alone: it may be a part of another number or word. */
function fitOf(value: string): NonNullable<BytePattern['fits']> {
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
  let from = start;
  while (end - from < MIN_HASH && isHex(bytes[from - 1] ?? 0)) from--;
  let to = end;
  while (to - from < MIN_HASH && isHex(bytes[to] ?? 0)) to++;
  return to - from >= MIN_HASH;
}

/** Whether what stands before is the end of `%20`, `%2520`, `\n`, `\u0020` or a colour of the terminal. */
function endsEscape(bytes: Uint8Array, start: number): boolean {
  const before = Buffer.from(bytes.subarray(Math.max(0, start - 8), start)).toString('latin1');
  return /(?:%(?:25)*[\dA-Fa-f]{2}|\\[nrtbf]|\\x[\dA-Fa-f]{2}|\\u[\dA-Fa-f]{4}|\[[\d;]*m)$/.test(before);
}
