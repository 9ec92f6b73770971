import type { PageReading } from '../challenge/page/look.ts';
import { meaningOf } from '../challenge/statement.ts';

/** Words of a site about an answer. */
export interface SiteWords {
  readonly text: string;
  readonly isLocked: boolean;
  /** True if the words, and not only their place, tell of a refusal. */
  readonly isRefusal: boolean;
}

/** Longer texts are not about an answer, in characters. */
const MAX_LENGTH = 300;

/** Returns the texts of a page that may be the site's words about an answer. */
export function textsOf({ challenge, signs }: PageReading): ReadonlySet<string> {
  return new Set([...(challenge.message ? [challenge.message] : []), ...signs.statements.map(({ text }) => text)]);
}

/**
 * Finds the site's words about the last answer, wherever they are: in the message of the challenge, in a dialog of the
 * browser, in an alert, or in a text that the page did not show before.
 *
 * @param before texts before the answer
 * @param dialogs texts of the dialogs since the answer
 */
export function wordsAbout(
  { challenge, signs }: PageReading,
  before: ReadonlySet<string>,
  dialogs: readonly string[],
): SiteWords | undefined {
  const { kind, message } = challenge;
  if (message && kind === 'locked') return { text: message, isLocked: true, isRefusal: true };
  const fresh = signs.statements.filter(({ text }) => text.length <= MAX_LENGTH && !before.has(text));
  const spoken = [...dialogs, ...(message ? [message] : [])].map((text) => ({
    text,
    isAlert: true,
    meaning: meaningOf(text),
  }));
  const all = [...spoken, ...fresh];
  // A notice whose words tell nothing may be a name, or a success.
  const words =
    all.find(({ meaning, isAlert }) => meaning !== undefined && isAlert) ??
    all.find(({ meaning }) => meaning !== undefined) ??
    all.find(({ isAlert }) => isAlert) ??
    all[0];
  if (!words) return undefined;
  return { text: words.text, isLocked: words.meaning === 'locked', isRefusal: words.meaning !== undefined };
}
