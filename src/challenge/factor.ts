import type { ChallengeFactor, Factor } from './challenge.ts';
import { findDestination } from './destination.ts';
import type { FoundField } from './field.ts';
import { type Scene, isAround } from './scene.ts';
import type { SeenControl } from './view.ts';
import { says } from './words/index.ts';

/** A factor, and the control that chooses it. */
export interface FoundFactor extends ChallengeFactor {
  readonly control?: SeenControl;
  /** Set when nothing on the page tells it. */
  readonly isGuess?: boolean;
}

/** Where a message comes that is no SMS. */
const MESSENGER = /whatsapp|telegram|viber|signal|wechat|kakaotalk/i;
const MAX_OFFER = 160;
const MASKED = /[*•·∙●○#…]|x{2,}/i;

/** Whether it speaks of a code that comes by counting: a counter alone may be one for electricity. */
function isCounted(text: string): boolean {
  return says(text, 'counter') && says(text, 'code');
}

/** What a short text offers to prove an identity with. */
export function factorOf(text: string): Factor | undefined {
  if (isCounted(text)) return 'hotp';
  if (says(text, 'recovery') && says(text, 'code', 'recovery')) return 'recovery-code';
  if (says(text, 'app')) return 'totp';
  if (says(text, 'passkey')) return 'passkey';
  // An address in full may be that of an account, and it has the word mail in it.
  const told = findDestination(text);
  const sent = told && MASKED.test(told.text) ? told : undefined;
  const words = told && !sent ? text.replace(told.text, '') : text;
  if (says(words, 'person') && !says(words, 'email')) return 'human';
  if (says(words, 'email') || sent?.by === 'email') return says(words, 'link') ? 'email-link' : 'email-code';
  if (says(words, 'sms') || (sent?.by === 'phone' && !MESSENGER.test(text))) return 'sms-code';
  return undefined;
}

/** The buttons, links and options that each choose a factor. */
export function offeredFactors(scene: Scene): FoundFactor[] {
  const found: FoundFactor[] = [];
  for (const control of scene.controls) {
    const { is, label, type, checked } = control;
    if (is === 'field' || type === 'checkbox' || !label || label.length > MAX_OFFER || isAround(control)) continue;
    if (
      /^(?:mailto|tel):/.test(type) ||
      (is === 'button' && checked) ||
      isQuestion(label) ||
      says(label, 'trust', 'resend', 'signOut', 'signUp') ||
      (says(label, 'reset') && !says(label, 'recovery'))
    )
      continue;
    const factor = factorOf(label);
    if (factor && factor !== 'human' && !says(label, 'manage', 'enrol', 'newsletter'))
      found.push({ ...withDestination(factor, label), control });
  }
  // A radio and the label around it, or a title and a button of the same entry, are one offer.
  return found.filter(
    (offer, index) =>
      !found
        .slice(0, index)
        .some(
          (other) =>
            other.factor === offer.factor && (other.label === offer.label || other.destination === offer.destination),
        ),
  );
}

/** "Trouble getting the mail?" offers help, "A recovery code?" what it says. */
function isQuestion(label: string): boolean {
  return /[?？؟]$/u.test(label) && !(says(label, 'recovery') && !says(label, 'otherWay'));
}

/** What was asked for, and after it what else is offered. */
export function withOffers(asked: readonly FoundFactor[], offers: readonly FoundFactor[]): FoundFactor[] {
  return [...asked, ...offers.filter((offer) => !asked.some(({ factor }) => factor === offer.factor))];
}

/** Which factor a code is from: what the page says nearest to its field counts first. */
export function factorsOfCode(scene: Scene, { first, role }: FoundField, heading: string): FoundFactor[] {
  const own = [first.label, first.placeholder, first.described, first.near].filter(Boolean);
  const texts = scene.texts.filter((text) => !text.alert || says(text.text, 'sent')).map(({ text }) => text);
  const talk = texts
    .flatMap(sentencesOf)
    .filter((text) => !text.endsWith('?') && !(says(text, 'otherWay', 'resend') && !says(text, 'recovery')));
  const sent = talk.filter((text) => says(text, 'sent') || MASKED.test(findDestination(text)?.text ?? ''));
  const destination = [...own, ...sent].map(findDestination).find(Boolean);
  if (role === 'recovery-code') return [{ factor: 'recovery-code', label: first.label || heading }];
  for (const layer of [
    [first.label, first.placeholder],
    [first.near, first.described],
    [heading],
    talk,
    [first.names.replace(/[_-]/g, ' ')],
    [scene.title],
  ]) {
    const factors = layer.flatMap(sentencesOf).flatMap((text) => factorsIn(text));
    if (factors.includes('email-code') && sent.some((text) => says(text, 'link'))) factors.push('email-link');
    if (factors.length > 0)
      return [...new Set(factors)].map((factor) => ({
        factor,
        label: layer.find((text) => factorsIn(text).includes(factor)) ?? '',
        ...reached(factor, destination),
      }));
  }
  if (sent.some((text) => MESSENGER.test(text))) return [];
  if (destination)
    return [
      { factor: destination.by === 'email' ? 'email-code' : 'sms-code', label: '', destination: destination.text },
    ];
  // It was sent, and nothing says where to.
  if (sent.length > 0)
    return [
      { factor: 'email-code', label: sent[0]! },
      { factor: 'sms-code', label: sent[0]! },
    ];
  return [{ factor: 'totp', label: first.label || heading, isGuess: true }];
}

function reached(factor: Factor, destination: ReturnType<typeof findDestination>): { destination?: string } {
  const by = { 'email-code': 'email', 'email-link': 'email', 'sms-code': 'phone' }[factor as string];
  return destination && destination.by === by ? { destination: destination.text } : {};
}

/** The factors that a sentence about a code names; an address alone is none, unless something is sent there. */
export function factorsIn(text: string): Factor[] {
  if (isCounted(text)) return ['hotp'];
  const found: Factor[] = [];
  if (says(text, 'app')) found.push('totp');
  const sent = findDestination(text);
  const isAbout = says(text, 'sent', 'code', 'resend') || (sent !== undefined && MASKED.test(sent.text));
  const isEmail = isAbout && (says(text, 'email') || sent?.by === 'email');
  const isSms = isAbout && !isEmail && (says(text, 'sms') || (sent?.by === 'phone' && !MESSENGER.test(text)));
  if (found.length === 0 && isEmail) found.push('email-code');
  if (found.length === 0 && isSms) found.push('sms-code');
  if (says(text, 'recovery') && says(text, 'code')) found.push('recovery-code');
  return found;
}

export function withDestination(factor: Factor, label: string): ChallengeFactor {
  return { factor, label, ...reached(factor, findDestination(label)) };
}

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?。！？؟])\s+|(?<=[。！？])/u).filter(Boolean);
}
