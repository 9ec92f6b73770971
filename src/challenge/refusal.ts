import { mask } from '../message/mask.ts';
import type { FoundField } from './field.ts';
import { REFUSED, type RefusalCandidate, isWarning, refusalCandidates } from './refusal-evidence.ts';
import { type PageSnapshot, isSiteFrame } from './page-snapshot.ts';
import type { ControlView } from './page/view.ts';
import { isNamed, says } from '../language/page/index.ts';

/** Refusal that a page shows: of the last answer (`rejected`), or of any answer (`locked`). */
export interface PageRefusal {
  readonly kind: 'rejected' | 'locked';
  /** Message of the page, with codes masked. */
  readonly message: string;
  readonly evidence: string;
}

/** Texts that are errors only inside an alert: "try again". */
const MILD = /try again|no account|not found|réessayer|nochmal/i;
const QUESTION = /[?？؟]$/u;
const MAX_MESSAGE = 200;
/** Answers that a page may refuse. */
const ANSWERS = ['code', 'link', 'password', 'passkey', 'username'] as const;
const LEADING_TEXTS = 3;
/** Maximum number of texts on a page that only says that a link is invalid. */
const MAX_TEXTS = 8;

/** Finds the refusal of an attempt in alerts, headings, invalid fields or short texts. */
export function findRefusal(snapshot: PageSnapshot, fields: readonly FoundField[]): PageRefusal | undefined {
  const isRelevant = relevanceTo(fields);
  const candidates = refusalCandidates(snapshot, fields).filter(({ text }) => isRelevant(text));
  const lock = findLock(snapshot, fields, candidates);
  if (lock !== undefined) return { kind: 'locked', message: mask(lock), evidence: `The page says "${mask(lock)}".` };
  const controls = fields.flatMap(({ controls }) => controls);
  // Without fields, only words tell a refusal from other messages.
  const best = candidates.find(
    ({ text, score }) =>
      score >= REFUSED && !isSessionEnd(text, fields) && (fields.length > 0 || says(text, 'wrong', 'expired')),
  );
  if (best === undefined) return refusalByMark(controls.filter((control) => control.invalid));
  const message = mask(best.text);
  const evidence = `${best.isAlert ? 'An alert' : 'The page'} says "${message}".`;
  return { kind: 'rejected', message, evidence };
}

/** Finds the text that says that no further answer is accepted. */
function findLock(
  { headings, texts }: PageSnapshot,
  fields: readonly FoundField[],
  candidates: readonly RefusalCandidate[],
): string | undefined {
  const descriptions = new Set(fields.flatMap(({ controls }) => controls.map(({ description }) => description)));
  const isDisabled = fields.every(({ first }) => first.disabled);
  const isAsking = fields.some(({ role }) => role === 'password' || role === 'identifier');
  return candidates.find(({ text, isAlert }) => {
    if (!says(text, 'locked') || isWarning(text) || QUESTION.test(text)) return false;
    // "Something went wrong, try again later" and "Too many sessions" lock no account.
    if (fields.length === 0 && says(text, 'wall')) return false;
    if (isAlert || descriptions.has(text)) return true;
    const isHeading = headings.some((heading) => heading.text === text);
    // A page about a lockout begins with it. Further down it may be an article.
    const isFirst = isHeading || texts.findIndex((one) => one.text === text) < LEADING_TEXTS;
    return (isDisabled && isFirst) || (isHeading && !isAsking);
  })?.text;
}

/** True for the end of a session, which asks for a new sign-in and refuses nothing. */
function isSessionEnd(text: string, fields: readonly FoundField[]): boolean {
  const asksForCode = fields.some(({ role }) => role === 'code' || role === 'recovery-code');
  return (
    says(text, 'expired') && !asksForCode && !says(text, 'code', 'link') && !says(text.replace(MILD, ''), 'password')
  );
}

/** Returns a filter for alerts. On a code page, an alert about the password only is left over from the page before. */
function relevanceTo(fields: readonly FoundField[]): (text: string) => boolean {
  const asksForCode = fields.length > 0 && fields.every(({ role }) => role === 'code' || role === 'recovery-code');
  const isPassword = fields.some(({ first }) => says(`${first.label} ${first.placeholder}`, 'password'));
  if (!asksForCode || isPassword) return () => true;
  return (text) => !says(text, 'password') || says(text, 'code', 'recovery', 'app', 'passkey', 'verify', 'locked');
}

/** Detects a page that only says that the answer, the link or the code was refused. */
export function findDeadEnd(snapshot: PageSnapshot): PageRefusal | undefined {
  if (
    snapshot.texts.length > MAX_TEXTS ||
    snapshot.controls.some((control) => control.is === 'field' && !isSiteFrame(control))
  )
    return undefined;
  const texts = snapshot.texts.map(({ text }) => text);
  const own = snapshot.controls.filter((control) => !isSiteFrame(control));
  const all = [snapshot.title, ...texts, ...own.map(({ label }) => label)];
  if (all.some((text) => says(text, 'shop', 'notCode', 'newsletter', 'reset'))) return undefined;
  const isRefusal = (text: string): boolean =>
    text.length < MAX_MESSAGE && !QUESTION.test(text) && says(text.replace(MILD, ' '), 'wrong', 'expired');
  const heading = [...snapshot.headings, ...snapshot.alerts].find(({ text }) => isRefusal(text))?.text;
  const isHeaded = heading !== undefined;
  const isRetried = own.some(
    ({ label }) => isNamed(label, 'again') || isNamed(label, 'wrong') || isNamed(label, 'signIn'),
  );
  const deadEnd = texts.find((text) => isRefusal(text) && says(text, ...ANSWERS)) ?? (isRetried ? heading : undefined);
  if (!deadEnd || !(isHeaded || isRetried) || !all.some((text) => says(text, 'signIn', 'verify'))) return undefined;
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
