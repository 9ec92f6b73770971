import type { FoundField } from './field.ts';
import { type PageSnapshot, isSiteFrame } from './page-snapshot.ts';
import { sessionSigns } from './session-sign.ts';
import type { ControlView } from './page/view.ts';
import { says } from '../language/page/index.ts';

/** Weight of each piece of evidence that a form creates or changes an account. Evidence of a sign-in is negative. */
const WEIGHT = {
  'form named for a sign-up': 3,
  'form named for a sign-in': -2,
  'field named for a sign-up': 2.5,
  'address of a sign-up': 2,
  'address of a sign-in': -1,
  'button of a sign-up': 3.5,
  'button of a sign-in': -2.5,
  'title of a sign-up': 2.5,
  'title of a sign-in': -2,
  'two passwords': 3,
  'new password': 3.5,
  'current password': -2,
  'other field': 1.2,
  'terms box': 2,
  'remember box': -1.5,
  'forgotten password': -2,
  'sign-out control': 3,
  'link to sign in': 2,
  'link to sign up': -2,
} as const;
type Evidence = keyof typeof WEIGHT;

/** Score from which a form is not a sign-in. */
export const SIGNS_UP = 2;
const MAX_OTHERS = 4;
const SIGN_UP_NAME =
  /regist(?:er|ration|ry)|sign[-_]?up|enrol|create[-_]?(?:account|user)|new[-_]?(?:account|user)|join\b|invit(?:e|ation)|subscribe/i;
const FIELD_NAME = /new[-_]?account|(?:^|\s)reg(?:ister)?[-_]|sign[-_]?up|registration/i;
const SIGN_IN_NAME = /log[-_]?in|sign[-_]?in|logon|session|auth(?:enticate|\b)/i;

/** The parts of a form that tell a sign-up from a sign-in. */
export interface FormParts {
  readonly form: number;
  readonly heading: string;
  readonly submit: ControlView | undefined;
  /** Fields that a person types into. */
  readonly typed: readonly FoundField[];
}

/** Returns the evidence that a form creates an account, with its score. */
export function signUpEvidence(
  snapshot: PageSnapshot,
  { form, heading, submit, typed }: FormParts,
): { score: number; evidence: Evidence[] } {
  const found: Evidence[] = [];
  const names = snapshot.forms.get(form) ?? '';
  const passwords = typed.filter(({ first }) => first.type === 'password');
  if (SIGN_UP_NAME.test(names)) found.push('form named for a sign-up');
  else if (SIGN_IN_NAME.test(names)) found.push('form named for a sign-in');
  if (SIGN_UP_NAME.test(snapshot.address)) found.push('address of a sign-up');
  else if (SIGN_IN_NAME.test(snapshot.address)) found.push('address of a sign-in');
  found.push(...wordsOf(submit?.label ?? '', 'button of a sign-up', 'button of a sign-in'));
  const titles = [heading, snapshot.title].flatMap((title) =>
    wordsOf(title, 'title of a sign-up', 'title of a sign-in'),
  );
  found.push(...titles.slice(0, 1));
  if (typed.some(({ first }) => FIELD_NAME.test(first.names))) found.push('field named for a sign-up');
  if (passwords.length > 1) found.push('two passwords');
  if (typed.some(({ role }) => role === 'new-password')) found.push('new password');
  if (passwords.some(({ first }) => first.autocomplete.includes('current-password'))) found.push('current password');
  const others = typed.filter(({ role, first }) => role === 'other' && first.shown === 'plain').slice(0, MAX_OTHERS);
  found.push(...others.map(() => 'other field' as const));
  const own = snapshot.controls.filter((control) => control.form === form);
  const boxes = own
    .filter(({ type }) => type === 'checkbox' || type === 'switch')
    .map(({ label, textBefore, names }) => `${label || textBefore} ${names}`);
  if (boxes.some((label) => says(label, 'agree') || /terms|agree|tos\b|gdpr/i.test(label))) found.push('terms box');
  if (boxes.some((label) => says(label, 'staySignedIn', 'trust') || /remember/i.test(label)))
    found.push('remember box');
  const links = snapshot.controls.filter(
    (control) => control.is !== 'field' && control !== submit && !isSiteFrame(control),
  );
  const isForAnother = typed.some(({ role }) => role === 'identifier') && typed.some(({ role }) => role === 'password');
  if (isForAnother && sessionSigns(snapshot).some(({ sign }) => sign === 'sign-out')) found.push('sign-out control');
  if (links.some(({ label }) => says(label, 'reset'))) found.push('forgotten password');
  if (links.some(({ label, type }) => isFor(label, type, 'signIn', SIGN_IN_NAME))) found.push('link to sign in');
  if (links.some(({ is, label, type }) => is === 'link' && isFor(label, type, 'signUp', SIGN_UP_NAME)))
    found.push('link to sign up');
  return { score: found.reduce((sum, name) => sum + WEIGHT[name], 0), evidence: [...new Set(found)] };
}

function wordsOf(text: string, up: Evidence, signIn: Evidence): Evidence[] {
  const [isUp, isIn] = [says(text, 'signUp'), says(text, 'signIn')];
  if (isUp && isIn) return [];
  return isUp ? [up] : isIn ? [signIn] : [];
}

/** True for a link that leads to the other form of a site, by its label or by its address. */
function isFor(label: string, address: string, meaning: 'signIn' | 'signUp', name: RegExp): boolean {
  const other = meaning === 'signIn' ? 'signUp' : 'signIn';
  return (
    (says(label, meaning) && !says(label, other)) ||
    (!says(label, other) && !/^#|[?&]/.test(address) && name.test(address))
  );
}
