import { offSwitches } from '../challenge/authenticator-controls.ts';
import { speaksOf } from '../language/page/account.ts';
import { says } from '../language/page/index.ts';
import { mask } from '../message/mask.ts';
import type { AccountPage } from './account-page.ts';

/** Verdict of a site on an answer, as its page shows it. */
export type Verdict =
  | { readonly is: 'accepted'; readonly evidence: string }
  /** The site took the answer and shows no error, but nothing that only an accepted answer brings. */
  | { readonly is: 'likely'; readonly evidence: string }
  | { readonly is: 'refused'; readonly evidence: string }
  /** Nothing on the page tells. */
  | { readonly is: 'open'; readonly evidence: string };

/** State of the page before the answer. */
export interface Before {
  readonly offSwitches: readonly string[];
  readonly hasCodes: boolean;
}

/** Notes what a page shows before an answer. */
export function noteBefore(account: AccountPage): Before {
  const { snapshot, seen } = account;
  return { offSwitches: offSwitches(snapshot), hasCodes: seen.reading.shown.recoveryCodes.length > 0 };
}

/**
 * Judges an answer by what the page shows after it. Words of a refusal come first, then what only an accepted answer
 * brings: a statement, recovery codes, a control that switches the factor off. A form that is gone proves nothing.
 *
 * @param isGone true if the form of the answer is gone
 */
export function judge(account: AccountPage, before: Before, isGone: boolean): Verdict {
  const { words, freshTexts, snapshot, seen, idle, hasSent } = account;
  const stated = freshTexts.find((text) => isSuccess(text));
  if (words?.isRefusal) {
    // "Enabled. You can no longer sign in without a code" has words of both.
    if (stated === undefined || words.text !== stated) return { is: 'refused', evidence: `"${words.text}"` };
  }
  if (idle.errorStatus !== undefined && !isGone)
    return { is: 'refused', evidence: `HTTP ${idle.errorStatus}${words ? `, "${words.text}"` : ''}` };
  if (!before.hasCodes && seen.reading.shown.recoveryCodes.length > 0)
    return { is: 'accepted', evidence: 'the page shows recovery codes' };
  if (stated !== undefined && (isGone || hasSent)) return { is: 'accepted', evidence: `"${mask(stated)}"` };
  const off = offSwitches(snapshot).filter((label) => !before.offSwitches.includes(label));
  if (off.length > 0 && isGone) return { is: 'accepted', evidence: `the page offers "${mask(off[0]!)}"` };
  if (isGone && hasSent && idle.errorStatus === undefined && !isSignIn(account))
    return { is: 'likely', evidence: 'the site took the answer and asks for nothing more' };
  return { is: 'open', evidence: words ? `the page says "${words.text}"` : 'the page says nothing about it' };
}

/** True for a statement that something is on, or was done. */
export function isSuccess(text: string): boolean {
  if (says(text, 'wrong', 'locked')) return false;
  return text.length < 200 && speaksOf(text, 'isOn', 'done');
}

/** True if the page asks who somebody is: a session that has ended proves nothing. */
function isSignIn({ seen }: AccountPage): boolean {
  return ['credentials', 'identifier', 'password', 'locked', 'captcha'].includes(seen.reading.challenge.kind);
}
