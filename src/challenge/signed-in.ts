import { factorOf, factorsIn } from './factor.ts';
import { hiddenSignOut as closedSignOut } from './session-sign.ts';
import { type PageSnapshot, isControl, isPressable, isSiteFrame } from './page-snapshot.ts';
import type { PageFeatures, Classification } from './classification.ts';
import type { ControlView } from './page/view.ts';
import { questionDialogs } from './question-dialogs.ts';
import { findWall } from './wall.ts';
import { isNamed, says } from '../language/page/index.ts';

/** Minimum number of buttons that manage factors. A single one may match by chance. */
const MIN_MANAGED = 2;
/** Maximum length of the name of a language. */
const MAX_LANGUAGE = 3;
/** Maximum number of texts on a page that is a step of a sign-in. */
const SMALL = 15;
/** Maximum length of a text that says who is signed in, in characters. */
const MAX_NOTE = 120;

/** Detects a session on a page whose title is not about a challenge. */
export function clearlySignedIn(features: PageFeatures): Classification | undefined {
  if (features.snapshot.isTitled('verify', 'choose', 'passkey', 'enrol', 'person')) return undefined;
  return signedIn(features) ?? accountMenu(features);
}

/** Detects a session by its sign-out control. */
export function signedIn({ snapshot, controls: { signOut, resend } }: PageFeatures): Classification | undefined {
  if (findWall(snapshot) !== undefined || asksPasswordInDialog(snapshot)) return undefined;
  if (resend && says(resend.label, 'code') && snapshot.texts.length <= SMALL) return undefined;
  // A step of a sign-in may also offer to sign out.
  const isHeaded =
    snapshot.isHeaded('verify', 'passkey', 'person') ||
    snapshot.headings.some(({ text }) => factorsIn(text).length > 0);
  const isStep = isHeaded && snapshot.texts.length <= SMALL;
  if (isStep && !isManaging(snapshot) && !snapshot.tells('signedInAs')) return undefined;
  const evidence = [`There is "${signOut?.label ?? ''}", and nothing asks for an identity.`];
  return signOut && { kind: 'signed-in', score: 4, evidence };
}

/** Detects a session by its account menu, which is not shown to guests. */
function accountMenu({ snapshot, fields }: PageFeatures): Classification | undefined {
  if (isAsking(fields) || isGuest(snapshot) || findWall(snapshot) !== undefined) return undefined;
  const menu = snapshot.all
    .filter(isControl)
    .find(({ is, label, opens }) => is === 'button' && (opens === 'account' || isNamed(label, 'accountMenu')));
  const evidence = [`There is "${menu?.label ?? ''}", and nothing asks for an identity.`];
  return menu && { kind: 'signed-in', score: 2, evidence };
}

/** Detects a session by a hidden sign-out control. This is weak evidence: a guest page may contain it, too. */
export function hiddenSignOut({ snapshot, fields }: PageFeatures): Classification | undefined {
  const label = closedSignOut(snapshot);
  if (label === undefined || isAsking(fields) || isGuest(snapshot) || findWall(snapshot) !== undefined)
    return undefined;
  const evidence = [`There is "${label}" in a closed menu, and nothing asks for an identity.`];
  return { kind: 'signed-in', score: 2, evidence };
}

/** Detects a session by "Signed in as alice". With a button beside it, the page is a step of the sign-in. */
export function signedInAs({ snapshot, fields }: PageFeatures): Classification | undefined {
  // A button with a name of two letters selects a language.
  const isStep = snapshot.controls.some(
    (control) =>
      !isSiteFrame(control) &&
      ((control.is === 'button' && control.label.length > MAX_LANGUAGE) || isNamed(control.label, 'goOn')),
  );
  const notice = snapshot.texts.find(({ text }) => text.length <= MAX_NOTE && says(text, 'signedInAs'));
  if (!notice || isStep || isAsking(fields) || isGuest(snapshot) || findWall(snapshot) !== undefined) return undefined;
  return {
    kind: 'signed-in',
    score: 2,
    evidence: ['The page says who is signed in, and nothing asks for an identity.'],
  };
}

function isAsking(fields: PageFeatures['fields']): boolean {
  return fields.some(({ role }) => role === 'password' || role === 'code');
}

/** True if a dialog asks for one password, as before a change of settings. */
function asksPasswordInDialog(snapshot: PageSnapshot): boolean {
  return questionDialogs(snapshot).some((dialog) => {
    const passwords = dialog.filter((item) => isControl(item) && item.is === 'field' && item.type === 'password');
    return passwords.length === 1;
  });
}

/** True if the page offers to sign in, which it does only for guests. */
function isGuest(snapshot: PageSnapshot): boolean {
  const controls = snapshot.all.filter(isControl);
  return controls.some(
    (control) => (control.is === 'button' || isSiteFrame(control)) && isNamed(control.label, 'signIn'),
  );
}

/** True for a page with several buttons that manage something. */
function isManaging(snapshot: PageSnapshot): boolean {
  return managers(snapshot).length >= MIN_MANAGED;
}

/** Returns the buttons and links that manage something. */
function managers({ controls }: PageSnapshot): ControlView[] {
  return controls.filter(
    (control) =>
      control.is !== 'field' &&
      control.is !== 'option' &&
      control.opens === '' &&
      !isSiteFrame(control) &&
      isNamed(control.label, 'manage'),
  );
}

/** Detects a session by the settings page of its factors. */
export function factorSettings({ snapshot, controls: { signOut } }: PageFeatures): Classification | undefined {
  const isOfFactor = ({ label, textBefore }: ControlView): boolean =>
    (factorOf(label) ?? factorOf(textBefore)) !== undefined || says(label, 'verify');
  const managed = managers(snapshot).filter(isOfFactor);
  const buttons = managed.filter(({ is }) => is === 'button');
  // Links also lead to help. Beside a sign-out control they are settings.
  const isSettings = buttons.length >= MIN_MANAGED || (signOut !== undefined && managed.length >= MIN_MANAGED);
  // A step that checks the factors can be left.
  const isStep =
    !signOut && snapshot.controls.some((control) => isPressable(control) && says(control.label, 'later', 'deny'));
  if (!isSettings || isStep) return undefined;
  return {
    kind: 'signed-in',
    score: 3,
    evidence: [`The page manages factors: ${managed.map(({ label }) => `"${label}"`).join(', ')}.`],
  };
}
