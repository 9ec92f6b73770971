import { findDestination } from './destination.ts';
import { type FoundFactor, factorOf, factorsIn, withDestination } from './factor.ts';
import { type Scene, isAround, isControl } from './scene.ts';
import type { Signs, Verdict } from './verdict.ts';
import { isNamed, says } from './words/index.ts';

/** A page with more texts than this tells of much else. */
const SMALL = 40;
/** A secret of an authenticator, in base 32. */
const SECRET = /\b[A-Z2-7]{16,}\b|(?:\b[A-Za-z2-7]{4} ){3,}[A-Za-z2-7]{4}\b/;
const TWO = 2;

/** What a page asks for that has nothing to fill, by its buttons and texts; the first that speaks counts. */
export function byOffers(signs: Signs): Verdict {
  const nothing: Verdict = { kind: 'unknown', score: 1, evidence: ['Nothing on the page asks for an identity.'] };
  for (const read of [
    plainlySignedIn,
    captcha,
    settings,
    enrolment,
    passkey,
    choice,
    sending,
    linkSent,
    signedIn,
    accountMenu,
    person,
  ]) {
    const verdict = read(signs);
    if (verdict) return verdict;
  }
  return nothing;
}

/** Whether a page shows a secret to keep: a picture to scan, or letters to copy. */
export function isEnrolling(scene: Scene): boolean {
  const isShown = scene.pictures.some(
    ({ is, text, width, height, visible }) =>
      is === 'picture' &&
      visible &&
      ((width >= 90 && Math.abs(width - height) <= 4) || (width > 0 && says(text, 'enrol'))),
  );
  return scene.tells('enrol') && (isShown || scene.texts.some(({ text }) => SECRET.test(text)));
}

function plainlySignedIn(signs: Signs): Verdict | undefined {
  if (signs.scene.isTitled('verify', 'choose', 'passkey', 'enrol')) return undefined;
  return signedIn(signs) ?? accountMenu(signs);
}

function signedIn({ controls: { signOut } }: Signs): Verdict | undefined {
  const evidence = [`There is "${signOut?.label ?? ''}", and nothing asks for an identity.`];
  return signOut && { kind: 'signed-in', score: 4, evidence };
}

/** Only who is signed in has a menu of an account, with the sign-out in it. */
function accountMenu({ scene, fields }: Signs): Verdict | undefined {
  const isAsked = fields.some(({ role }) => role === 'password' || role === 'code');
  const controls = scene.all.filter(isControl);
  const isGuest = controls.some(
    (control) => (control.is === 'button' || isAround(control)) && isNamed(control.label, 'signIn'),
  );
  if (isAsked || isGuest) return undefined;
  const menu = controls.find(
    ({ is, label, opens }) => is === 'button' && (opens === 'account' || isNamed(label, 'accountMenu')),
  );
  const closed = scene.hidden.find((label) => isNamed(label, 'signOut') && !says(label, 'newsletter'));
  const label = menu?.label ?? closed;
  if (label === undefined) return undefined;
  const evidence = [`There is "${label}"${menu ? '' : ' in a closed menu'}, and nothing asks for an identity.`];
  return { kind: 'signed-in', score: 2, evidence };
}

function captcha({ captcha }: Signs): Verdict | undefined {
  return captcha && { kind: 'captcha', score: captcha === 'puzzle' ? 6 : 4, evidence: ['The page shows a captcha.'] };
}

/** Only who is signed in manages factors. */
function settings({ scene }: Signs): Verdict | undefined {
  const managed = scene.controls.filter(({ is, label }) => is === 'button' && says(label, 'manage'));
  const factors = managed.filter(({ label, near }) => factorOf(label) ?? factorOf(near));
  if (factors.length < TWO) return undefined;
  return {
    kind: 'signed-in',
    score: 3,
    evidence: [`The page manages factors: ${factors.map(({ label }) => `"${label}"`).join(', ')}.`],
  };
}

const SET_UP = { passkey: 'passkey', recovery: 'recovery-code', app: 'totp', sms: 'sms-code' } as const;

function enrolment({ scene, offers }: Signs): Verdict | undefined {
  const isTold = scene.isTitled('enrol') && (scene.tells('passkey', 'app', 'recovery') || scene.tells('verify'));
  // One way has a heading, and nothing is offered: that way is set up.
  const isForced = offers.length === 0 && scene.tells('enrol') && scene.headings.some(({ text }) => factorOf(text));
  if (!isEnrolling(scene) && !isTold && !isForced) return undefined;
  const factor = (['passkey', 'recovery', 'app', 'sms'] as const).find((meaning) => scene.isTitled(meaning)) ?? 'app';
  const label = scene.headings[0]?.text ?? scene.title;
  return {
    kind: 'enrol',
    score: 5,
    evidence: ['The page shows how to set a factor up.'],
    factors: [{ factor: SET_UP[factor], label }],
  };
}

