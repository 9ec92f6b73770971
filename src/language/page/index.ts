import { memoize, memoizeText } from '../../core/memoize.ts';
import { Matcher } from '../matcher.ts';
import type { WordTable } from '../word-table.ts';
import { balkan } from './balkan.ts';
import { baltic } from './baltic.ts';
import { caucasian } from './caucasian.ts';
import { centralAsian } from './central-asian.ts';
import { indic } from './indic.ts';
import { dravidian } from './dravidian.ts';
import { african } from './african.ts';
import { mainlandSoutheastAsian } from './mainland-southeast-asian.ts';
import { minorEuropean } from './minor-european.ts';
import { eastAsian } from './east-asian.ts';
import { english } from './english.ts';
import { germanic } from './germanic.ts';
import { iberian } from './iberian.ts';
import type { Meaning } from './meaning.ts';
import { nordic } from './nordic.ts';
import { romance } from './romance.ts';
import { semitic } from './semitic.ts';
import { slavic } from './slavic.ts';
import { southeastAsian } from './southeast-asian.ts';
import { southernAsian } from './southern-asian.ts';
import { turkish } from './turkish.ts';
import { uralic } from './uralic.ts';
import { wall } from './wall.ts';

export type { Meaning } from './meaning.ts';

/** Names with more characters than this are sentences. */
const MAX_NAME = 80;
/** A page asks for the meanings of a text some thirty times, and again when it is read again. */
const MAX_TEXTS = 4000;

const TABLES: readonly Partial<WordTable<Meaning>>[] = [
  english,
  germanic,
  nordic,
  romance,
  iberian,
  slavic,
  balkan,
  baltic,
  uralic,
  turkish,
  semitic,
  southernAsian,
  southeastAsian,
  caucasian,
  centralAsian,
  indic,
  dravidian,
  african,
  mainlandSoutheastAsian,
  minorEuropean,
  eastAsian,
  wall,
];

/** The matcher, built on first use. Digits are part of a word, as in `2fa`; punctuation does not count. */
const matcher = memoize(() => new Matcher<Meaning>(TABLES, { letters: String.raw`\p{L}\p{M}\p{N}` }));

const meaningsOf = memoizeText((text) => matcher().meaningsOf(text), MAX_TEXTS);

/** True if a text has a word of one of these meanings, in any language. */
export function says(text: string, ...meanings: readonly Meaning[]): boolean {
  if (text === '') return false;
  const said = meaningsOf(text);
  return meanings.some((meaning) => said.has(meaning));
}

/** True if a text is hardly more than words of a meaning, as the name of a button is. */
export function isNamed(text: string, meaning: Meaning): boolean {
  return text.length <= MAX_NAME && says(text, meaning);
}
