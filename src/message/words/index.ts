import { eastAsian } from './east-asian.ts';
import type { WordFamily } from './family.ts';
import { germanic } from './germanic.ts';
import { other } from './other.ts';
import { romance } from './romance.ts';
import { semitic } from './semitic.ts';
import { slavic } from './slavic.ts';

export type WordMeaning = Exclude<keyof WordFamily, 'unspaced'>;

/** A word of the lists, where it stands in a text. */
export interface FoundWord {
  readonly meaning: WordMeaning;
  readonly start: number;
  readonly end: number;
}

const FAMILIES: readonly WordFamily[] = [germanic, romance, slavic, semitic, other, eastAsian];
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

/** The shortest beginning of a compound that counts: `spin` is no `pin`. */
const MIN_COMPOUND = 3;
/** The longest ending that a word takes. */
const MAX_ENDING = 5;

interface Phrase {
  readonly meaning: WordMeaning;
  readonly words: readonly string[];
}

/** All lists in the form that is quick to look up. */
interface Lexicon {
  /** Phrases by their first word, the longest first. */
  readonly phrases: ReadonlyMap<string, readonly Phrase[]>;
  readonly suffixes: readonly { readonly meaning: WordMeaning; readonly word: string }[];
  readonly prefixes: readonly { readonly meaning: WordMeaning; readonly word: string }[];
  readonly unspaced: readonly { readonly meaning: WordMeaning; readonly pattern: RegExp }[];
}

const lexicon = once(compile);

/** Every word of the lists in a text, in its order; several meanings of one word stand beside each other. */
export function findWords(text: string): FoundWord[] {
  const { phrases, suffixes, prefixes, unspaced } = lexicon();
  const found: FoundWord[] = [];
  const tokens = tokenize(text);
  for (const [index, token] of tokens.entries()) {
    const before = found.length;
    for (const word of token.forms) {
      for (const phrase of phrases.get(word) ?? []) {
        const last = phraseEnd(text, tokens, index, phrase);
        if (last !== undefined) found.push({ meaning: phrase.meaning, start: token.start, end: last });
      }
    }
    if (found.length > before) continue;
    for (const { meaning, word } of suffixes) {
      const rest = token.folded.length - word.length;
      if (rest < MIN_COMPOUND || !token.folded.endsWith(word)) continue;
      const isOfAnotherKind = phrases.get(token.folded.slice(0, rest))?.some((phrase) => phrase.meaning === 'kind');
      found.push({ meaning: isOfAnotherKind ? 'other' : meaning, start: token.start, end: token.end });
      break;
    }
    for (const { meaning, word } of prefixes) {
      if (token.folded.length <= word.length + MAX_ENDING && token.folded.startsWith(word)) {
        found.push({ meaning, start: token.start, end: token.end });
        break;
      }
    }
  }
  if (UNSPACED.test(text)) {
    for (const { meaning, pattern } of unspaced) {
      for (const match of text.matchAll(pattern))
        found.push({ meaning, start: match.index, end: match.index + match[0].length });
    }
  }
  return withoutOtherKinds(
    text,
    found.toSorted((a, b) => a.start - b.start || b.end - a.end),
  );
}

const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Khmer}\p{sc=Lao}\p{sc=Myanmar}]/u;

/** `promo code`, `zip code`: the name of a code right behind a word of another kind names another number. */
function withoutOtherKinds(text: string, all: readonly FoundWord[]): FoundWord[] {
  const names = all.filter(({ meaning }) => meaning === 'other');
  // `código postal` is one name, and not a code that is postal.
  const found = all.filter((word) => word.meaning !== 'code' || !names.some((name) => covers(name, word)));
  const kinds = found.filter(({ meaning }) => meaning === 'kind');
  if (kinds.length === 0) return found;
  return found.map((word) => {
    if (word.meaning !== 'code') return word;
    const isOther = kinds.some(
      (kind) => kind.end <= word.start && /^[\s\-–_'’]{0,2}$/.test(text.slice(kind.end, word.start)),
    );
    return isOther ? { ...word, meaning: 'other' } : word;
  });
}

function covers(outer: FoundWord, inner: FoundWord): boolean {
  return outer.start <= inner.start && outer.end >= inner.end && outer.end - outer.start > inner.end - inner.start;
}

interface Token {
  readonly folded: string;
  /** The word, and what it is without an article or a preposition that is written onto it. */
  readonly forms: readonly string[];
  readonly start: number;
  readonly end: number;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(/[\p{L}\p{M}]+/gu)) {
    const folded = fold(match[0]);
    tokens.push({ folded, forms: formsOf(folded), start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}

function phraseEnd(text: string, tokens: readonly Token[], index: number, { words }: Phrase): number | undefined {
  for (let word = 1; word < words.length; word++) {
    const [previous, next] = [tokens[index + word - 1], tokens[index + word]];
    if (!previous || !next || next.folded !== words[word]) return undefined;
    if (!/^[\s\-'’_/.]{0,3}$/.test(text.slice(previous.end, next.start))) return undefined;
  }
  return tokens[index + words.length - 1]?.end;
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
export function fold(word: string): string {
  const lower = word.toLowerCase();
  if (/^[a-z]*$/.test(lower)) return lower;
  return lower
    .normalize('NFD')
    .replace(/\p{Mn}(?<=[\u0300-\u036f\u064b-\u0655\u0591-\u05c7])|\u0640/gu, '')
    .normalize('NFC')
    .replace(/[ıłøæßđðþœəيك]/g, (letter) => LETTERS[letter] ?? letter);
}

function formsOf(word: string): string[] {
  if (/^[\u05d0-\u05ea]/.test(word)) return [word, word.replace(/^[והבלשמכ]/, ''), word.replace(/^[והבלשמכ]{2}/, '')];
  if (/^[\u0621-\u06d3]/.test(word)) return [word, word.replace(/^(?:وال|بال|کال|فال|ال|لل|[وبفلک])/, '')];
  return [word];
}

function compile(): Lexicon {
  const phrases = new Map<string, Phrase[]>();
  const suffixes: { meaning: WordMeaning; word: string }[] = [];
  const prefixes: { meaning: WordMeaning; word: string }[] = [];
  const unspaced: { meaning: WordMeaning; pattern: RegExp }[] = [];
  for (const family of FAMILIES) {
    for (const meaning of MEANINGS) {
      const listed = family[meaning].split(',').map((word) => word.trim());
      if (family.unspaced) unspaced.push({ meaning, pattern: anyOf(listed) });
      for (const entry of listed) {
        const word = fold(entry.replace(/^-|-$/g, ''));
        const words = word.split(/[^\p{L}\p{M}]+/u).filter(Boolean);
        if (words[0]) phrases.set(words[0], [...(phrases.get(words[0]) ?? []), { meaning, words }]);
        if (entry.startsWith('-')) suffixes.push({ meaning, word });
        if (entry.endsWith('-')) prefixes.push({ meaning, word });
      }
    }
  }
  for (const list of phrases.values()) list.sort((a, b) => b.words.length - a.words.length);
  return { phrases, suffixes, prefixes, unspaced };
}

/** The longest first, so that a word is not cut short by another that it begins with. */
function anyOf(words: readonly string[]): RegExp {
  const patterns = words.filter((word) => UNSPACED.test(word)).toSorted((a, b) => b.length - a.length);
  return new RegExp(patterns.map((word) => word.replace(/ /g, '\\s?')).join('|') || '(?!)', 'gu');
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
