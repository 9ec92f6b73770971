import type { PageReading } from '../challenge/page/look.ts';
import { mask } from '../message/mask.ts';
import { says } from '../language/page/index.ts';

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
  return new Set([
    ...(challenge.message ? [challenge.message] : []),
    ...signs.statements.map(({ text }) => mask(text)),
  ]);
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
  if (message) return { text: message, isLocked: kind === 'locked', isRefusal: true };
  const fresh = signs.statements
    .map((statement) => ({ ...statement, text: mask(statement.text) }))
    .filter(({ text }) => text.length <= MAX_LENGTH && !before.has(text));
  const spoken = dialogs.map((text) => ({ text, isAlert: true, meaning: meaningOf(text) }));
  const all = [...spoken, ...fresh];
  const found =
    all.find(({ meaning, isAlert }) => meaning !== undefined && isAlert) ?? all.find(({ meaning }) => meaning);
  const words = found ?? all.find(({ isAlert }) => isAlert) ?? all[0];
  if (!words) return undefined;
  return { text: words.text, isLocked: words.meaning === 'locked', isRefusal: words.meaning !== undefined };
}

function meaningOf(text: string): 'refused' | 'locked' | undefined {
  if (says(text, 'locked')) return 'locked';
  return says(text, 'wrong', 'expired') ? 'refused' : undefined;
}
