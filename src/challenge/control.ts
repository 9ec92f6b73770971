import { type FoundFactor, isSender } from './factor.ts';
import { type PageSnapshot, isAround } from './page-snapshot.ts';
import type { SeenControl } from './page/view.ts';
import { type Meaning, isNamed, says } from '../language/page/index.ts';

/** Signs in with an account from elsewhere. */
export const ELSEWHERE: RegExp =
  /google|apple|facebook|github|gitlab|microsoft|twitter|linkedin|amazon|okta|\bsso\b|saml|wechat/i;

/** What stands beside the fields. */
export interface FoundControls {
  readonly trustDevice: SeenControl | undefined;
  readonly resend: SeenControl | undefined;
  readonly otherWay: SeenControl | undefined;
  readonly signOut: SeenControl | undefined;
  /** "Continue". */
  readonly proceed: SeenControl | undefined;
  readonly signIn: SeenControl | undefined;
}

/** A picture or a name may lead there too. */
const SIGN_OUT_ADDRESS = /[/=](?:log|sign)[-_]?(?:out|off)(?:[/?#.]|$)/i;

export function findControls(
  scene: PageSnapshot,
  submit: SeenControl | undefined,
  offers: readonly FoundFactor[],
): FoundControls {
  const pressable = scene.controls.filter(
    (control) => isPressable(control) && control !== submit && !isAround(control),
  );
  const named = (meaning: Meaning, ...not: readonly Meaning[]): SeenControl | undefined =>
    pressable.find(({ label }) => isNamed(label, meaning) && (not.length === 0 || !says(label, ...not)));
  const toggles = scene.controls.filter(({ type }) => type === 'checkbox' || type === 'switch');
  const resend = named('resend', 'recovery');
  return {
    trustDevice: toggles.find(({ label, near }) => says(label || near, 'trust')) ?? named('trust'),
    resend,
    otherWay:
      pressable.find((control) => control !== resend && !control.here && isNamed(control.label, 'otherWay')) ??
      offers.find(({ control }) => control && control !== submit && control !== resend && !isSender(control))?.control,
    proceed: pressable.find(
      (control) =>
        control.is === 'button' &&
        (isNamed(control.label, 'next') || isNamed(control.label, 'code')) &&
        !says(control.label, 'later', 'signOut', 'signUp', 'manage', 'newsletter') &&
        !offers.some((offer) => offer.control === control),
    ),
    signIn: scene.all.find(
      (item): item is SeenControl =>
        (item.is === 'button' || item.is === 'link') &&
        !item.fixed &&
        isNamed(item.label, 'signIn') &&
        !says(item.label, 'signUp', 'signOut') &&
        !ELSEWHERE.test(item.label),
    ),
    signOut: scene.all.find(
      (item): item is SeenControl =>
        (item.is === 'button' || item.is === 'link') &&
        ((isNamed(item.label, 'signOut') && !says(item.label, 'newsletter')) ||
          (item.is === 'link' && SIGN_OUT_ADDRESS.test(item.type))),
    ),
  };
}

export function isPressable({ is, type }: SeenControl): boolean {
  return is === 'button' || (is === 'link' && !/^(?:mailto|tel):/.test(type));
}
