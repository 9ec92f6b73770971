import { findDestination } from './destination.ts';
import { type FoundFactor, factorsIn, withDestination, withOffers } from './factor.ts';
import { findEnrollment, isStory } from './enrollment.ts';
import { hiddenSignOut, plainlySignedIn, settings, signedIn, signedInAs } from './signed-in.ts';
import type { Signs, Classification } from './classification.ts';
import { says } from '../language/page/index.ts';

/** A page with more texts than this tells of much else. */
const SMALL = 40;
const TWO = 2;

/** What a page asks for that has nothing to fill, by its buttons and texts; the first that speaks counts. */
export function classifyOffers(signs: Signs): Classification {
  const nothing: Classification = {
    kind: 'unknown',
    score: 1,
    evidence: ['Nothing on the page asks for an identity.'],
  };
  for (const read of [
    plainlySignedIn,
    captcha,
    settings,
    findEnrollment,
    linkSentFirst,
    passkey,
    choice,
    sending,
    linkSent,
    signedIn,
    person,
    hiddenSignOut,
    signedInAs,
  ]) {
    const verdict = read(signs);
    if (verdict) return verdict;
  }
  return nothing;
}

function captcha({ captcha }: Signs): Classification | undefined {
  return captcha && { kind: 'captcha', score: captcha === 'puzzle' ? 6 : 4, evidence: ['The page shows a captcha.'] };
}

/** Whether the page asks who one is at all, and does not only write of it. */
function asks({ scene, fields }: Signs): boolean {
  if (fields.some(({ role }) => role === 'new-password') || scene.isTitled('shop')) return false;
  const isArticle = scene.texts.length > SMALL || scene.controls.some(({ type }) => type === 'textarea');
  if (isArticle) return false;
  return scene.isTitled('verify', 'choose', 'otherWay', 'passkey', 'signIn', 'code') || scene.tells('choose', 'verify');
}

function passkey(signs: Signs): Classification | undefined {
  const { scene, offers } = signs;
  if (!asks(signs)) return undefined;
  const others = offers.filter(({ factor }) => factor !== 'passkey');
  const offered = offers.find(({ factor }) => factor === 'passkey');
  const isTold = scene.isTitled('passkey') || (scene.isTitled('verify', 'signIn') && scene.tells('passkey'));
  // What stands beside it as mere links is another way.
  const isFirst = offered?.control?.is === 'button' && others.every(({ control }) => control?.is === 'link');
  if (others.length > 0 && !isFirst && !(scene.isTitled('passkey') && others.length < TWO)) return undefined;
  if (!offered && (!isTold || isStory(scene))) return undefined;
  const evidence = ['The page asks for a passkey or a security key, and offers nothing else to choose.'];
  const asked = offered ?? { factor: 'passkey' as const, label: scene.headings[0]?.text ?? '' };
  return { kind: 'passkey', score: 4, evidence, factors: [asked, ...others] };
}

function choice(signs: Signs): Classification | undefined {
  const { offers } = signs;
  if (offers.length === 0 || !asks(signs)) return undefined;
  const evidence = [`The page offers ${offers.map(({ label }) => `"${label}"`).join(', ')}.`];
  return { kind: 'choose', score: 2 + offers.length, evidence, factors: offers };
}

/** A button that has a code sent, where a text says how. */
function sending(signs: Signs): Classification | undefined {
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

/** What is sent already is waited for, whatever else is offered beside it. */
function linkSentFirst(signs: Signs): Classification | undefined {
  const { scene } = signs;
  const isTold = scene.texts.some(({ text }) => isMailSent(text));
  return isTold && !scene.isTitled('choose') ? linkSent(signs) : undefined;
}

/** A notice beside a form that has not gone: only a live region says that a link was sent. */
export function linkSentBeside(signs: Signs): Classification | undefined {
  const notice = signs.scene.alerts.find(
    ({ text }) => isMailSent(text) || (says(text, 'inbox') && says(text, 'link') && !says(text, 'code', 'reset')),
  );
  return notice && linkSentBy(signs, notice.text, [notice.text]);
}

export function linkSent(signs: Signs): Classification | undefined {
  const { scene } = signs;
  const isSmall = scene.texts.length <= SMALL;
  const inbox =
    scene.texts.find((text) => says(text.text, 'inbox') && (isSmall || text.heading)) ??
    (isSmall ? scene.texts.find(({ text }) => isMailSent(text)) : undefined);
  if (!inbox || scene.isTitled('shop')) return undefined;
  return linkSentBy(
    signs,
    inbox.text,
    scene.texts.map(({ text }) => text),
  );
}

function linkSentBy({ offers }: Signs, notice: string, texts: readonly string[]): Classification {
  const sent = texts.filter((text) => says(text, 'sent') && says(text, 'email', 'link'));
  const told = sent.find((text) => findDestination(text)) ?? sent[0] ?? notice;
  // A button that opens the mail is no way of its own.
  const others = offers.filter(({ factor, label }) => factor !== 'email-code' || says(label, 'code'));
  return {
    kind: 'link-sent',
    score: 4,
    evidence: [`The page says "${notice.slice(0, 100)}".`],
    factors: withOffers([withDestination('email-link', told)], others),
  };
}

function person({ scene }: Signs): Classification | undefined {
  if (scene.texts.length > SMALL || !scene.isTitled('verify', 'signIn', 'person')) return undefined;
  const told = scene.controls.some(({ type }) => type === 'textarea')
    ? undefined
    : scene.texts.find(({ text }) => says(text, 'person'));
  const evidence = [`The page asks for what only a person can do: "${told?.text.slice(0, 100) ?? ''}".`];
  return told && { kind: 'unknown', score: 2, evidence, factors: [{ factor: 'human', label: told.text }] };
}
