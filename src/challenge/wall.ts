import type { PageSnapshot } from './page-snapshot.ts';
import { speaksOf } from '../language/page/account.ts';
import { says } from '../language/page/index.ts';

/** Maximum number of texts on a page that lets nobody go on. An application has more. */
const SMALL = 15;
/** Maximum number of texts on a page that the title of its document may describe. */
const FEW = 5;
/** Maximum number of texts on a page that is a heading and a sentence. */
const BARE = 2;
/** Maximum length of a text that counts, in characters. */
const MAX_TEXT = 250;
/** Matches a heading that is the status of a failed answer. */
const STATUS = /^(?:error\s*)?(?:403|50[0-4])(?:$|\W)/i;

/**
 * Finds the text of a page that lets nobody go on yet: a review, maintenance, an error of the server. Its first heading or,
 * on a page with little text, its title or its only sentence says so. Returns undefined for any other page.
 */
export function findWall({ title, texts, headings }: PageSnapshot): string | undefined {
  if (texts.length > SMALL) return undefined;
  const [heading = texts[0]] = headings;
  const all = texts.map(({ text }) => text).filter((text) => text.length <= MAX_TEXT);
  const renewal = all.find((text) => speaksOf(text, 'mustChange'));
  if (renewal !== undefined) return renewal;
  const telling = [
    heading?.text ?? '',
    ...(texts.length <= FEW ? [title] : []),
    ...(texts.length <= BARE ? all : []),
  ].find((text) => text.length <= MAX_TEXT && says(text, 'wall'));
  if (telling !== undefined) return telling;
  return headings.find(({ text }) => STATUS.test(text))?.text;
}
