import type { FoundField } from './field.ts';
import type { PageSnapshot } from './page-snapshot.ts';
import type { ItemView, TextView } from './page/view.ts';
import { says } from '../language/page/index.ts';
import { meaningOf } from './statement.ts';

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
  name: -3,
  near: 0.5,
  described: 0.5,
  inside: 1,
  topic: 0.5,
  good: -2.5,
  sent: -3,
  question: -1.5,
  condition: -2,
  help: -2.8,
  long: -1,
} as const;
type Evidence = keyof typeof WEIGHT;

/** Score from which a text is a refusal. */
export const REFUSED = 2.4;
const MAX_MESSAGE = 200;
const MAX_TEXT = 400;
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

/** State of the form that a text may be about. */
interface FormState {
  readonly fields: readonly FoundField[];
  readonly forms: ReadonlySet<number>;
  readonly descriptions: ReadonlySet<string>;
  /** Items close to a field. */
  readonly near: ReadonlySet<ItemView>;
  readonly isInvalid: boolean;
  /** True for a form that kept the user name and lost the password. */
  readonly isAgain: boolean;
}

/** Finds the texts that may refuse the last answer, the most likely first. */
export function refusalCandidates(snapshot: PageSnapshot, fields: readonly FoundField[]): RefusalCandidate[] {
  const state = stateOf(snapshot, fields);
  const own = new Set<ItemView>(snapshot.texts);
  // A label with an alarming color is still a label.
  const labels = new Set(snapshot.controls.flatMap(({ label, placeholder }) => [plain(label), plain(placeholder)]));
  const texts = snapshot.all.filter((item): item is TextView => item.is === 'text');
  const candidates = texts
    .filter((item) => item.marks !== '' || (own.has(item) && !item.linked))
    .filter(({ text }) => isWorded(text) && text.length <= MAX_TEXT && !labels.has(plain(text)))
    .map((item): RefusalCandidate => {
      const found = [...markEvidence(item, state), ...wordEvidence(item, state)];
      if (snapshot.isSiteName(item.text) && meaningOf(item.text) === undefined) found.push('name');
      const isAlert = item.alert || item.marks.includes('toast');
      return { text: item.text, isAlert, score: found.reduce((sum, name) => sum + WEIGHT[name], 0) };
    });
  // The description of a field may be outside of the visible texts.
  const alone = [...state.descriptions]
    .filter((text) => !texts.some((item) => item.text === text) && says(text, 'wrong'))
    .map((text) => ({ text, isAlert: false, score: WEIGHT.wrong + WEIGHT.near }));
  return [...candidates, ...alone].toSorted((a, b) => b.score - a.score);
}

function stateOf({ all }: PageSnapshot, fields: readonly FoundField[]): FormState {
  const controls = fields.flatMap(({ controls }) => controls);
  const isField = new Set<ItemView>(controls);
  const places = all.flatMap((item, place) => (isField.has(item) ? [place] : []));
  return {
    fields,
    forms: new Set(controls.map(({ form }) => form).filter((form) => form >= 0)),
    descriptions: new Set(controls.map(({ description }) => description).filter(Boolean)),
    near: new Set(places.flatMap((place) => all.slice(Math.max(0, place - NEAR), place + NEAR + 1))),
    isInvalid: controls.some(({ invalid }) => invalid),
    isAgain:
      fields.some(({ role, first }) => role === 'identifier' && first.filled) &&
      fields.some(({ role, first }) => role === 'password' && !first.filled),
  };
}

/** Returns the evidence of the place and the looks of a text. */
function markEvidence(item: TextView, { near, forms, descriptions, isInvalid, isAgain }: FormState): Evidence[] {
  const parts = new Set(item.marks.split(' '));
  const found: Evidence[] = (['role', 'class', 'color', 'toast', 'live', 'good'] as const).filter((mark) =>
    parts.has(mark),
  );
  const isMarked = item.marks !== '';
  const isDescription = descriptions.has(item.text);
  const isNear = near.has(item) || isDescription;
  if (isNear) found.push('near');
  if (isMarked && forms.has(item.form)) found.push('inside');
  if (isInvalid && (isMarked || isNear)) found.push('invalid');
  if (isInvalid && isDescription) found.push('described');
  if (isAgain && (isMarked || says(item.text, 'wrong'))) found.push('again');
  return found;
}

/** Returns the evidence of the words of a text. */
function wordEvidence({ text, marks }: TextView, { fields }: FormState): Evidence[] {
  const found: Evidence[] = [];
  const isWrong = says(text, 'wrong');
  const isOver = isExpired(text, fields);
  if (isWrong) found.push(MILD.test(text) && !isRefusalBeside(text) ? 'mild' : 'wrong');
  if (isWrong && says(text, 'code', 'password', 'username', 'passkey', 'link')) found.push('topic');
  if (isOver) found.push('expired');
  // "If it was not found, try again" may follow "we sent a code".
  if (says(text, 'sent', 'inbox') && (!isWrong || marks === '')) found.push('sent');
  if (QUESTION.test(text)) found.push('question');
  if (CONDITION.test(text) || (marks === '' && says(text, 'locked') && isWarning(text))) found.push('condition');
  // What is marked as an error twice is one, in a language without words for it.
  const isError = /class/.test(marks) && /color/.test(marks);
  if (!isWrong && !isOver && !isError && isHelp(text)) found.push('help');
  if (text.length > MAX_MESSAGE) found.push('long');
  return found;
}

/** Returns a label without the mark of a required field. */
function plain(label: string): string {
  return label.replace(/[\s:*]+$/, '');
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
