import { type BytePattern, ByteSearch, type Hit } from './byte-search.ts';
import type { KnownSecrets, SecretPattern } from './known-secrets.ts';
import { NamedRedaction } from './named-redaction.ts';
import type { SecretNames } from './names.ts';

/** Told of every place that is masked for its value. */
export type OnFind = (pattern: SecretPattern) => void;

/** Takes secrets out of texts and bytes: those that are known, by value; the others by the names they go under. */
export class Redactor {
  readonly known: KnownSecrets;
  readonly #named: NamedRedaction | undefined;
  readonly #onFind: OnFind;

  /** @param names what is masked for its name; nothing, if it is left out */
  constructor(known: KnownSecrets, names?: SecretNames, onFind: OnFind = () => undefined) {
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

  /** Bytes without the known values. The same bytes if there is nothing in them. */
  bytes(bytes: Buffer): Buffer {
    return this.replace(bytes, this.known.search().find(bytes));
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

  /**
   * What JSON holds, with the strings masked, and numbers where they are a secret's. Changes what it is given.
   *
   * @param isBody the JSON of a site, where any number may be a code; else only one that a test handed to a page
   */
  json(value: unknown, isBody = false): unknown {
    return this.#walk(this.#named ? this.#named.json(value, this.known) : value, isBody);
  }

  #walk(value: unknown, isBody: boolean, key?: string): unknown {
    if (typeof value === 'string') return this.#string(value);
    if (typeof value === 'number') return isBody || key === 'n' ? this.#number(value) : value;
    if (Array.isArray(value)) for (const [index, one] of value.entries()) value[index] = this.#walk(one, isBody);
    else if (typeof value === 'object' && value !== null) {
      const members = value as Record<string, unknown>;
      for (const key of Object.keys(members)) members[key] = this.#walk(members[key], isBody, key);
    }
    return value;
  }

  #string(text: string): string {
    // The name of a file inside a trace: a hash, in which a short code may stand by chance.
    return text.length < 4 || /^[\da-f]{40}(?:\.\w+)?$/.test(text) ? text : this.text(text);
  }

  #number(value: number): number {
    const found = this.known.ofNumber(value);
    if (!found) return value;
    this.#onFind(found);
    return 0;
  }

  /** A comparison marks single characters with colours, in the middle of a value. */
  #throughColours(bytes: Buffer): Buffer {
    if (!bytes.includes('\x1b[')) return bytes;
    const kept: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const colour = bytes[at] === 0x1b ? /^\x1b\[[\d;]*m/.exec(bytes.toString('latin1', at, at + 20))?.[0] : undefined;
      if (colour) at += colour.length - 1;
      else kept.push(at);
    }
    const plain = Buffer.from(kept.map((at) => bytes[at] ?? 0));
    const hits = this.known.search().find(plain);
    return this.replace(
      bytes,
      hits.map(({ start, end, pattern }) => ({ start: kept[start] ?? 0, end: (kept[end - 1] ?? 0) + 1, pattern })),
    );
  }
}

/** A word that tells that something may be masked for its name, so that the rest need not be parsed. */
interface Marker extends BytePattern {
  readonly isMarker: true;
}

/** Finds both what is known and what may have to be masked for its name. */
export class MarkedSearch {
  readonly #known: KnownSecrets;
  readonly #markers: readonly Marker[];
  #search: ByteSearch<SecretPattern | Marker> | undefined;
  #size = -1;

  constructor(known: KnownSecrets, names: SecretNames) {
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
  ...['- textbox', '\x1b[', '\\u001b['],
];
const QUOTE = 0x22;
