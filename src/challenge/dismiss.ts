import type { ChallengeKind } from './challenge.ts';
import { isClickable } from './control.ts';
import type { FoundFactor } from './factor.ts';
import { type PageSnapshot, isSiteFrame } from './page-snapshot.ts';
import type { ControlView, ItemView } from './page/view.ts';
import { type Meaning, isNamed, says } from '../language/page/index.ts';

/** Maximum number of texts on a page that is a step of a sign-in. */
const SMALL = 15;
/** A button with one of these meanings does more than continue. */
const SIDE_EFFECTS: readonly Meaning[] = [
  'signOut',
  'signUp',
  'manage',
  'shop',
  'newsletter',
  'enrol',
  'resend',
  'person',
];

/** Finds the button that dismisses a page without side effects. Returns undefined if there is doubt. */
export function findDismiss(
  snapshot: PageSnapshot,
  kind: ChallengeKind,
  factors: readonly FoundFactor[],
): ControlView | undefined {
  const clickable = snapshot.controls.filter(
    (control) => isClickable(control) && !isSiteFrame(control) && !isSkipLink(control),
  );
  const later = clickable.find(({ label }) => isNamed(label, 'later') && !says(label, 'signOut'));
  if (later) return later;
  if (kind !== 'unknown' || factors.length > 0) return undefined;
  // Both answers to "Stay signed in?" are harmless; "No" changes the least.
  if (snapshot.tells('staySignedIn')) return clickable.find(({ label }) => says(label, 'no'));
  return findContinue(snapshot, clickable);
}

/** Finds "Reject all" of a cookie banner, or "Accept" if the banner has no such button. */
export function findConsent({ banner, items }: PageSnapshot): ControlView | undefined {
  const isButton = (item: ItemView): item is ControlView => item.is === 'button';
  const about = items.findIndex((item) => item.is === 'text' && says(item.text, 'cookies'));
  // The buttons of a banner that is not a dialog follow its text.
  const buttons = banner.length > 0 ? banner.filter(isButton) : about < 0 ? [] : items.slice(about).filter(isButton);
  const no = buttons.find(({ label }) => isNamed(label, 'reject'));
  return no ?? buttons.find(({ label }) => isNamed(label, 'accept') && !says(label, 'signUp', 'signIn'));
}

/** Finds the only button of a page that says that the sign-in succeeded or is nearly complete. */
function findContinue(snapshot: PageSnapshot, clickable: readonly ControlView[]): ControlView | undefined {
  const isForm = snapshot.controls.some((control) => control.is === 'field' && !isSiteFrame(control));
  if (isForm || snapshot.texts.length > SMALL || !snapshot.tells('signedIn')) return undefined;
  // "Continue" may have side effects on a page about an order or a deletion.
  if (snapshot.tells('newsletter', 'shop', 'reset', 'manage')) return undefined;
  const isContinue = ({ label }: ControlView): boolean => isNamed(label, 'goOn') && !says(label, ...SIDE_EFFECTS);
  const [button, ...others] = clickable.filter(({ is }) => is === 'button');
  if (button) return others.length === 0 && isContinue(button) ? button : undefined;
  return clickable.find(isContinue);
}

/** True for links such as "Skip to content", which stay on the page. */
function isSkipLink({ is, type }: ControlView): boolean {
  return is === 'link' && /^#\w/.test(type);
}
