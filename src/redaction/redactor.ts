import { parseJson } from './json.ts';
import { isUtf8 } from 'node:buffer';
import { type BytePattern, ByteSearch, type Hit } from './byte-search.ts';
import { ESCAPE, stripAnsi } from './ansi.ts';
import { MAX_PIECED, maskPieces } from './pieces.ts';
import { type SecretSet, MIN_LENGTH, type SecretPattern } from './secret-set.ts';
import { NamedRedaction } from './named-redaction.ts';
import type { SensitiveNames } from './sensitive-names.ts';

/** Called for every known value that is masked. */
export type OnMatch = (pattern: SecretPattern) => void;

/** Removes secrets from texts and bytes: known secrets by value, others by name. */
export class Redactor {
  readonly known: SecretSet;
  readonly #named: NamedRedaction | undefined;
  readonly #onMatch: OnMatch;

  /** @param names names whose values are masked. @default none */
  constructor(known: SecretSet, names?: SensitiveNames, onMatch: OnMatch = () => undefined) {
    this.known = known;
    this.#named = names && new NamedRedaction(names);
    this.#onMatch = onMatch;
  }

  /** Redacts a text for people, such as a step title, an error or a log. Returns the same text if it has no secret. */
  text(text: string): string {
    // The diff of an assertion prints a list of digits one a line.
    const clean = maskPieces(this.values(text), this.known, this.#onPieces);
    return this.#named ? this.#named.text(clean) : clean;
  }

  /** Redacts the known values of a text only. */
  values(text: string): string {
    const bytes = Buffer.from(text);
    const clean = this.#acrossAnsiCodes(this.bytes(bytes));
    return clean === bytes ? text : clean.toString();
  }

  /** Like `text`, for a text in bytes. Bytes that are not text are kept. */
  textBytes(bytes: Buffer): Buffer {
    const values = this.#acrossAnsiCodes(this.bytes(bytes));
    const encoding = isUtf8(values) ? 'utf8' : 'latin1';
    const text = values.toString(encoding);
    const clean = this.#named?.text(text) ?? text;
    return clean === text ? values : Buffer.from(clean, encoding);
  }

  /** Masks codes whose characters stand one by one in a short text. */
  pieces(bytes: Buffer): Buffer {
    if (bytes.length > MAX_PIECED || this.known.size === 0) return bytes;
    const text = bytes.toString('latin1');
    const clean = maskPieces(text, this.known, this.#onPieces);
    return clean === text ? bytes : Buffer.from(maskPieces(bytes.toString(), this.known, () => undefined));
  }

  readonly #onPieces = (label: string): void =>
    this.#onMatch({ label, encoding: 'grouped', bytes: NOTHING, mask: NOTHING });

  /** Redacts the known values of bytes. Returns the same bytes if they have none. */
  bytes(bytes: Buffer): Buffer {
    return this.replace(bytes, this.known.search().find(bytes));
  }

  /**
   * Redacts a JSON text. A number that is a secret becomes 0; other numbers keep their form.
   *
   * @param isBody true for JSON of a site, where any number may be a code; otherwise only numbers that a test passed to
   *   a page are masked
   * @param isMarked true if the JSON may hold a sensitive name
   */
  json(bytes: Buffer, isBody: boolean, isMarked: boolean): Buffer {
    const clean = this.jsonAt(bytes, this.known.search().find(bytes), isBody);
    if (!isMarked || !this.#named) return clean;
    const text = clean.toString();
    const value = parseJson(text);
    if (value === undefined) return this.textBytes(clean);
    const before = JSON.stringify(value);
    const after = this.#walk(this.#named.json(value, this.known), isPlain);
    if (JSON.stringify(after) === before) return clean;
    const indent = /^[[{]\r?\n( +|\t)/.exec(text)?.[1];
    return Buffer.from(JSON.stringify(after, undefined, indent) + text.slice(text.trimEnd().length));
  }

  /** Masks a JSON text at the given places, which are sorted. */
  jsonAt(bytes: Buffer, hits: readonly Hit<SecretPattern>[], isBody: boolean): Buffer {
    const isInString = stringsOf(bytes);
    const places = hits.flatMap((hit) =>
      mayBeNumber(bytes, hit) && !isInString(hit.start) ? this.#numberAt(bytes, hit, isBody) : hit,
    );
    return this.replace(bytes, places);
  }

  /** Redacts the strings in parsed JSON. Modifies and returns `value`. */
  value(value: unknown): unknown {
    return this.#walk(this.#named ? this.#named.json(value, this.known) : value, isShort);
  }

  /** Masks bytes at the given places, which are sorted. */
  replace(bytes: Buffer, hits: readonly Hit<SecretPattern>[]): Buffer {
    if (hits.length === 0) return bytes;
    const parts: Uint8Array[] = [];
    let done = 0;
    for (const { start, end, pattern } of hits) {
      this.#onMatch(pattern);
      parts.push(bytes.subarray(done, start), pattern.mask);
      done = end;
    }
    return Buffer.concat([...parts, bytes.subarray(done)]);
  }

  #numberAt(bytes: Buffer, hit: Hit<SecretPattern>, isBody: boolean): Hit<SecretPattern>[] {
    const isValue = isBody || bytes.toString('latin1', hit.start - 4, hit.start) === '"n":';
    return isValue ? [{ ...hit, pattern: { ...hit.pattern, mask: ZERO } }] : [];
  }

  #walk(value: unknown, isHarmless: (text: string) => boolean): unknown {
    if (typeof value === 'string') return isHarmless(value) ? value : this.text(value);
    if (Array.isArray(value)) for (const [index, one] of value.entries()) value[index] = this.#walk(one, isHarmless);
    else if (typeof value === 'object' && value !== null) {
      const members = value as Record<string, unknown>;
      for (const key of Object.keys(members)) members[key] = this.#walk(members[key], isHarmless);
    }
    return value;
  }

  /** Masks values that ANSI codes interrupt: the diff of an assertion colors single characters. */
  #acrossAnsiCodes(bytes: Buffer): Buffer {
    if (!bytes.includes(ESCAPE)) return bytes;
    const { plain, originalIndex } = stripAnsi(bytes);
    const hits = this.known.search().find(plain);
    return this.replace(
      bytes,
      hits.map(({ start, end, pattern }) => ({
        start: originalIndex(start),
        end: originalIndex(end - 1) + 1,
        pattern,
      })),
    );
  }
}

/** A word that announces a sensitive name. JSON without one need not be parsed. */
interface Marker extends BytePattern {
  readonly isMarker: true;
}

/** Finds known values and markers of sensitive names in one pass. */
export class MarkedSearch {
  readonly #known: SecretSet;
  readonly #markers: readonly Marker[];
  #search: ByteSearch<SecretPattern | Marker> | undefined;
  #size = -1;

  constructor(known: SecretSet, names: SensitiveNames) {
    this.#known = known;
    const words: Marker[] = [...STRUCTURE, ...names.searchTerms].map((word) => ({
      bytes: Buffer.from(word),
      isMarker: true,
    }));
    // One-character boxes, which together may hold a code.
    const accepts: Marker['accepts'] = (bytes, _start, end) => bytes[end] !== QUOTE && bytes[end + 1] === QUOTE;
    this.#markers = [...words, { bytes: Buffer.from('__playwright_value_":"'), isMarker: true, accepts }];
  }

  find(bytes: Uint8Array): Hit<SecretPattern | Marker>[] {
    if (!this.#search || this.#size !== this.#known.size) {
      this.#size = this.#known.size;
      this.#search = new ByteSearch([...this.#known.patterns(), ...this.#markers]);
    }
    return this.#search.find(bytes);
  }
}

const STRUCTURE = [
  ...['"cookies"', 'localStorage', 'sessionStorage', 'indexedDB', '-webkit-text-security', '"type":"password"'],
  ...['- textbox', '\\u001b[', '"postData"'],
];
const QUOTE = 0x22;
const ZERO = Buffer.from('0');
const NOTHING = Buffer.alloc(0);

function isShort(text: string): boolean {
  return text.length < MIN_LENGTH;
}

/** True for a string without a header, which most strings of a page snapshot are. Its values are masked already. */
function isPlain(text: string): boolean {
  return isShort(text) || !(/[\d:=]|- textbox/.test(text) || text.includes('\u001b'));
}

/** True if a hit in JSON may be a number, or the digits of one. */
function mayBeNumber(bytes: Buffer, { start, end }: Hit<unknown>): boolean {
  if (!/[[:,\seE+-]/.test(String.fromCharCode(bytes[start - 1] ?? 0x20))) return false;
  if (!/[\]},\seE]/.test(String.fromCharCode(bytes[end] ?? 0x20))) return false;
  return /^\d+$/.test(bytes.toString('latin1', start, end));
}

/** Returns a test for an index inside a JSON string. Call it with rising indexes only. */
function stringsOf(bytes: Buffer): (index: number) => boolean {
  let at = 0;
  let isString = false;
  return (index) => {
    for (; at < index; at++) {
      if (bytes[at] === BACKSLASH) at++;
      else if (bytes[at] === QUOTE) isString = !isString;
    }
    return isString;
  };
}

const BACKSLASH = 0x5c;
