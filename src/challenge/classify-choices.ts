import { isSignOut } from './session-sign.ts';
import type { Classification, PageFeatures } from './classification.ts';
import { type PageSnapshot, isPressable, isSiteFrame } from './page-snapshot.ts';
import type { ControlView } from './page/view.ts';
import { isNamed, says } from '../language/page/index.ts';

/** Maximum number of texts on a page that asks for one decision. */
const SMALL = 40;
/** Minimum number of entries of an account picker. */
const MIN_ACCOUNTS = 2;
const ADDRESS = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u;
const COOKIE =
  /cookie|クッキー|쿠키|קובצי|הקוקי|الارتباط|çerez|куки|evaste|bisquit|бисквит|kolači|piškot|sutik|slapuk|sīkdat|küpsis|galet/iu;
const SCOPE = /(?:^|[\s_[-])scopes?(?:$|[\s_\]-])/i;
const SKIP_LINK = /^#\w/;

/** Detects a page that asks to agree: to terms, to permissions, or to the end of other sessions. */
export function findConsentPage({ snapshot, fields }: PageFeatures): Classification | undefined {
  const { texts } = snapshot;
  if (asksForProof(fields) || texts.length > SMALL || snapshot.isTitled('shop', 'newsletter', 'captcha'))
    return undefined;
  if (snapshot.tells('sent', 'inbox') || hasTypedForm(snapshot)) return undefined;
  // A wall of cookies also asks to agree, and so does a consent that is about more.
  if (texts.some(({ text }) => says(text, 'cookies') && COOKIE.test(text))) return undefined;
  const buttons = ownControls(snapshot).filter((control) => isPressable(control));
  const allows = buttons.filter(({ label }) => isNamed(label, 'allow') && !says(label, 'deny'));
  const denies = buttons.filter(({ label }) => isNamed(label, 'deny'));
  // The scopes that an application asks for, as OAuth calls them (RFC 6749 section 3.3).
  const isScoped = ownControls(snapshot).some(({ type, names }) => type === 'checkbox' && SCOPE.test(names));
  const isTitled = snapshot.isTitled('agree') || isScoped;
  const notice = texts.find(({ text }) => says(text, 'agree'));
  const boxes = ownControls(snapshot).filter(({ type }) => type === 'checkbox' || type === 'switch');
  const isEmptyForm = ownControls(snapshot).every(({ is }) => is !== 'field');
  const asksToTick =
    isEmptyForm && buttons.length > 0 && boxes.some(({ label }) => says(label, 'accept') && says(label, 'agree'));
  const isAnswered = asksToTick || (isTitled ? buttons.length > 0 : allows.length > 0 && denies.length > 0);
  if ((!isTitled && !notice && !asksToTick) || !isAnswered) return undefined;
  return {
    kind: 'consent',
    score: 3 + (allows.length > 0 ? 1 : 0) + (denies.length > 0 ? 1 : 0),
    evidence: [
      `The page asks to agree: "${(notice?.text ?? snapshot.headings[0]?.text ?? snapshot.title).slice(0, 100)}".`,
    ],
    options: inPageOrder(snapshot, [...boxes, ...buttons.filter((button) => !isSignOut(button))]),
  };
}

/** Detects a page that asks for an account, an organization or a tenant. */
export function findAccountChoice({ snapshot, fields }: PageFeatures): Classification | undefined {
  if (fields.length > 0 || snapshot.texts.length > SMALL) return undefined;
  const controls = ownControls(snapshot).filter(({ type }) => type !== 'checkbox' && !SKIP_LINK.test(type));
  const addresses = controls.filter(({ label, type }) => ADDRESS.test(label) && !type.startsWith('mailto:'));
  const others = controls.filter(({ label }) => isNamed(label, 'pickAccount'));
  const isTitled = snapshot.isTitled('pickAccount');
  const isPicker = addresses.length >= MIN_ACCOUNTS || (addresses.length > 0 && others.length > 0);
  const entries = isTitled
    ? controls.filter((control) => control.opens === '' && !isSignOut(control))
    : [...addresses, ...others];
  if (!(isTitled || isPicker) || entries.length < MIN_ACCOUNTS) return undefined;
  // A list of people on a signed-in page is not a picker.
  if (!isTitled && (others.length === 0 || controls.some(({ label }) => says(label, 'manage')))) return undefined;
  return {
    kind: 'choose-account',
    score: 3 + (isTitled ? 2 : 0) + (isPicker ? 1 : 0),
    evidence: [
      `The page asks for an account: ${entries
        .slice(0, 3)
        .map(({ label }) => `"${label.slice(0, 60)}"`)
        .join(', ')}.`,
    ],
    options: inPageOrder(snapshot, entries),
  };
}

function asksForProof(fields: PageFeatures['fields']): boolean {
  return fields.some(({ role }) => role === 'password' || role === 'code' || role === 'recovery-code');
}

function hasTypedForm(snapshot: PageSnapshot): boolean {
  const typed = ownControls(snapshot).filter(
    ({ is, type, shown }) => is === 'field' && shown === 'plain' && type !== 'select' && type !== 'search',
  );
  return typed.length > 1;
}

function ownControls(snapshot: PageSnapshot): ControlView[] {
  return snapshot.controls.filter((control) => !isSiteFrame(control) && control.label !== '' && !control.disabled);
}

function inPageOrder(snapshot: PageSnapshot, controls: readonly ControlView[]): ControlView[] {
  const chosen = new Set(controls);
  return snapshot.controls.filter((control) => chosen.has(control));
}
