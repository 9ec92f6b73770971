import { memoize } from '../../core/memoize.ts';
import { Matcher, type WordMatch } from '../matcher.ts';
import { african } from './african.ts';
import { caucasian } from './caucasian.ts';
import { dravidian } from './dravidian.ts';
import { eastAsian } from './east-asian.ts';
import { germanic } from './germanic.ts';
import { indic } from './indic.ts';
import { iranian } from './iranian.ts';
import type { MessageWords, WordMeaning } from './meaning.ts';
import { minorEuropean } from './minor-european.ts';
import { notices } from './notices.ts';
import { other } from './other.ts';
import { romance } from './romance.ts';
import { semitic } from './semitic.ts';
import { slavic } from './slavic.ts';
import { southeastAsian } from './southeast-asian.ts';
import { turkic } from './turkic.ts';

export type { WordMeaning } from './meaning.ts';

/** A word of the tables, at its place in a text. */
export interface FoundWord {
  readonly meaning: WordMeaning;
  readonly start: number;
  readonly end: number;
}

const TABLES: readonly MessageWords[] = [
  germanic,
  romance,
  slavic,
  semitic,
  other,
  eastAsian,
  ...[turkic, iranian, indic, dravidian, caucasian, southeastAsian, african, minorEuropean].flat(),
  ...notices,
];

/** The matcher, built on first use. Digits are not part of a word: they are what a message is searched for. */
const matcher = memoize(
  () =>
    new Matcher<WordMeaning>(TABLES, {
      letters: String.raw`\p{L}\p{M}`,
      gap: /^[\s\-'’_/.\u200c\u200d]{0,3}$/,
    }),
);

/** Returns every word of the tables in a text, in the order of the text. A word with several meanings occurs once for each. */
export function findWords(text: string): FoundWord[] {
  const words = withoutCompounds(matcher().find(text)).filter(({ start, end }) => !isState(text, start, end));
  return withoutOtherKinds(
    text,
    words.toSorted((a, b) => a.start - b.start || b.end - a.end),
  );
}

/** `MA 02139`: a state and its postal code, not the Vietnamese word for a code. */
function isState(text: string, start: number, end: number): boolean {
  return end - start === 2 && text.startsWith('MA', start);
}

/** An entry of the tables says more about a word than the meaning of its ending: `Gutscheincode` is no one-time code. */
function withoutCompounds(matches: readonly WordMatch<WordMeaning>[]): readonly FoundWord[] {
  if (matches.every(({ isExact }) => isExact)) return matches;
  const listed = new Set(matches.filter(({ isExact }) => isExact).map(({ start }) => start));
  return matches.flatMap((match) => {
    if (match.isExact) return [match];
    if (listed.has(match.start)) return [];
    return [matcher().meaningsOf(match.stem).has('kind') ? { ...match, meaning: 'other' as const } : match];
  });
}

/** `promo code`, `code postal`: next to a word of another kind, the name of a code is the name of another number. */
function withoutOtherKinds(text: string, all: readonly FoundWord[]): FoundWord[] {
  const names = new NearWords(all.filter(({ meaning }) => meaning === 'other'));
  // `código postal` is one name, and not a code that is postal.
  const found = all.filter((word) => {
    return word.meaning !== 'code' || !names.around(word).some((name) => covers(name, word));
  });
  const kinds = new NearWords(found.filter(({ meaning }) => meaning === 'kind'));
  return found.map((word) => {
    if (word.meaning !== 'code') return word;
    const isOther = kinds
      .around(word)
      .some(
        (kind) =>
          (kind.end <= word.start && /^[\s\-–_'’]{0,2}$/.test(text.slice(kind.end, word.start))) ||
          (kind.end - kind.start > 3 && kind.start >= word.end && OF.test(text.slice(word.end, kind.start))),
      );
    return isOther ? { ...word, meaning: 'other' } : word;
  });
}

/** Words between the two in most languages: `código de reserva`; none in others: `код товара`. */
const OF = /^ (?:(?:de|di|da|do|du|des|del|dell|della|de la|d|của|cua)[ '’])?$/iu;
/** Length of the longest of these, with the blanks around it. */
const MAX_OF = 8;

/** Words in the order of a text. The neighbors of each word of a long text are found in constant time. */
class NearWords {
  readonly #words: readonly FoundWord[];
  readonly #longest: number;

  constructor(words: readonly FoundWord[]) {
    this.#words = words;
    this.#longest = words.reduce((longest, { start, end }) => Math.max(longest, end - start), 0);
  }

  /** Returns the words that overlap another one, or are at most `MAX_OF` characters from it. */
  around({ start, end }: FoundWord): readonly FoundWord[] {
    const first = firstFrom(this.#words, start - MAX_OF - this.#longest);
    let after = first;
    while (after < this.#words.length && this.#words[after]!.start <= end + MAX_OF) after++;
    return this.#words.slice(first, after);
  }
}

/** Returns the index of the first word that begins at a place or behind it. */
export function firstFrom(words: readonly FoundWord[], place: number): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle]?.start ?? Infinity) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function covers(outer: FoundWord, inner: FoundWord): boolean {
  return outer.start <= inner.start && outer.end >= inner.end && outer.end - outer.start > inner.end - inner.start;
}
