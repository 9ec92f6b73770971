import { factorOf } from './factor.ts';
import { type PageSnapshot, isAround } from './page-snapshot.ts';
import type { Signs, Classification } from './classification.ts';
import { says } from '../language/page/index.ts';

/** A secret of an authenticator, in base 32. */
const SECRET = /\b[A-Z2-7]{16,}\b|(?:\b[A-Za-z2-7]{4} ){3,}[A-Za-z2-7]{4}\b/;
/** A page with more headings than these and nothing to press is an article. */
const MAX_HEADINGS = 2;
const SET_UP = { passkey: 'passkey', recovery: 'recovery-code', app: 'totp', sms: 'sms-code' } as const;

/** That the page has a factor set up, by a secret it shows or by what it says. */
export function findEnrollment({ scene, offers }: Signs): Classification | undefined {
  const isTold = scene.isTitled('enrol') && (scene.tells('passkey', 'app', 'recovery') || scene.tells('verify'));
  // One way has a heading, and nothing is offered: that way is set up.
  const isForced = offers.length === 0 && scene.tells('enrol') && scene.headings.some(({ text }) => factorOf(text));
  if (!isEnrollment(scene) && (isStory(scene) || !(isTold || isForced))) return undefined;
  const factor = (['passkey', 'recovery', 'app', 'sms'] as const).find((meaning) => scene.isTitled(meaning)) ?? 'app';
  const label = scene.headings[0]?.text ?? scene.title;
  return {
    kind: 'enrol',
    score: 5,
    evidence: ['The page shows how to set a factor up.'],
    factors: [{ factor: SET_UP[factor], label }],
  };
}

/** Whether a page shows a secret to keep: a picture to scan, or letters to copy. */
export function isEnrollment(scene: PageSnapshot): boolean {
  const isShown = scene.pictures.some(
    ({ is, text, width, height, visible }) =>
      is === 'picture' &&
      visible &&
      ((width >= 90 && Math.abs(width - height) <= 4) || (width > 0 && says(text, 'enrol'))),
  );
  return scene.tells('enrol') && (isShown || scene.texts.some(({ text }) => SECRET.test(text)));
}

/** Whether it tells how something is done, under several headings and with nothing to press. */
export function isStory(scene: PageSnapshot): boolean {
  const isDone = scene.controls.some((control) => control.is === 'button' && !isAround(control));
  return !isDone && scene.headings.length > MAX_HEADINGS;
}
