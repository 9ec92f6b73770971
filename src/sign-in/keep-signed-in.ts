import type { Challenge } from '../challenge/challenge.ts';

/** What a page that asks for an identity has, and few others do. */
export const SIGN_IN_FIELDS: string = [
  '[type=password]',
  '[type=email]',
  '[autocomplete~=username]',
  '[autocomplete~=one-time-code]',
  '[inputmode=numeric]',
]
  .map((field) => `input${field}:visible`)
  .join(', ');

/** A page is left alone that may key for something else, as one does where a password is changed. */
const SURE = 0.8;

export function isSignIn({ kind, confidence }: Challenge): boolean {
  return confidence >= SURE && /^(?:credentials|identifier|password|code|choose|link-sent|rejected)$/.test(kind);
}
