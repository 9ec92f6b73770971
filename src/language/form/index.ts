import { memoize, memoizeText } from '../../core/memoize.ts';
import { Matcher, type WordMatch } from '../matcher.ts';
import { asian } from './asian.ts';
import { easternEuropean } from './eastern-european.ts';
import { english } from './english.ts';
import type { FormMeaning } from './meaning.ts';
import { northernEuropean } from './northern-european.ts';
import { southern } from './southern.ts';
import { westernEuropean } from './western-european.ts';

export type { FormMeaning } from './meaning.ts';

/** Limit of the cache, in texts. */
const MAX_TEXTS = 2000;

const matcher = memoize(
  () =>
    new Matcher<FormMeaning>([english, westernEuropean, northernEuropean, easternEuropean, asian, southern], {
      letters: String.raw`\p{L}\p{M}\p{N}`,
    }),
);

/** Every meaning of a text that is not a part of a longer one: "user name" is not a "name". */
const meaningsOf = memoizeText((text: string): ReadonlySet<FormMeaning> => {
  const found = matcher().find(text);
  return new Set(found.filter((one) => !found.some((other) => isInside(one, other))).map(({ meaning }) => meaning));
}, MAX_TEXTS);

function isInside(one: WordMatch<FormMeaning>, other: WordMatch<FormMeaning>): boolean {
  const isLonger = other.end - other.start > one.end - one.start;
  return isLonger && other.start <= one.start && other.end >= one.end;
}

/** Returns the meanings of a label, in any language. */
export function formMeanings(text: string): ReadonlySet<FormMeaning> {
  return meaningsOf(text);
}

/** True if a label has one of these meanings, in any language. */
export function labels(text: string, ...meanings: readonly FormMeaning[]): boolean {
  const found = meaningsOf(text);
  return meanings.some((meaning) => found.has(meaning));
}
