import type { ChallengeFactor, Factor } from './challenge.ts';
import { findDestination } from './destination.ts';
import type { FoundField } from './field.ts';
import { identifierKind } from './identifier.ts';
import { type PageSnapshot, isAround } from './page-snapshot.ts';
import type { SeenControl } from './page/view.ts';
import { isNamed, says } from '../language/page/index.ts';

/** A factor, and the control that chooses it. */
export interface FoundFactor extends ChallengeFactor {
  readonly control?: SeenControl;
  /** Set when nothing on the page tells it. */
  readonly isGuess?: boolean;
}

/** Where a message comes that is no SMS. */
const MESSENGER = /whatsapp|telegram|viber|signal|wechat|kakaotalk/i;
const MAX_OFFER = 160;
const QUESTION = /[?？؟]$/u;
/** What ends a sentence. */
const END = /[.!。！]+$/u;
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
export function offeredFactors(scene: PageSnapshot, fields: readonly FoundField[]): FoundFactor[] {
  const offering = scene.controls.filter(mayOffer);
  // Below options, such a button only sends what was chosen.
  const isList = offering.some(({ is, label }) => is === 'option' && factorOf(label));
  const sent = isList ? undefined : sentOnPress(scene, fields);
  const found = offering.flatMap((control): FoundFactor[] => {
    const factor = factorOf(control.label);
    if (factor) return factor === 'human' ? [] : [{ ...withDestination(factor, control.label), control }];
    return sent && isSender(control) ? [{ ...sent, label: control.label, control }] : [];
  });
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

function mayOffer(control: SeenControl): boolean {
  const { is, label, type, checked, here } = control;
  if (is === 'field' || type === 'checkbox' || !label || label.length > MAX_OFFER || isAround(control)) return false;
  if (here || /^(?:mailto|tel):/.test(type) || (is === 'button' && checked) || isQuestion(label)) return false;
  if (says(label, 'trust', 'resend', 'signOut', 'signUp', 'manage', 'enrol', 'newsletter')) return false;
  return !says(label, 'reset') || says(label, 'recovery');
}

/** Whether a button says that it has a code sent, and not by which way. */
export function isSender({ is, label }: SeenControl): boolean {
  const isToSend = is === 'button' && isNamed(label, 'code') && says(label, 'send');
  return isToSend && !says(label, 'resend', 'notCode') && factorOf(label) === undefined;
}

/** What such a button sends, on a page that asks for a second factor and for nothing else. */
function sentOnPress(scene: PageSnapshot, fields: readonly FoundField[]): ChallengeFactor | undefined {
  const isAlone = fields.every(({ role, first }) => role === 'code' || role === 'recovery-code' || first.filled);
  if (!isAlone || !(scene.isTitled('verify', 'choose') || scene.tells('verify', 'choose'))) return undefined;
  // What an app is on is no place to send to.
  const talk = scene.texts.map(({ text }) => text).filter((text) => !QUESTION.test(text) && !says(text, 'app'));
  const told = talk.find((text) => factorsIn(text).some(isSent));
  const factor = told ? factorsIn(told).find(isSent) : channelOf(talk);
  return withDestination(factor ?? 'email-code', told ?? '');
}

/** By which way codes come, as far as texts speak of one only. */
function channelOf(texts: readonly string[]): Factor | undefined {
  const [isMail, isPhone] = [texts.some((text) => says(text, 'email')), texts.some((text) => says(text, 'sms'))];
  if (isMail === isPhone) return undefined;
  return isMail ? 'email-code' : 'sms-code';
}

/** Whether its code comes in a message. */
export function isSent(factor: Factor): boolean {
  return factor === 'email-code' || factor === 'sms-code';
}

/** What a button has sent to whom the field names: "Text me a code", or "Send code" beside an address. */
export function sentTo(label: string, identifier: SeenControl): FoundFactor | undefined {
  if (says(label, 'link')) return withDestination('email-link', label);
  if (!says(label, 'code')) return undefined;
  const [named, kind] = [factorOf(label), identifierKind(identifier)];
  if (named && isSent(named)) return withDestination(named, label);
  return kind === 'username' ? undefined : withDestination(kind === 'email' ? 'email-code' : 'sms-code', label);
}

/** "Trouble getting the mail?" offers help, "A recovery code?" what it says. */
function isQuestion(label: string): boolean {
  return QUESTION.test(label) && !(says(label, 'recovery') && !says(label, 'otherWay'));
}

/** What was asked for, and after it what else is offered. */
export function withOffers(asked: readonly FoundFactor[], offers: readonly FoundFactor[]): FoundFactor[] {
  return [...asked, ...offers.filter((offer) => !asked.some(({ factor }) => factor === offer.factor))];
}

/** Which factor a code is from: what the page says nearest to its field counts first. */
export function factorsOfCode(
  scene: PageSnapshot,
  { first, role }: FoundField,
  heading: string,
  resend: SeenControl | undefined,
): FoundFactor[] {
  const own = [first.label, first.placeholder, first.described, first.near].filter(Boolean);
  const texts = scene.texts.filter((text) => !text.alert || says(text.text, 'sent')).map(({ text }) => text);
  // Questions and links are about other ways.
  const links = new Set(scene.controls.filter(({ is }) => is === 'link').map(({ label }) => label.replace(END, '')));
  const isTalk = (text: string): boolean =>
    !QUESTION.test(text) &&
    !links.has(text.replace(END, '')) &&
    !(says(text, 'otherWay', 'resend') && !says(text, 'recovery'));
  const talk = texts.flatMap(sentencesOf).filter(isTalk);
  const sent = talk.filter((text) => says(text, 'sent') || MASKED.test(findDestination(text)?.text ?? ''));
  const destination = [...own, ...sent].map(findDestination).find(Boolean);
  if (role === 'recovery-code') return [{ factor: 'recovery-code', label: first.label || heading }];
  for (const layer of [
    [first.label, first.placeholder],
    [first.near, first.described].flatMap(sentencesOf).filter(isTalk),
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
  // It was sent, or can be sent again.
  const told = sent[0] ?? resend?.label;
  if (told !== undefined) {
    const channel = channelOf([heading, scene.title, resend?.label ?? '']);
    return channel
      ? [{ factor: channel, label: told }]
      : [
          { factor: 'email-code', label: told },
          { factor: 'sms-code', label: told },
        ];
  }
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
