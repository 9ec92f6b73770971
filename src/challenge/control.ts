import { type FoundFactor, factorOf } from './factor.ts';
import { isSender } from './offer.ts';
import { type PageSnapshot, isControl, isSiteFrame } from './page-snapshot.ts';
import { isSignOut } from './session-sign.ts';
import type { ControlView } from './page/view.ts';
import { type Meaning, isNamed, says } from '../language/page/index.ts';

/** Matches the names of identity providers, whose buttons sign in with another account. */
export const IDENTITY_PROVIDER: RegExp =
  /google|apple|facebook|github|gitlab|microsoft|twitter|linkedin|amazon|okta|\bsso\b|saml|wechat/i;

/** Controls of a page, apart from its fields and submit button. */
export interface FoundControls {
  readonly trustDevice: ControlView | undefined;
  readonly resend: ControlView | undefined;
  readonly otherWay: ControlView | undefined;
  readonly signOut: ControlView | undefined;
  /** "Continue". */
  readonly proceed: ControlView | undefined;
  readonly signIn: ControlView | undefined;
}

/** Finds the controls of a page, apart from its fields and submit button. */
export function findControls(
  snapshot: PageSnapshot,
  submit: ControlView | undefined,
  offers: readonly FoundFactor[],
): FoundControls {
  const clickable = snapshot.controls.filter(
    (control) => isClickable(control) && control !== submit && !isSiteFrame(control),
  );
  const named = (meaning: Meaning, ...not: readonly Meaning[]): ControlView | undefined =>
    clickable.find(({ label }) => isNamed(label, meaning) && (not.length === 0 || !says(label, ...not)));
  const toggles = snapshot.controls.filter(({ type }) => type === 'checkbox' || type === 'switch');
  const resend = named('resend', 'recovery') ?? clickable.find(isSendAgain);
  return {
    trustDevice: toggles.find(({ label, textBefore }) => says(label || textBefore, 'trust')) ?? named('trust'),
    resend,
    otherWay:
      clickable.find((control) => control !== resend && !control.selfLink && isNamed(control.label, 'otherWay')) ??
      offers.find(({ control }) => control && control !== submit && control !== resend && !isSender(control))
        ?.control ??
      // A menu whose label names a factor has the other factors.
      clickable.find(({ opens, label }) => opens !== '' && factorOf(label) !== undefined),
    proceed: clickable.find(
      (control) =>
        control.is === 'button' &&
        (isNamed(control.label, 'next') || isNamed(control.label, 'code')) &&
        !says(control.label, 'later', 'signOut', 'signUp', 'manage', 'newsletter') &&
        !offers.some((offer) => offer.control === control),
    ),
    signIn: snapshot.all.find(
      (item): item is ControlView =>
        (item.is === 'button' || item.is === 'link') &&
        !item.disabled &&
        isNamed(item.label, 'signIn') &&
        !says(item.label, 'signUp', 'signOut') &&
        !IDENTITY_PROVIDER.test(item.label),
    ),
    signOut: snapshot.all.filter(isControl).find(isSignOut),
  };
}

/** True for a control that sends something again: "Send e-mail again". */
export function isSendAgain({ label }: ControlView): boolean {
  return isNamed(label, 'send') && isNamed(label, 'again') && !says(label, 'recovery', 'reset');
}

/** True for buttons and for links that are not mail or phone links. */
export function isClickable({ is, type }: ControlView): boolean {
  return is === 'button' || (is === 'link' && !/^(?:mailto|tel):/.test(type));
}
