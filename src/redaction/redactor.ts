import { parseJson } from './json.ts';
import { isUtf8 } from 'node:buffer';
import { type BytePattern, ByteSearch, type Hit } from './byte-search.ts';
import { ESCAPE, stripAnsi } from './ansi.ts';
import { type SecretSet, MIN_LENGTH, type SecretPattern } from './secret-set.ts';
import { NamedRedaction } from './named-redaction.ts';
import type { SensitiveNames } from './sensitive-names.ts';

/** Told of every place that is masked for its value. */
export type OnFind = (pattern: SecretPattern) => void;

/** Takes secrets out of texts and bytes: those that are known, by value; the others by the names they go under. */
export class Redactor {
  readonly known: SecretSet;
  readonly #named: NamedRedaction | undefined;
  readonly #onFind: OnFind;

  /** @param names what is masked for its name; nothing, if it is left out */
  constructor(known: SecretSet, names?: SensitiveNames, onFind: OnFind = () => undefined) {
    this.known = known;
    this.#named = names && new NamedRedaction(names);
    this.#onFind = onFind;
  }

  /** A text as people read it: a step's title, an error, a log. The same text if there is nothing in it. */
  text(text: string): string {
    const clean = this.values(text);
    return this.#named ? this.#named.text(clean) : clean;
  }

  /** A text without the known values, and nothing else changed. */
  values(text: string): string {
    const bytes = Buffer.from(text);
    const clean = this.#throughColours(this.bytes(bytes));
    return clean === bytes ? text : clean.toString();
  }

  /** A text that is held as bytes, as `text`. Bytes that are no text come out as they went in. */
  textBytes(bytes: Buffer): Buffer {
    const values = this.#throughColours(this.bytes(bytes));
    const encoding = isUtf8(values) ? 'utf8' : 'latin1';
    const text = values.toString(encoding);
    const clean = this.#named?.text(text) ?? text;
    return clean === text ? values : Buffer.from(clean, encoding);
  }

  /** Bytes without the known values. The same bytes if there is nothing in them. */
  bytes(bytes: Buffer): Buffer {
    return this.replace(bytes, this.known.search().find(bytes));
  }

  /**
   * One JSON text without secrets. A number that is a secret becomes 0, and all other numbers stay as they are.
   *
   * @param isBody the JSON of a site, where any number may be a code; else only one that a test handed to a page
   * @param isMarked whether there may be something to mask for its name
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

  /** One JSON text with a mask at each of the given places, which are in order. */
  jsonAt(bytes: Buffer, hits: readonly Hit<SecretPattern>[], isBody: boolean): Buffer {
    const isInString = stringsOf(bytes);
    const places = hits.flatMap((hit) =>
      mayBeNumber(bytes, hit) && !isInString(hit.start) ? this.#numberAt(bytes, hit, isBody) : hit,
    );
    return this.replace(bytes, places);
  }

  /** What JSON holds, without the secrets in its strings. Changes what it is given. */
  value(value: unknown): unknown {
    return this.#walk(this.#named ? this.#named.json(value, this.known) : value, isShort);
  }

  /** Bytes with a mask at each of the given places, which are in order. */
  replace(bytes: Buffer, hits: readonly Hit<SecretPattern>[]): Buffer {
    if (hits.length === 0) return bytes;
    const parts: Uint8Array[] = [];
    let done = 0;
    for (const { start, end, pattern } of hits) {
      this.#onFind(pattern);
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

  /** A comparison marks single characters with colours, in the middle of a value. */
  #throughColours(bytes: Buffer): Buffer {
    if (!bytes.includes(ESCAPE)) return bytes;
    const { plain, placeOf } = stripAnsi(bytes);
    const hits = this.known.search().find(plain);
    return this.replace(
      bytes,
      hits.map(({ start, end, pattern }) => ({ start: placeOf(start), end: placeOf(end - 1) + 1, pattern })),
    );
  }
}

/** A word that tells that something may be masked for its name, so that the rest need not be parsed. */
interface Marker extends BytePattern {
  readonly isMarker: true;
}

/** Finds both what is known and what may have to be masked for its name. */
export class MarkedSearch {
  readonly #known: SecretSet;
  readonly #markers: readonly Marker[];
  #search: ByteSearch<SecretPattern | Marker> | undefined;
  #size = -1;

  constructor(known: SecretSet, names: SensitiveNames) {
    this.#known = known;
    const words: Marker[] = [...STRUCTURE, ...names.spellings].map((word) => ({
      bytes: Buffer.from(word),
      isMarker: true,
    }));
    // Boxes of one character each, which may hold a code between them.
    const fits: Marker['fits'] = (bytes, _start, end) => bytes[end] !== QUOTE && bytes[end + 1] === QUOTE;
    this.#markers = [...words, { bytes: Buffer.from('__playwright_value_":"'), isMarker: true, fits }];
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
  ...['- textbox', '\\u001b['],
];
const QUOTE = 0x22;
const ZERO = Buffer.from('0');

function isShort(text: string): boolean {
  return text.length < MIN_LENGTH;
}

/** Most strings of a page's snapshot, where the values are masked already: words without anything that a header has. */
function isPlain(text: string): boolean {
  return isShort(text) || !(/[\d:=]|- textbox/.test(text) || text.includes('\u001b'));
}

/** Whether a place in JSON looks like a number, or the digits of one. */
function mayBeNumber(bytes: Buffer, { start, end }: Hit<unknown>): boolean {
  if (!/[[:,\seE+-]/.test(String.fromCharCode(bytes[start - 1] ?? 0x20))) return false;
  if (!/[\]},\seE]/.test(String.fromCharCode(bytes[end] ?? 0x20))) return false;
  return /^\d+$/.test(bytes.toString('latin1', start, end));
}

/** Whether a place in JSON is in a string. To be asked from left to right, so that nothing is read twice. */
function stringsOf(bytes: Buffer): (place: number) => boolean {
  let at = 0;
  let isString = false;
  return (place) => {
    for (; at < place; at++) {
      if (bytes[at] === BACKSLASH) at++;
      else if (bytes[at] === QUOTE) isString = !isString;
    }
    return isString;
  };
}

const BACKSLASH = 0x5c;
