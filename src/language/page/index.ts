import { memoizeText } from '../../core/memoize.ts';
import { memoize } from '../../core/memoize.ts';
import { eastAsian } from './east-asian.ts';
import { english } from './english.ts';
import { germanic } from './germanic.ts';
import type { Meaning, WordList } from './meaning.ts';
import { romance } from './romance.ts';
import { semitic } from './semitic.ts';
import { slavic } from './slavic.ts';
import { turkish } from './turkish.ts';

export type { Meaning } from './meaning.ts';

const LISTS: readonly WordList[] = [english, germanic, romance, slavic, semitic, eastAsian, turkish];

/** Scripts that put no spaces between words, or attach endings to them. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;
/** A letter that is not of English. */
const FOREIGN = /[^\t\n\r -~]/;
const UNFOLDED: Readonly<Record<string, string>> = { ı: 'i', ł: 'l', ø: 'o', æ: 'ae', ß: 'ss', œ: 'oe' };

/** Lower case, without accents, vowel signs and punctuation, one space between words and around them. */
export function normalise(text: string): string {
  // Most texts have nothing to fold, and a page has thousands of them.
  if (!FOREIGN.test(text))
    return ` ${text
      .toLowerCase()
      .replace(/[^a-z0-9*]+/g, ' ')
      .trim()} `;
  const lower = text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f\u064b-\u0655\u0591-\u05c7\u0640]/g, '')
    .normalize('NFC')
    .replace(/[ıłøæßœ]/g, (letter) => UNFOLDED[letter] ?? letter)
    .replace(/[أإآ]/g, 'ا');
  return ` ${lower.replace(/[^\p{L}\p{M}\p{N}*]+/gu, ' ').trim()} `;
}

interface Pattern {
  readonly whole: RegExp;
  /** Of the scripts without spaces, where a word is found inside of others. */
  readonly inside: RegExp;
}

const compiled: () => ReadonlyMap<Meaning, Pattern> = memoize(() => {
  const meanings = Object.keys(english) as Meaning[];
  return new Map(meanings.map((meaning) => [meaning, patternOf(LISTS.map((list) => list[meaning]).join(','))]));
});

/** A text is asked for its words some thirty times while a page is read, and again when it is read again. */
const wordsOf = memoizeText((text) => {
  const words = normalise(text).replaceAll('*', ' ');
  return { words, isUnspaced: UNSPACED.test(words) };
}, 4000);

/** Whether a text has a word of a meaning in any language. */
export function says(text: string, ...meanings: readonly Meaning[]): boolean {
  if (text === '') return false;
  const { words, isUnspaced } = wordsOf(text);
  return meanings.some((meaning) => {
    const { whole, inside } = compiled().get(meaning)!;
    return whole.test(words) || (isUnspaced && inside.test(words));
  });
}

/** Whether a text is hardly more than words of a meaning, as a button is that signs out. */
export function isNamed(text: string, meaning: Meaning): boolean {
  return text.length <= MAX_NAME && says(text, meaning);
}

/** A control that says more than this, in characters, is a teaser. */
const MAX_NAME = 80;

function patternOf(list: string): Pattern {
  const words = [...new Set(list.split(',').map((word) => normalise(word).trim()))];
  const isUnspaced = (word: string): boolean => UNSPACED.test(word);
  const inside = words.filter(isUnspaced).map((word) => word.replaceAll(' ', ' ?'));
  const whole = words.filter((word) => !isUnspaced(word)).map((word) => word.split(' ').map(attached).join(' '));
  return {
    whole: new RegExp(`(?<= )(?:${whole.join('|')})(?= )`, 'u'),
    inside: new RegExp(inside.join('|'), 'u'),
  };
}

/** A word with what may be written onto it: any letters for `*`, articles and prepositions in Hebrew and Arabic. */
function attached(word: string): string {
  const pattern = word.replaceAll('*', '[^ ]*');
  if (/^[\u05d0-\u05ea]/.test(word)) return `[והבלשמכ]{0,2}${pattern}`;
  if (/^[\u0621-\u06d3]/.test(word)) return `[وفبلك]?(?:ال|ل)?${pattern.replace(/^ال/, '')}`;
  return pattern;
}