/** Whether the page asks who one is at all, and does not only write of it. */
function asks({ scene, fields }: Signs): boolean {
  if (fields.some(({ role }) => role === 'new-password') || scene.isTitled('shop')) return false;
  const isArticle = scene.texts.length > SMALL || scene.controls.some(({ type }) => type === 'textarea');
  if (isArticle) return false;
  return scene.isTitled('verify', 'choose', 'otherWay', 'passkey', 'signIn', 'code') || scene.tells('choose', 'verify');
}

function passkey(signs: Signs): Verdict | undefined {
  const { scene, offers } = signs;
  if (!asks(signs)) return undefined;
  const others = offers.filter(({ factor }) => factor !== 'passkey');
  const offered = offers.find(({ factor }) => factor === 'passkey');
  const isTold = scene.isTitled('passkey') || (scene.isTitled('verify', 'signIn') && scene.tells('passkey'));
  // What stands beside it as mere links is another way.
  const isFirst = offered?.control?.is === 'button' && others.every(({ control }) => control?.is === 'link');
  if (others.length > 0 && !isFirst && !(scene.isTitled('passkey') && others.length < TWO)) return undefined;
  if (!offered && !isTold) return undefined;
  const evidence = ['The page asks for a passkey or a security key, and offers nothing else to choose.'];
  const asked = offered ?? { factor: 'passkey' as const, label: scene.headings[0]?.text ?? '' };
  return { kind: 'passkey', score: 4, evidence, factors: [asked, ...others] };
}

function choice(signs: Signs): Verdict | undefined {
  const { offers } = signs;
  if (offers.length === 0 || !asks(signs)) return undefined;
  const evidence = [`The page offers ${offers.map(({ label }) => `"${label}"`).join(', ')}.`];
  return { kind: 'choose', score: 2 + offers.length, evidence, factors: offers };
}

/** A button that has a code sent, where a text says how. */
function sending(signs: Signs): Verdict | undefined {
  const { scene } = signs;
  const send = scene.controls.find(({ is, label }) => is === 'button' && says(label, 'code') && says(label, 'next'));
  if (!send || !asks(signs)) return undefined;
  const told = scene.texts.find(({ text }) => factorsIn(text).length > 0);
  const [factor] = told ? factorsIn(told.text) : [];
  if (!told || !factor) return undefined;
  const offered: FoundFactor = { ...withDestination(factor, told.text), control: send };
  return {
    kind: 'choose',
    score: 3,
    evidence: [`"${send.label}" has a code sent: "${told.text.slice(0, 100)}".`],
    factors: [offered],
  };
}

/** Whether a text tells of a mail that signs in: "A sign-in email was sent to a@x.com". */
function isMailSent(text: string): boolean {
  const isAbout = says(text, 'link') || (says(text, 'email') && says(text, 'signIn', 'verify'));
  return says(text, 'sent') && isAbout && !says(text, 'code', 'reset', 'newsletter', 'shop');
}

function linkSent({ scene }: Signs): Verdict | undefined {
  const isSmall = scene.texts.length <= SMALL;
  const inbox =
    scene.texts.find((text) => says(text.text, 'inbox') && (isSmall || text.heading)) ??
    (isSmall ? scene.texts.find(({ text }) => isMailSent(text)) : undefined);
  if (!inbox || scene.isTitled('shop')) return undefined;
  const texts = scene.texts.map(({ text }) => text);
  const sent = texts.filter((text) => says(text, 'sent') && says(text, 'email', 'link'));
  const told = sent.find((text) => findDestination(text)) ?? sent[0] ?? inbox.text;
  const evidence = [`The page says "${inbox.text.slice(0, 100)}".`];
  return { kind: 'link-sent', score: 4, evidence, factors: [withDestination('email-link', told)] };
}

function person({ scene }: Signs): Verdict | undefined {
  if (scene.texts.length > SMALL || !scene.isTitled('verify', 'signIn', 'person')) return undefined;
  const told = scene.controls.some(({ type }) => type === 'textarea')
    ? undefined
    : scene.texts.find(({ text }) => says(text, 'person'));
  const evidence = [`The page asks for what only a person can do: "${told?.text.slice(0, 100) ?? ''}".`];
  return told && { kind: 'unknown', score: 2, evidence, factors: [{ factor: 'human', label: told.text }] };
}
