import type { Challenge, Factor } from '../challenge/challenge.ts';
import type { ElementLocators, PageReading } from '../challenge/page/look.ts';
import type { PageActivity } from './page-idle.ts';

/** What was answered last, and how things stood then. */
export interface LastAnswer {
  /** What was asked. */
  readonly key: string;
  /** The error that the page showed already. */
  readonly message: string | undefined;
  /** What the page took or offered. */
  readonly factors: readonly Factor[];
  readonly documents: number;
  readonly begun: number;
  /** Whether it may prove an identity, as a password or a code may; a name or a choice may not. */
  readonly proves: boolean;
  /** Whether it was a passkey, which a page may key for by itself, beside what else it asks. */
  readonly isPasskey: boolean;
}

/** What a look at a page credentials after the last answer. */
export type PageOutcome =
  /** The page is at work. */
  | 'pending'
  /** It asks something, and what was answered before is taken. */
  | 'next-challenge'
  /** It did not take the answer. */
  | 'refused'
  /** The answer never left the page. */
  | 'unsent'
  | 'locked'
  | 'signed-in'
  /** It asks nothing any more, and has come to rest. */
  | 'settled';

/** A page answers within this time after its last request if it shows anything, in milliseconds. */
const RENDERED = 150;
/** Without a word, only this long a silence says that nothing more comes, in milliseconds. */
const SILENCE = 700;
/** A page that has not been answered yet may still be building what it asks with, in milliseconds. */
const BUILDING = 3000;
/** So long it may take to fetch what it is built of, in milliseconds. */
const FETCHING = 20_000;
/** A page that sent no request may yet hear from a socket, in milliseconds. */
const UNSENT = 2500;
/** A page that has its answer may take its time to fade to what comes next, in milliseconds. */
const FADING = 2500;

/** Tells what a look credentials, by what was answered before and what the page has done since. */
export function outcomeOf(
  { challenge, locators }: Pick<PageReading, 'challenge'> & { readonly locators: Pick<ElementLocators, 'signIn'> },
  key: string | undefined,
  last: LastAnswer | undefined,
  activity: PageActivity,
): PageOutcome {
  const { kind, message, fields } = challenge;
  if (kind === 'locked') return 'locked';
  if (kind === 'signed-in') return 'signed-in';
  if (key === undefined) {
    if (kind === 'rejected') return last ? 'refused' : 'next-challenge';
    const isBuilt = last || locators.signIn ? activity.isQuiet(SILENCE) : activity.isQuiet(BUILDING, FETCHING);
    return isBuilt ? 'settled' : 'pending';
  }
  if (last?.isPasskey && !isDecided(last, key, activity)) return 'pending';
  if (last && isLeftOver(last, challenge, activity) && !activity.isQuiet(SILENCE)) return 'pending';
  if (key !== last?.key) return activity.isLoading ? 'pending' : 'next-challenge';
  const isNewPage = activity.documents > last.documents;
  const wasSent = isNewPage || activity.begun > last.begun;
  if (kind === 'rejected' && (isNewPage || message !== last.message || (wasSent && activity.isQuiet(RENDERED))))
    return 'refused';
  // The form that was sent, still there while the page is at work; or there again, without a word.
  if (!activity.isQuiet(isNewPage ? SILENCE : wasSent ? FADING : UNSENT)) return 'pending';
  return wasSent || fields.length === 0 ? 'refused' : 'unsent';
}

/** What else a page had to offer may stand there for a moment longer than the form that was taken. */
function isLeftOver(
  last: LastAnswer,
  { fields, factors }: Challenge,
  { documents }: Pick<PageActivity, 'documents'>,
): boolean {
  const isSamePage = last.proves && documents === last.documents && fields.length === 0;
  return isSamePage && factors.length > 0 && factors.every(({ factor }) => last.factors.includes(factor));
}

/** Of what a passkey comes to, nothing can be said while the page may still go on. */
function isDecided(last: LastAnswer, key: string, activity: PageActivity): boolean {
  if (activity.documents > last.documents && key !== last.key) return true;
  return activity.isQuiet(activity.begun > last.begun || activity.documents > last.documents ? SILENCE : UNSENT);
}
