import { mask } from '../message/mask.ts';
import type { FoundField } from './field.ts';
import { type PageSnapshot, isSiteFrame } from './page-snapshot.ts';
import type { ControlView } from './page/view.ts';
import { says } from '../language/page/index.ts';

/** Refusal that a page shows: of the last answer (`rejected`), or of any answer (`locked`). */
export interface PageRefusal {
  readonly kind: 'rejected' | 'locked';
  /** Message of the page, with codes masked. */
  readonly message: string;
  readonly evidence: string;
}

/** Warning before a lockout: "two attempts left before your account is locked". */
const WARNING =
  /will be|remaining|left|before|verbleib|übrig|restant|rimast|pozosta|осталось|zbýv|kvar|残り|남았|剩余/iu;
const CONDITION = /^(?:if|when|in case|wenn|falls|si |se |jeśli|если|якщо|pokud|om |als )/i;
/** Texts that are errors only inside an alert: "try again". */
const MILD = /try again|no account|not found|réessayer|nochmal/i;
const MAX_MESSAGE = 200;
const LEADING_TEXTS = 3;
/** Maximum number of texts on a page that only says that a link is invalid. */
const MAX_TEXTS = 8;

/** Finds the refusal of an attempt in alerts, headings, invalid fields or short texts. */
export function findRefusal(snapshot: PageSnapshot, fields: readonly FoundField[]): PageRefusal | undefined {
  const isRelevant = relevanceTo(fields);
  const alerts = snapshot.alerts.map(({ text }) => text).filter((text) => isStatement(text) && isRelevant(text));
  const headings = snapshot.headings.map(({ text }) => text).filter(isStatement);
  const invalid = fields.flatMap(({ controls }) => controls).filter((control) => control.invalid);
  const isDisabled = fields.every(({ first }) => first.disabled);
  const description = fields.map(({ first }) => first.description).filter(Boolean);
  const short = snapshot.texts
    .map(({ text }) => text)
    .filter((text) => text.length < MAX_MESSAGE && isStatement(text) && isRelevant(text) && !CONDITION.test(text));
  const isAsking = fields.some(({ role }) => role === 'password' || role === 'identifier');
  const lock = [...alerts, ...headings, ...description, ...short].find(
    (text) => says(text, 'locked') && !WARNING.test(text),
  );
  // A page about a lockout begins with it. Further down it may be an article.
  const isFirst =
    lock !== undefined &&
    (headings.includes(lock) || snapshot.texts.findIndex(({ text }) => text === lock) < LEADING_TEXTS);
  if (lock && (alerts.includes(lock) || (isDisabled && isFirst) || (headings.includes(lock) && !isAsking)))
    return { kind: 'locked', message: mask(lock), evidence: `The page says "${mask(lock)}".` };
  const asksForCode = fields.some(({ role }) => role === 'code' || role === 'recovery-code');
  // The expired thing may be the session, or the code before the one that was just sent.
  const isExpired = (text: string): boolean =>
    says(text, 'expired') && !says(text, 'sent') && (asksForCode || says(text, 'code', 'password', 'link'));
  const isRefusal = (text: string): boolean => says(text, 'wrong') || isExpired(text);
  const alert = [...alerts, ...description].find(isRefusal);
  const message =
    alert ??
    headings.find((text) => isRefusal(text) && says(text, 'code', 'password', 'link', 'verify')) ??
    short.find(
      (text) =>
        isRefusal(text) &&
        !MILD.test(text) &&
        says(text, 'code', 'password', 'username', 'passkey', 'link') &&
        fields.length > 0,
    ) ??
    (invalid.length > 0 ? (alerts[0] ?? description[0]) : undefined);
  if (message === undefined) return refusalByMark(invalid);
  return {
    kind: 'rejected',
    message: mask(message),
    evidence: `${alert ? 'An alert' : 'The page'} says "${mask(message)}".`,
  };
}

/** True for statements. A question offers help: "Unable to verify with your key?" */
function isStatement(text: string): boolean {
  return !/[?？؟]$/u.test(text);
}

/** Returns a filter for alerts. On a code page, an alert about the password only is left over from the page before. */
function relevanceTo(fields: readonly FoundField[]): (text: string) => boolean {
  const asksForCode = fields.length > 0 && fields.every(({ role }) => role === 'code' || role === 'recovery-code');
  const isPassword = fields.some(({ first }) => says(`${first.label} ${first.placeholder}`, 'password'));
  if (!asksForCode || isPassword) return () => true;
  return (text) => !says(text, 'password') || says(text, 'code', 'recovery', 'app', 'passkey', 'verify', 'locked');
}

/** Detects a page that only says that a link or a code is no longer valid. */
export function findDeadEnd(snapshot: PageSnapshot): PageRefusal | undefined {
  if (
    snapshot.texts.length > MAX_TEXTS ||
    snapshot.controls.some((control) => control.is === 'field' && !isSiteFrame(control))
  )
    return undefined;
  const texts = snapshot.texts.map(({ text }) => text);
  const all = [
    snapshot.title,
    ...texts,
    ...snapshot.controls.filter((one) => !isSiteFrame(one)).map(({ label }) => label),
  ];
  if (all.some((text) => says(text, 'shop', 'notCode', 'newsletter', 'reset'))) return undefined;
  const isRefusal = (text: string): boolean => isStatement(text) && !MILD.test(text) && says(text, 'wrong', 'expired');
  const isHeaded = [...snapshot.headings, ...snapshot.alerts].some(({ text }) => isRefusal(text));
  const deadEnd = texts.find((text) => isRefusal(text) && text.length < MAX_MESSAGE && says(text, 'code', 'link'));
  if (!deadEnd || !isHeaded || !all.some((text) => says(text, 'signIn', 'verify'))) return undefined;
  return {
    kind: 'rejected',
    message: mask(deadEnd),
    evidence: `The page says "${mask(deadEnd)}", and asks for nothing.`,
  };
}

/** Detects a refusal without a message: a filled field that is marked as invalid. */
function refusalByMark(invalid: readonly ControlView[]): PageRefusal | undefined {
  if (!invalid.some(({ filled }) => filled)) return undefined;
  return { kind: 'rejected', message: '', evidence: 'A filled field is marked as invalid, without a message.' };
}
