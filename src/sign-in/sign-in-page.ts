import type { Challenge } from '../challenge/challenge.ts';
import { SIGN_IN_PATH } from '../challenge/sign-in-path.ts';
import { isSamePage, pathOf } from './start-address.ts';

/** Minimum confidence. Less certain pages, such as those that change a password, are left alone. */
const MIN_CONFIDENCE = 0.8;

/** True if a challenge is a step of a sign-in. */
export function isSignIn({ kind, confidence }: Challenge): boolean {
  return (
    confidence >= MIN_CONFIDENCE && /^(?:credentials|identifier|password|code|choose|link-sent|rejected)$/.test(kind)
  );
}

/** True for the URL of a page that belongs to a sign-in. */
export function isSignInPage(url: string): boolean {
  return SIGN_IN_PATH.test(pathOf(url));
}

/** True if a URL leads to a page of a sign-in that is not itself. */
export function leadsToSignIn(url: string, to: string): boolean {
  return !isSamePage(url, to) && isSignInPage(to) && !isSignInPage(url);
}
