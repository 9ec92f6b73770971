import type { ChallengeFactor, Factor } from './challenge.ts';
import { findDestination } from './destination.ts';
import type { FoundField } from './field.ts';
import { identifierKind } from './identifier.ts';
import type { PageSnapshot } from './page-snapshot.ts';
import type { ControlView } from './page/view.ts';
import { says } from '../language/page/index.ts';

/** A factor, with the control that selects it. */
export interface FoundFactor extends ChallengeFactor {
  readonly control?: ControlView;
  /** True if nothing on the page names the factor. */
  readonly isGuess?: boolean;
}

/** Messengers: a code sent there is not an SMS. */
const MESSENGER = /whatsapp|telegram|viber|signal|wechat|kakaotalk/i;
const QUESTION = /[?？؟]$/u;
/** Words for "or". */
const EITHER = /(?<!\p{L})(?:or|oder|ou|o|of|eller|или|або|lub|nebo|alebo|ili|veya|atau|hoặc|tai|vagy)(?!\p{L})/iu;
/** Punctuation at the end of a sentence. */
const END = /[.!。！]+$/u;
/** Matches a masked destination. */
export const MASKED: RegExp = /[*•·∙●○#…]|x{2,}/i;

/** True if a text is about a counter-based (HOTP) code. "Counter" alone may mean an electricity meter. */
function isAboutHotp(text: string): boolean {
  return says(text, 'counter') && says(text, 'code');
}

/** Returns the factor that a short text, such as a button label, offers. */
export function factorOf(text: string): Factor | undefined {
  if (isAboutHotp(text)) return 'hotp';
  if (says(text, 'recovery') && says(text, 'code', 'recovery')) return 'recovery-code';
  if (says(text, 'app')) return 'totp';
  if (says(text, 'passkey')) return 'passkey';
  // A full address may be that of the account, and it may contain the word "mail".
  const destination = findDestination(text);
  const sent = destination && MASKED.test(destination.text) ? destination : undefined;
  const words = destination && !sent ? text.replace(destination.text, '') : text;
  if (says(words, 'person') && !says(words, 'email')) return 'human';
  if (says(words, 'email') || sent?.by === 'email') return says(words, 'link') ? 'email-link' : 'email-code';
  if (says(words, 'sms') || (sent?.by === 'phone' && !MESSENGER.test(text))) return 'sms-code';
  return undefined;
}

/** Returns the channel of the codes, if the texts mention exactly one. */
export function channelOf(texts: readonly string[]): Factor | undefined {
  const [isMail, isPhone] = [texts.some((text) => says(text, 'email')), texts.some((text) => says(text, 'sms'))];
  if (isMail === isPhone) return undefined;
  return isMail ? 'email-code' : 'sms-code';
}

/** True for factors whose code arrives in a message. */
export function isSent(factor: Factor): boolean {
  return factor === 'email-code' || factor === 'sms-code';
}

/** Returns the factor that a submit button requests: "Text me a code", or "Send code" beside an e-mail field. */
export function sentTo(label: string, identifier: ControlView): FoundFactor | undefined {
  if (says(label, 'link')) return withDestination('email-link', label);
  if (!says(label, 'code')) return undefined;
  const [named, kind] = [factorOf(label), identifierKind(identifier)];
  if (named && isSent(named)) return withDestination(named, label);
  return kind === 'username' ? undefined : withDestination(kind === 'email' ? 'email-code' : 'sms-code', label);
}

/** Returns the factors that are asked for, followed by the other offers. */
export function withOffers(asked: readonly FoundFactor[], offers: readonly FoundFactor[]): FoundFactor[] {
  return [...asked, ...offers.filter((offer) => !asked.some(({ factor }) => factor === offer.factor))];
}

/** Returns the possible factors of a code field. Texts closer to the field take precedence. */
export function factorsOfCode(
  snapshot: PageSnapshot,
  { first, role }: FoundField,
  heading: string,
  resend: ControlView | undefined,
): FoundFactor[] {
  const fieldTexts = [first.label, first.placeholder, first.description, first.textBefore].filter(Boolean);
  const texts = snapshot.texts.filter((text) => !text.alert || says(text.text, 'sent')).map(({ text }) => text);
  // Questions and links are about other factors.
  const links = new Set(snapshot.controls.filter(({ is }) => is === 'link').map(({ label }) => label.replace(END, '')));
  const isStatement = (text: string): boolean =>
    !QUESTION.test(text) &&
    !links.has(text.replace(END, '')) &&
    !(says(text, 'otherWay', 'resend') && !says(text, 'recovery'));
  const sentences = texts.flatMap(sentencesOf).filter(isStatement);
  const sent = sentences.filter((text) => says(text, 'sent') || MASKED.test(findDestination(text)?.text ?? ''));
  const destination = [...fieldTexts, ...sent].map(findDestination).find(Boolean);
  if (role === 'recovery-code') return [{ factor: 'recovery-code', label: first.label || heading }];
  // "A code was sent to ***58" tells more than the label of a field for any code.
  const delivered = sent.find(
    (text) => says(text, 'sent') && says(text, 'code') && MASKED.test(findDestination(text)?.text ?? ''),
  );
  const by = delivered === undefined ? undefined : findDestination(delivered)?.by;
  const taken = sentences.find(takesRecovery);
  const recovery: FoundFactor[] = taken === undefined ? [] : [{ factor: 'recovery-code', label: taken }];
  if (delivered !== undefined && by !== undefined && !MESSENGER.test(delivered))
    return [withDestination(by === 'email' ? 'email-code' : 'sms-code', delivered), ...recovery];
  for (const layer of [
    [first.label, first.placeholder],
    [first.textBefore, first.description].flatMap(sentencesOf).filter(isStatement),
    [heading],
    sentences,
    [first.names.replace(/[_-]/g, ' ')],
    [snapshot.title],
  ]) {
    const factors: Factor[] = layer.flatMap(sentencesOf).flatMap((text) => factorsIn(text));
    if (
      factors.includes('email-code') &&
      [...sent, ...sentences].some((text) => says(text, 'link', 'inbox') && says(text, 'link'))
    )
      factors.push('email-link');
    // A field for a one-time code or a recovery code, and a text that says that either is taken.
    const isRecoveryOnly = factors.length > 0 && !factors.some((factor) => factor !== 'recovery-code');
    if (isRecoveryOnly) factors.unshift('totp');
    else if (factors[0] === 'totp' && recovery.length > 0) factors.push('recovery-code');
    if (factors.length > 0)
      return [...new Set(factors)].map((factor) => ({
        factor,
        label: layer.find((text) => factorsIn(text).includes(factor)) ?? '',
        ...destinationFor(factor, destination),
      }));
  }
  const inbox = [heading, snapshot.title].find((text) => says(text, 'inbox'));
  if (inbox !== undefined) return [{ factor: 'email-code', label: inbox }];
  if (sent.some((text) => MESSENGER.test(text))) return [];
  if (destination)
    return [
      { factor: destination.by === 'email' ? 'email-code' : 'sms-code', label: '', destination: destination.text },
    ];
  // The code was sent, or can be resent.
  // A link below the form may send something else again.
  const isForCode =
    resend && (resend.is === 'button' || resend.form === first.form || says(resend.label, 'code', 'sms'));
  const notice = sent[0] ?? (isForCode ? resend.label : undefined);
  if (notice !== undefined) {
    const channel = channelOf([heading, snapshot.title, resend?.label ?? '']);
    return channel
      ? [{ factor: channel, label: notice }]
      : [
          { factor: 'email-code', label: notice },
          { factor: 'sms-code', label: notice },
        ];
  }
  const guess: FoundFactor = { factor: 'totp', label: first.label || heading, isGuess: true };
  return [guess, ...recovery];
}

/** True for a sentence that says to enter a recovery code. */
function takesRecovery(text: string): boolean {
  return says(text, 'recovery') && says(text, 'code') && !says(text, 'enrol', 'manage', 'sent');
}

function destinationFor(factor: Factor, destination: ReturnType<typeof findDestination>): { destination?: string } {
  const by = { 'email-code': 'email', 'email-link': 'email', 'sms-code': 'phone' }[factor as string];
  return destination && destination.by === by ? { destination: destination.text } : {};
}

/** Returns the factors that a sentence about a code names. An address alone is not a factor, unless it is masked. */
export function factorsIn(text: string): Factor[] {
  if (isAboutHotp(text)) return ['hotp'];
  const found: Factor[] = [];
  if (says(text, 'app')) found.push('totp');
  const sent = findDestination(text);
  const isAboutCode = says(text, 'sent', 'code', 'resend') || (sent !== undefined && MASKED.test(sent.text));
  const isEmail = isAboutCode && (says(text, 'email') || sent?.by === 'email');
  const isEither = EITHER.test(text) && says(text, 'email') && says(text, 'sms');
  const isSms =
    isAboutCode && (!isEmail || isEither) && (says(text, 'sms') || (sent?.by === 'phone' && !MESSENGER.test(text)));
  if (found.length === 0 && isEmail) found.push('email-code');
  if (isSms && (found.length === 0 || isEither)) found.push('sms-code');
  if (says(text, 'recovery') && says(text, 'code')) found.push('recovery-code');
  return found;
}

/** Returns a factor with the destination that its label names, if any. */
export function withDestination(factor: Factor, label: string): ChallengeFactor {
  return { factor, label, ...destinationFor(factor, findDestination(label)) };
}

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?。！？؟])\s+|(?<=[。！？])/u).filter(Boolean);
}
