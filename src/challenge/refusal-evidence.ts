import type { FoundField } from './field.ts';
import type { PageSnapshot } from './page-snapshot.ts';
import type { TextView } from './page/view.ts';
import { says } from '../language/page/index.ts';

/** A text with the evidence that it refuses the last answer. */
export interface RefusalCandidate {
  readonly text: string;
  readonly isAlert: boolean;
  readonly score: number;
}

/** Weight of each piece of evidence. Structure and words weigh about the same, so that either is enough in part. */
const WEIGHT = {
  wrong: 2.5,
  mild: 1,
  expired: 2,
  role: 2,
  class: 2,
  color: 1,
  toast: 0.6,
  live: 0.4,
  invalid: 1.5,
  again: 1.2,
  near: 0.5,
  described: 0.5,
  topic: 0.5,
  good: -2.5,
  sent: -3,
  question: -1.5,
  condition: -2,
  help: -2.2,
  long: -1,
} as const;
type Evidence = keyof typeof WEIGHT;

/** Score from which a text is a refusal. */
export const REFUSED = 2.4;
const MAX_MESSAGE = 200;
const MIN_LETTERS = 4;
/** Maximum number of items between a text and a field that it is about. */
const NEAR = 3;
/** Warning before a lockout: "two attempts left before your account is locked". */
const WARNING =
  /will be|remaining|left|before|\bwird\b|verbleib|übrig|restant|sera\b|será|rimast|sarà|pozosta|zostanie|осталось|будет|zbýv|bude\b|kvar|kommer att|olacak|残り|남았|剩余/iu;
const CONDITION = /^(?:if|when|in case|wenn|falls|si |se |jeśli|если|якщо|pokud|om |als )/i;
/** Refusals that also stand in instructions: "try again". */
const MILD = /try again|no account|not found|réessayer|nochmal/i;
const QUESTION = /[?？؟]$/u;

/** Finds the texts that may refuse the last answer, the most likely first. */
export function refusalCandidates(snapshot: PageSnapshot, fields: readonly FoundField[]): RefusalCandidate[] {
  const controls = fields.flatMap(({ controls }) => controls);
  const described = new Set(controls.map(({ description }) => description).filter(Boolean));
  const labels = new Set(
    snapshot.controls
      .flatMap(({ label, placeholder }) => [label, placeholder])
      .map((label) => label.replace(/[\s:*]+$/, '')),
  );
  const isAgain =
    fields.some(({ role, first }) => role === 'identifier' && first.filled) &&
    fields.some(({ role, first }) => role === 'password' && !first.filled);
  const isInvalid = controls.some(({ invalid }) => invalid);
  const places = controls.map((control) => snapshot.all.indexOf(control));
  const texts = snapshot.all.filter((item): item is TextView => item.is === 'text');
  const candidates = texts.flatMap((item): RefusalCandidate[] => {
    const { text, linked, marks, alert } = item;
    const isMarked = marks !== '';
    // A label with an alarming color is still a label.
    if (!isWorded(text) || text.length > MAX_MESSAGE * 2 || labels.has(text.replace(/[\s:*]+$/, ''))) return [];
    if ((linked || !snapshot.texts.includes(item)) && !isMarked) return [];
    const place = snapshot.all.indexOf(item);
    const isNear = places.some((field) => Math.abs(field - place) <= NEAR);
    const isDescription = described.has(text);
    const found: Evidence[] = [];
    const parts = new Set(marks.split(' '));
    for (const mark of ['role', 'class', 'color', 'toast', 'live', 'good'] as const)
      if (parts.has(mark)) found.push(mark);
    const isWrong = says(text, 'wrong');
    if (isWrong) found.push(MILD.test(text) && !isRefusalBeside(text) ? 'mild' : 'wrong');
    if (isExpired(text, fields)) found.push('expired');
    if (isInvalid && (isDescription || isMarked || isNear)) found.push('invalid');
    if (isAgain && (isMarked || isWrong)) found.push('again');
    if (isNear || isDescription) found.push('near');
    if (isInvalid && isDescription) found.push('described');
    if (isWrong && says(text, 'code', 'password', 'username', 'passkey', 'link')) found.push('topic');
    if (says(text, 'sent', 'inbox') && !isWrong) found.push('sent');
    if (QUESTION.test(text)) found.push('question');
    if (CONDITION.test(text) || (!isMarked && says(text, 'locked') && isWarning(text))) found.push('condition');
    if (!isWrong && !found.includes('expired') && isHelp(text)) found.push('help');
    if (text.length > MAX_MESSAGE) found.push('long');
    const score = found.reduce((sum, name) => sum + WEIGHT[name], 0);
    return [{ text, isAlert: alert || parts.has('toast'), score }];
  });
  const alone = [...described]
    .filter((text) => !texts.some((item) => item.text === text) && says(text, 'wrong'))
    .map((text) => ({ text, isAlert: false, score: WEIGHT.wrong + WEIGHT.near }));
  return [...candidates, ...alone].toSorted((a, b) => b.score - a.score);
}

/** True for a warning before a lockout. */
export function isWarning(text: string): boolean {
  return WARNING.test(text);
}

/** True for a text with letters, as opposed to the mark of a required field. */
function isWorded(text: string): boolean {
  return (text.match(/\p{L}/gu)?.length ?? 0) >= MIN_LETTERS;
}

/** True for a refusal with "try again" after it. */
function isRefusalBeside(text: string): boolean {
  return says(text.replace(MILD, ' '), 'wrong');
}

/** True for a greeting or help: it says how to sign in or what to enter, and refuses nothing. */
function isHelp(text: string): boolean {
  return says(text, 'signIn', 'verify', 'code', 'enrol', 'choose', 'app', 'trust', 'signedIn', 'cookies', 'resend');
}

/** True for an expired code or link. The expired thing may also be the session, or the code before a new one. */
function isExpired(text: string, fields: readonly FoundField[]): boolean {
  const asksForCode = fields.some(({ role }) => role === 'code' || role === 'recovery-code');
  return says(text, 'expired') && !says(text, 'sent') && (asksForCode || says(text, 'code', 'password', 'link'));
}
