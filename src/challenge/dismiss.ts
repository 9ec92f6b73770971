import type { ChallengeKind } from './challenge.ts';
import { isPressable } from './control.ts';
import type { FoundFactor } from './factor.ts';
import { type PageSnapshot, isAround } from './page-snapshot.ts';
import type { SeenControl, SeenItem } from './page/view.ts';
import { type Meaning, isNamed, says } from '../language/page/index.ts';

/** A page with more texts than this is no step of a sign-in. */
const SMALL = 15;
/** A button that says any of these does more than go on. */
const MORE: readonly Meaning[] = ['signOut', 'signUp', 'manage', 'shop', 'newsletter', 'enrol', 'resend', 'person'];

/** The button that goes past a page and does nothing else, beside `findConsent`; none where that is not clear. */
export function findDismiss(
  scene: PageSnapshot,
  kind: ChallengeKind,
  factors: readonly FoundFactor[],
): SeenControl | undefined {
  const pressable = scene.controls.filter(
    (control) => isPressable(control) && !isAround(control) && !isSkipLink(control),
  );
  const later = pressable.find(({ label }) => isNamed(label, 'later') && !says(label, 'signOut'));
  if (later) return later;
  if (kind !== 'unknown' || factors.length > 0) return undefined;
  // To be asked whether to stay signed in harms neither way; "No" changes the least.
  if (scene.tells('staySignedIn')) return pressable.find(({ label }) => says(label, 'no'));
  return findContinue(scene, pressable);
}

/** "Reject all" of a banner about cookies, or what it has instead. */
export function findConsent({ banner, items }: PageSnapshot): SeenControl | undefined {
  const isButton = (item: SeenItem): item is SeenControl => item.is === 'button';
  const about = items.findIndex((item) => item.is === 'text' && says(item.text, 'cookies'));
  // A banner that is no dialog ends with its buttons, which stand right behind its text.
  const buttons = banner.length > 0 ? banner.filter(isButton) : about < 0 ? [] : items.slice(about).filter(isButton);
  const no = buttons.find(({ label }) => isNamed(label, 'reject'));
  return no ?? buttons.find(({ label }) => isNamed(label, 'accept') && !says(label, 'signUp', 'signIn'));
}

/** The one button of a page that says that the sign-in succeeded, or is about to. */
function findContinue(scene: PageSnapshot, pressable: readonly SeenControl[]): SeenControl | undefined {
  const isForm = scene.controls.some((control) => control.is === 'field' && !isAround(control));
  if (isForm || scene.texts.length > SMALL || !scene.tells('signedIn')) return undefined;
  // What a page is about may be more than a sign-in: something is deleted, or bought.
  if (scene.tells('newsletter', 'shop', 'reset', 'manage')) return undefined;
  const isOn = ({ label }: SeenControl): boolean => isNamed(label, 'goOn') && !says(label, ...MORE);
  const [button, ...others] = pressable.filter(({ is }) => is === 'button');
  if (button) return others.length === 0 && isOn(button) ? button : undefined;
  return pressable.find(isOn);
}

/** "Skip to the content" goes nowhere. */
function isSkipLink({ is, type }: SeenControl): boolean {
  return is === 'link' && /^#\w/.test(type);
}
