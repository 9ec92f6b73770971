import type { Challenge, Factor } from '../challenge/challenge.ts';
import type { ElementLocators, PageReading } from '../challenge/page/look.ts';
import type { PageActivity } from './page-idle.ts';

/** Last answer, with the state of the page just before it. */
export interface LastAnswer {
  /** Key of the answered challenge. */
  readonly key: string;
  /** Error message that the page already showed. */
  readonly message: string | undefined;
  /** Texts that may be the site's words, and that the page already showed. */
  readonly texts: ReadonlySet<string>;
  /** Factors that the page asked for or offered. */
  readonly factors: readonly Factor[];
  /** Number of navigations. */
  readonly documents: number;
  /** Number of requests and socket messages. */
  readonly sentCount: number;
  /** Number of dialogs of the browser. */
  readonly dialogs: number;
  /** True if the answer can prove an identity, as a password or a code can. A user name or a choice cannot. */
  readonly proves: boolean;
  /** True for a passkey. A page may prompt for it on its own, beside another challenge. */
  readonly isPasskey: boolean;
}

/** Outcome of the last answer, as a reading of the page and its activity show it. */
export type PageOutcome =
  /** The page is still busy. */
  | 'pending'
  /** The page shows a challenge, and the last answer was accepted. */
  | 'next-challenge'
  /** The site refused the answer. */
  | 'refused'
  /** The page never submitted the answer. */
  | 'unsent'
  | 'locked'
  /** The page shows no challenge, and is idle: an interstitial, a session, or neither. */
  | 'settled';

/** Time to render a message after the last request, in milliseconds. */
const RENDER_TIME = 150;
/** Idle time after which a page with a sign-out control is rendered, in milliseconds. It may still draw a challenge. */
const SESSION_RENDER_TIME = 100;
/** Age at which a request of such a page no longer counts, in milliseconds. */
const SESSION_FETCH_TIMEOUT = 1500;
/** Idle time after which nothing more is expected, in milliseconds. */
const IDLE_AFTER = 700;
/** Idle time after which the first challenge must be rendered, in milliseconds. */
const FIRST_RENDER_TIME = 3000;
/** Maximum wait for requests that the first challenge may need, in milliseconds. */
const FETCH_TIMEOUT = 20_000;
/** Idle time after which an answer counts as unsent, in milliseconds. A socket may still deliver the outcome. */
const UNSENT_AFTER = 2500;
/** Maximum duration of a transition to the next view, in milliseconds. */
const TRANSITION_TIME = 2500;

/** Idle times at which the outcome may change although the page does not, in milliseconds, the shortest first. */
export const IDLE_TIMES: readonly number[] = [
  SESSION_RENDER_TIME,
  RENDER_TIME,
  IDLE_AFTER,
  UNSENT_AFTER,
  FIRST_RENDER_TIME,
];

/** Parts of a reading that tell the outcome. */
export interface OutcomeReading {
  readonly challenge: Challenge;
  readonly signs: Pick<PageReading['signs'], 'isLoading' | 'session' | 'statements'>;
  readonly locators: Pick<ElementLocators, 'signIn' | 'wantsNewPassword'>;
}

/**
 * Determines the outcome of the last answer from a reading and the activity since then.
 *
 * @param isRefusal true if the site's words about the last answer tell of a refusal
 */
export function outcomeOf(
  { challenge, signs, locators }: OutcomeReading,
  key: string | undefined,
  last: LastAnswer | undefined,
  activity: PageActivity,
  isRefusal: boolean,
): PageOutcome {
  const { kind, message, fields } = challenge;
  if (kind === 'locked') return 'locked';
  if (key === undefined) {
    if (signs.isLoading) return 'pending';
    if (kind === 'rejected') return last ? 'refused' : 'next-challenge';
    // "Your password has expired" above a form for a new one refuses nothing.
    const mayRefuse = last?.proves === true && isRefusal && !locators.wantsNewPassword;
    if (mayRefuse && signs.session.length === 0 && activity.isQuiet(RENDER_TIME)) return 'refused';
    if (kind === 'signed-in')
      return activity.isQuiet(SESSION_RENDER_TIME, SESSION_FETCH_TIMEOUT) ? 'settled' : 'pending';
    const isRendered =
      last || locators.signIn ? activity.isQuiet(IDLE_AFTER) : activity.isQuiet(FIRST_RENDER_TIME, FETCH_TIMEOUT);
    return isRendered ? 'settled' : 'pending';
  }
  if (last?.isPasskey && !isDecided(last, key, activity)) return 'pending';
  if (last && isLeftOver(last, challenge, signs, activity) && !activity.isQuiet(IDLE_AFTER)) return 'pending';
  if (key !== last?.key) return activity.isLoading ? 'pending' : 'next-challenge';
  const isNewPage = activity.documents > last.documents;
  const wasSent = isNewPage || activity.sentCount > last.sentCount;
  // A notice whose words tell nothing may be about success, until the form stays.
  const isTold = isRefusal || activity.errorStatus !== undefined;
  if (kind === 'rejected' && (isNewPage || (isTold && message !== last.message))) return 'refused';
  if (wasSent && isTold && (kind === 'rejected' || isRefusal) && activity.isQuiet(RENDER_TIME)) return 'refused';
  // The submitted form is still there: the page is busy, or it shows the form again without a message.
  if (!activity.isQuiet(isNewPage ? IDLE_AFTER : wasSent ? TRANSITION_TIME : UNSENT_AFTER)) return 'pending';
  return wasSent || fields.length === 0 ? 'refused' : 'unsent';
}

/** True if the page still shows its other offers or a notice for a moment after it accepted the form. */
function isLeftOver(
  last: LastAnswer,
  { kind, fields, factors }: Challenge,
  { statements }: OutcomeReading['signs'],
  { documents }: Pick<PageActivity, 'documents'>,
): boolean {
  const isSamePage = last.proves && documents === last.documents && fields.length === 0;
  const isOldNotice = kind === 'link-sent' && statements.every(({ text }) => last.texts.has(text));
  if (isSamePage && isOldNotice) return true;
  return isSamePage && factors.length > 0 && factors.every(({ factor }) => last.factors.includes(factor));
}

/** True if the outcome of a passkey is known. Until then the page may still navigate. */
function isDecided(last: LastAnswer, key: string, activity: PageActivity): boolean {
  if (activity.documents > last.documents && key !== last.key) return true;
  return activity.isQuiet(
    activity.sentCount > last.sentCount || activity.documents > last.documents ? IDLE_AFTER : UNSENT_AFTER,
  );
}
