import { memoize } from '../../core/memoize.ts';
import { eastAsian } from './east-asian.ts';
import type { WordFamily } from './family.ts';
import { germanic } from './germanic.ts';
import { other } from './other.ts';
import { romance } from './romance.ts';
import { semitic } from './semitic.ts';
import { slavic } from './slavic.ts';

export type WordMeaning = Exclude<keyof WordFamily, 'unspaced'>;

const MEANINGS: readonly WordMeaning[] = [
  'code',
  'act',
  'valid',
  'warn',
  'link',
  'other',
  'kind',
  'deal',
  'confirm',
  'enter',
  'renew',
  'join',
  'aside',
];

export interface Phrase {
  readonly meaning: WordMeaning;
  readonly words: readonly string[];
}

/** A word that others begin or end with. */
interface Affix {
  readonly meaning: WordMeaning;
  readonly word: string;
}

/** What the lists say of a word as it is written. */
export interface Entry {
  /** The word in lower case and without accents. */
  readonly folded: string;
  /** What begins with it, the longest first. */
  readonly phrases: readonly Phrase[];
  /** What it means as a compound or with an ending, where none of the phrases is in the text. */
  readonly derived: readonly WordMeaning[];
}

/** The scripts that put no spaces between words. */
export const UNSPACED: RegExp =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Khmer}\p{sc=Lao}\p{sc=Myanmar}]/u;

/** The shortest beginning of a compound that counts: `spin` is no `pin`. */
const MIN_COMPOUND = 3;
/** The longest ending that a word takes. */
const MAX_ENDING = 5;
/** Words that are remembered, so that the next mail of the same application is read at once. */
const MAX_KNOWN = 10_000;

/** All lists in the form that is quick to look up. */
class Lexicon {
  readonly unspaced: { readonly meaning: WordMeaning; readonly pattern: RegExp }[] = [];
  /** By their first word. */
  readonly #phrases = new Map<string, Phrase[]>();
  /** What ends a compound, by its last two letters. */
  readonly #suffixes = new Map<string, Affix[]>();
  /** What takes an ending, by its first two letters. */
  readonly #prefixes = new Map<string, Affix[]>();
  readonly #known = new Map<string, Entry>();

  constructor(families: readonly WordFamily[]) {
    for (const family of families) for (const meaning of MEANINGS) this.#add(family, meaning);
    for (const list of this.#phrases.values()) list.sort((a, b) => b.words.length - a.words.length);
  }

  lookUp(word: string): Entry {
    const known = this.#known.get(word);
    if (known) return known;
    // `MA 02139`: a state and its postal code, and not the Vietnamese for a code.
    const folded = word === 'MA' ? '' : fold(word);
    const forms = formsOf(folded);
    const isListed = forms.length > 1 || this.#phrases.has(folded) || this.#mayBeDerived(folded);
    if (!isListed) return { folded, phrases: NOTHING, derived: NOTHING };
    const phrases = forms.flatMap((form) => this.#phrases.get(form) ?? []);
    const entry = { folded, phrases, derived: this.#derived(folded) };
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(word, entry);
    return entry;
  }

  #mayBeDerived(folded: string): boolean {
    return this.#suffixes.has(folded.slice(-2)) || this.#prefixes.has(folded.slice(0, 2));
  }

  #derived(folded: string): WordMeaning[] {
    const suffix = this.#suffixes
      .get(folded.slice(-2))
      ?.find(({ word }) => folded.length - word.length >= MIN_COMPOUND && folded.endsWith(word));
    const prefix = this.#prefixes
      .get(folded.slice(0, 2))
      ?.find(({ word }) => folded.length <= word.length + MAX_ENDING && folded.startsWith(word));
    const stem = suffix && folded.slice(0, folded.length - suffix.word.length);
    const isOfAnotherKind = stem && this.#phrases.get(stem)?.some(({ meaning }) => meaning === 'kind');
    return [...(suffix ? [isOfAnotherKind ? 'other' : suffix.meaning] : []), ...(prefix ? [prefix.meaning] : [])];
  }

  #add(family: WordFamily, meaning: WordMeaning): void {
    const listed = family[meaning].split(',').map((word) => word.trim());
    if (family.unspaced) this.unspaced.push({ meaning, pattern: anyOf(listed) });
    for (const entry of listed) {
      const word = fold(entry.replace(/^-|-$/g, ''));
      const words = /^[a-z]+$/.test(word) ? [word] : word.split(NO_LETTERS).filter(Boolean);
      if (words[0]) add(this.#phrases, words[0], { meaning, words });
      if (entry.startsWith('-')) add(this.#suffixes, word.slice(-2), { meaning, word });
      if (entry.endsWith('-')) add(this.#prefixes, word.slice(0, 2), { meaning, word });
    }
  }
}

const NOTHING: readonly never[] = [];
const NO_LETTERS = /[^\p{L}\p{M}]+/u;

/** The lists, compiled when they are first asked for. */
export const lexicon: () => Lexicon = memoize(
  () => new Lexicon([germanic, romance, slavic, semitic, other, eastAsian]),
);

function add<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** The longest first, so that a word is not cut short by another that it begins with. */
function anyOf(words: readonly string[]): RegExp {
  const patterns = words.filter((word) => UNSPACED.test(word)).toSorted((a, b) => b.length - a.length);
  return new RegExp(patterns.map((word) => word.replace(/ /g, '\\s?')).join('|') || '(?!)', 'gu');
}

const LETTERS: Readonly<Record<string, string>> = {
  ı: 'i',
  ł: 'l',
  ø: 'o',
  æ: 'ae',
  ß: 'ss',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  œ: 'oe',
  ə: 'e',
  ي: 'ی',
  ك: 'ک',
};

/** Lower case, without accents and vowel signs that are left out as often as written. */
function fold(word: string): string {
  const lower = word.toLowerCase();
  if (/^[a-z]*$/.test(lower)) return lower;
  return lower
    .normalize('NFD')
    .replace(/\p{Mn}(?<=[\u0300-\u036f\u064b-\u0655\u0591-\u05c7])|\u0640/gu, '')
    .normalize('NFC')
    .replace(/[ıłøæßđðþœəيك]/g, (letter) => LETTERS[letter] ?? letter);
}

/** A word, and what it is without an article or a preposition that is written onto it. */
function formsOf(word: string): string[] {
  if (/^[\u05d0-\u05ea]/.test(word)) return [word, word.replace(/^[והבלשמכ]/, ''), word.replace(/^[והבלשמכ]{2}/, '')];
  if (/^[\u0621-\u06d3]/.test(word)) return [word, word.replace(/^(?:وال|بال|کال|فال|ال|لل|[وبفلک])/, '')];
  return [word];
}
