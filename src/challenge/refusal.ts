import { mask } from '../message/mask.ts';
import type { FoundField } from './field.ts';
import { type PageSnapshot, isAround } from './page-snapshot.ts';
import type { SeenControl } from './page/view.ts';
import { says } from '../language/page/index.ts';

/** That the page does not take what was entered, or takes nothing more. */
export interface Refusal {
  readonly kind: 'rejected' | 'locked';
  /** What it says, with codes masked. */
  readonly message: string;
  readonly evidence: string;
}

/** A warning of what is not yet: "two attempts left before your account is locked". */
const NOT_YET =
  /will be|remaining|left|before|verbleib|übrig|restant|rimast|pozosta|осталось|zbýv|kvar|残り|남았|剩余/iu;
const CONDITION = /^(?:if|when|in case|wenn|falls|si |se |jeśli|если|якщо|pokud|om |als )/i;
/** An offer to begin again, and no error, where it is not told as one. */
const MILD = /try again|no account|not found|réessayer|nochmal/i;
const MAX_MESSAGE = 200;
const LEADING = 3;
/** A page with more texts than these has more to tell than that a link is of no use. */
const SMALL = 8;

/** Finds what a page says of a refused attempt: alerts, invalid fields, or a short text that says so. */
export function findRefusal(scene: PageSnapshot, fields: readonly FoundField[]): Refusal | undefined {
  const isAbout = aboutFields(fields);
  const alerts = scene.alerts.map(({ text }) => text).filter((text) => isTold(text) && isAbout(text));
  const headings = scene.headings.map(({ text }) => text).filter(isTold);
  const invalid = fields.flatMap(({ controls }) => controls).filter((control) => control.invalid);
  const isClosed = fields.every(({ first }) => first.fixed);
  const described = fields.map(({ first }) => first.described).filter(Boolean);
  const short = scene.texts
    .map(({ text }) => text)
    .filter((text) => text.length < MAX_MESSAGE && isTold(text) && isAbout(text) && !CONDITION.test(text));
  const isAsking = fields.some(({ role }) => role === 'password' || role === 'identifier');
  const lock = [...alerts, ...headings, ...described, ...short].find(
    (text) => says(text, 'locked') && !NOT_YET.test(text),
  );
  // A page that tells of a lock begins with it; further down it may be a story.
  const isFirst =
    lock !== undefined && (headings.includes(lock) || scene.texts.findIndex(({ text }) => text === lock) < LEADING);
  if (lock && (alerts.includes(lock) || (isClosed && isFirst) || (headings.includes(lock) && !isAsking)))
    return { kind: 'locked', message: mask(lock), evidence: `The page says "${mask(lock)}".` };
  const isOfCode = fields.some(({ role }) => role === 'code' || role === 'recovery-code');
  // What expired may be the session, or the code before the one that was just sent.
  const isExpired = (text: string): boolean =>
    says(text, 'expired') && !says(text, 'sent') && (isOfCode || says(text, 'code', 'password', 'link'));
  const refused = (text: string): boolean => says(text, 'wrong') || isExpired(text);
  const alert = [...alerts, ...described].find(refused);
  const message =
    alert ??
    headings.find((text) => refused(text) && says(text, 'code', 'password', 'link', 'verify')) ??
    short.find(
      (text) =>
        refused(text) &&
        !MILD.test(text) &&
        says(text, 'code', 'password', 'username', 'passkey', 'link') &&
        fields.length > 0,
    ) ??
    (invalid.length > 0 ? (alerts[0] ?? described[0]) : undefined);
  if (message === undefined) return markedOnly(invalid);
  return {
    kind: 'rejected',
    message: mask(message),
    evidence: `${alert ? 'An alert' : 'The page'} says "${mask(message)}".`,
  };
}

/** A question offers help: "Unable to verify with your key?" */
function isTold(text: string): boolean {
  return !/[?？؟]$/u.test(text);
}

/** An alert that speaks of the password only, where a code is asked for, is there from before. */
function aboutFields(fields: readonly FoundField[]): (text: string) => boolean {
  const isOfCode = fields.length > 0 && fields.every(({ role }) => role === 'code' || role === 'recovery-code');
  const isPassword = fields.some(({ first }) => says(`${first.label} ${first.placeholder}`, 'password'));
  if (!isOfCode || isPassword) return () => true;
  return (text) => !says(text, 'password') || says(text, 'code', 'recovery', 'app', 'passkey', 'verify', 'locked');
}

/** That a link or a code is of no use any more, on a page that has nothing else. */
export function findDeadEnd(scene: PageSnapshot): Refusal | undefined {
  if (scene.texts.length > SMALL || scene.controls.some((control) => control.is === 'field' && !isAround(control)))
    return undefined;
  const texts = scene.texts.map(({ text }) => text);
  const all = [scene.title, ...texts, ...scene.controls.filter((one) => !isAround(one)).map(({ label }) => label)];
  if (all.some((text) => says(text, 'shop', 'notCode', 'newsletter', 'reset'))) return undefined;
  const refused = (text: string): boolean => isTold(text) && !MILD.test(text) && says(text, 'wrong', 'expired');
  const isHeaded = [...scene.headings, ...scene.alerts].some(({ text }) => refused(text));
  const spent = texts.find((text) => refused(text) && text.length < MAX_MESSAGE && says(text, 'code', 'link'));
  if (!spent || !isHeaded || !all.some((text) => says(text, 'signIn', 'verify'))) return undefined;
  return { kind: 'rejected', message: mask(spent), evidence: `The page says "${mask(spent)}", and asks for nothing.` };
}

/** A field that keeps what was entered and is marked as wrong, with no word of why. */
function markedOnly(invalid: readonly SeenControl[]): Refusal | undefined {
  if (!invalid.some(({ filled }) => filled)) return undefined;
  return { kind: 'rejected', message: '', evidence: 'What is filled in is marked as wrong, and no text says why.' };
}
