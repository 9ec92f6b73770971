import type { Challenge } from '../challenge/challenge.ts';

/** Selector for fields that sign-in pages have, and few other pages. */
export const SIGN_IN_FIELDS: string = [
  '[type=password]',
  '[type=email]',
  '[autocomplete~=username]',
  '[autocomplete~=one-time-code]',
  '[inputmode=numeric]',
]
  .map((field) => `input${field}:visible`)
  .join(', ');

/** Minimum confidence. Less certain pages, such as those that change a password, are left alone. */
const MIN_CONFIDENCE = 0.8;

/** True if a challenge is a step of a sign-in. */
export function isSignIn({ kind, confidence }: Challenge): boolean {
  return (
    confidence >= MIN_CONFIDENCE && /^(?:credentials|identifier|password|code|choose|link-sent|rejected)$/.test(kind)
  );
}
