import { factorOf } from './factor.ts';
import { type PageSnapshot, isPressable, isSiteFrame } from './page-snapshot.ts';
import type { PageFeatures, Classification } from './classification.ts';
import { says } from '../language/page/index.ts';

/** TOTP seed in base32. */
export const SEED: RegExp = /\b[A-Z2-7]{16,}\b|(?:\b[A-Za-z2-7]{4} ){3,}[A-Za-z2-7]{4}\b/;
/** Maximum number of headings of a page without buttons that is not an article. */
const MAX_HEADINGS = 2;
/** Maximum number of texts of a step that sets up a factor. */
const SMALL = 15;
/** Maximum number of links in the frame of a site that only signs in. */
const MAX_LINKS = 2;
const MIN_CHOICES = 2;
/** Maximum number of fields of a step that sets up a factor. Settings have more. */
const MAX_FIELDS = 3;
const FACTOR_OF = { passkey: 'passkey', recovery: 'recovery-code', app: 'totp', sms: 'sms-code' } as const;

/** Detects a page that sets up a factor, by the secret it shows or by its texts. */
export function findEnrollment(features: PageFeatures): Classification | undefined {
  const { snapshot, offers } = features;
  const isTitled =
    snapshot.isTitled('enrol') && (snapshot.tells('passkey', 'app', 'recovery') || snapshot.tells('verify'));
  // A page that names one factor in a heading and offers none sets up that factor.
  const isForced =
    offers.length === 0 && snapshot.tells('enrol') && snapshot.headings.some(({ text }) => factorOf(text));
  const typed = snapshot.controls.filter(
    (control) => control.is === 'field' && control.shown === 'plain' && !isSiteFrame(control),
  );
  if (!isEnrollment(snapshot) && typed.length > MAX_FIELDS) return undefined;
  if (!isEnrollment(snapshot) && (isArticle(snapshot) || !(isTitled || isForced || isAdding(snapshot))))
    return undefined;
  const factor =
    (['passkey', 'recovery', 'app', 'sms'] as const).find((meaning) => snapshot.isTitled(meaning)) ?? 'app';
  const label = snapshot.headings[0]?.text ?? snapshot.title;
  return {
    kind: 'enroll',
    score: 5,
    evidence: ['The page shows how to set up a factor.'],
    factors: [{ factor: FACTOR_OF[factor], label }],
  };
}

/** Detects a step that asks to choose a factor to set up. Settings are part of a site with more pages. */
export function findEnrollmentChoice({ snapshot, offers }: PageFeatures): Classification | undefined {
  const { controls, texts, all } = snapshot;
  const setUps = controls.filter(
    (control) => isPressable(control) && says(control.label, 'enrol') && factorOf(control.label) !== undefined,
  );
  const links = all.filter((item) => item.is === 'link' && isSiteFrame(item));
  const isStep = texts.length <= SMALL && links.length <= MAX_LINKS && offers.length === 0;
  if (setUps.length < MIN_CHOICES || !isStep) return undefined;
  const labels = setUps.map(({ label }) => `"${label}"`).join(', ');
  return { kind: 'enroll', score: 4, evidence: [`The page asks to set up a factor: ${labels}.`] };
}

/** True for a step that adds a factor: the heading says so, and a button does it or leaves it for later. */
function isAdding({ headings, controls }: PageSnapshot): boolean {
  const isHeaded = headings.some(
    ({ text }) => says(text, 'verify', 'passkey', 'app') && says(text, 'manage', 'enrol', 'signUp'),
  );
  const own = controls.filter((control) => isPressable(control) && !isSiteFrame(control));
  return isHeaded && own.some(({ label }) => says(label, 'later', 'enrol', 'signUp', 'deny'));
}

/** True if a page shows a secret to store: a QR code to scan, or a text to copy. */
export function isEnrollment(snapshot: PageSnapshot): boolean {
  const isShown = snapshot.pictures.some(
    ({ is, text, width, height, visible }) =>
      is === 'picture' &&
      visible &&
      ((width >= 90 && Math.abs(width - height) <= 4) || (width > 0 && says(text, 'enrol'))),
  );
  return snapshot.tells('enrol') && (isShown || snapshot.texts.some(({ text }) => SEED.test(text)));
}

/** True for an article: several headings and no buttons. */
export function isArticle(snapshot: PageSnapshot): boolean {
  const hasButton = snapshot.controls.some((control) => isPressable(control) && !isSiteFrame(control));
  return !hasButton && snapshot.headings.length > MAX_HEADINGS;
}
