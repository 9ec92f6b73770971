import { UNSPACED } from './unspaced.ts';
import { formsOf, normalize, withoutArticle } from './normalize.ts';

/** A word of an entry: the word itself, or what others begin or end with. */
export interface Pattern {
  readonly word: string;
  readonly wildcard: 'none' | 'before' | 'after';
}

/** An entry of a word table. */
export interface Entry<Meaning extends string> {
  readonly meaning: Meaning;
  readonly words: readonly Pattern[];
}

/** An entry whose first word a word of a text matches. */
export interface Beginning<Meaning extends string> {
  readonly entry: Entry<Meaning>;
  /** False if the first word matches only with letters in place of `*`. */
  readonly isExact: boolean;
  /** Letters before the listed word in a compound: `sicherheits` in `Sicherheitscode`. */
  readonly stem: string;
}

/** A word of a text as the tables know it. */
export interface KnownWord<Meaning extends string> {
  /** The normalized word, with and without what is attached to it. */
  readonly forms: readonly string[];
  readonly beginnings: readonly Beginning<Meaning>[];
}

/** The fewest letters in place of a `*` before a word: `spin` is not a kind of `pin`. */
const MIN_STEM = 3;
/** Limit of the cache, in words. The texts of one application have most of their words in common. */
const MAX_KNOWN = 10_000;
/** Longer words are not cached, in characters. */
const MAX_LENGTH = 32;

const NONE: readonly never[] = [];

/** The entries of word tables, found by their first word. */
export class WordIndex<Meaning extends string> {
  readonly #exact = new Map<string, Entry<Meaning>[]>();
  /** By the last two letters of `*word`. */
  readonly #suffixes = new Map<string, Entry<Meaning>[]>();
  /** By the first two letters of `word*`. */
  readonly #prefixes = new Map<string, Entry<Meaning>[]>();
  readonly #known = new Map<string, KnownWord<Meaning>>();

  add(meaning: Meaning, words: readonly string[]): void {
    const entry = { meaning, words: words.map(readPattern) };
    const [first] = entry.words;
    if (!first) return;
    const { word, wildcard } = first;
    push(this.#exact, word, entry);
    if (wildcard === 'before') push(this.#suffixes, word.slice(-2), entry);
    if (wildcard === 'after') push(this.#prefixes, word.slice(0, 2), entry);
  }

  /** Returns what the tables know of a word as a text writes it. */
  lookUp(written: string): KnownWord<Meaning> {
    const known = this.#known.get(written);
    if (known) return known;
    const looked = this.#read(written);
    if (written.length > MAX_LENGTH) return looked;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(written, looked);
    return looked;
  }

  #read(written: string): KnownWord<Meaning> {
    if (UNSPACED.test(written)) return { forms: NONE, beginnings: NONE };
    const forms = formsOf(normalize(written));
    return { forms, beginnings: forms.flatMap((form) => this.#beginningsOf(form)) };
  }

  #beginningsOf(form: string): Beginning<Meaning>[] {
    const exact = (this.#exact.get(form) ?? NONE).map((entry) => ({ entry, isExact: true, stem: '' }));
    const affixed = [
      ...(this.#suffixes.get(form.slice(-2)) ?? NONE),
      ...(this.#prefixes.get(form.slice(0, 2)) ?? NONE),
    ];
    const inexact = affixed.flatMap((entry) => {
      const { word, wildcard } = entry.words[0]!;
      if (form === word || !matches([form], entry.words[0]!)) return [];
      return [{ entry, isExact: false, stem: wildcard === 'before' ? form.slice(0, -word.length) : '' }];
    });
    return [...exact, ...inexact];
  }
}

/** True if a word of a text, in one of its forms, is the word of an entry. */
export function matches(forms: readonly string[], { word, wildcard }: Pattern): boolean {
  return forms.some(
    (form) =>
      form === word ||
      (wildcard === 'after' && form.startsWith(word)) ||
      (wildcard === 'before' && form.length - word.length >= MIN_STEM && form.endsWith(word)),
  );
}

function readPattern(written: string): Pattern {
  const wildcard = written.startsWith('*') ? 'before' : written.endsWith('*') ? 'after' : 'none';
  return { word: withoutArticle(normalize(written.replaceAll('*', ''))), wildcard };
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
