import { IDENTITY_PROVIDER } from './control.ts';
import { factorOf } from './factor.ts';
import { isSender } from './offer.ts';
import { type FoundField } from './field.ts';
import { type PageSnapshot, isControl, isSiteFrame } from './page-snapshot.ts';
import type { ControlView } from './page/view.ts';
import { SIGNS_UP, signUpEvidence } from './sign-up-evidence.ts';
import { isNamed, says } from '../language/page/index.ts';

/** Fields that belong together, with their submit control. */
export interface FoundForm {
  readonly fields: readonly FoundField[];
  readonly submit: ControlView | undefined;
  readonly score: number;
  /** Number of fillable fields that a sign-in does not need. */
  readonly others: number;
  /** Last heading before the first field. */
  readonly heading: string;
}

const WEIGHT = {
  code: 5,
  'recovery-code': 5,
  'memorable-word': 4,
  password: 4,
  identifier: 2,
  'new-password': -5,
  captcha: 1,
  other: -2,
} as const;
/** Maximum number of fields outside a form that may belong to something else. */
const MAX_LOOSE = 3;
/** Buttons that do not submit the form: show the password, go back. */
const NON_SUBMIT = /show|hide|toggle|cancel|close|back\b|abbrechen|annuler|cancelar/i;

/** Finds the sign-in form among the forms of the page. */
export function findForm(snapshot: PageSnapshot, fields: readonly FoundField[]): FoundForm | undefined {
  const numbers = new Set(fields.map(({ first }) => first.form));
  const forms = [...numbers].map((number) =>
    formOf(
      snapshot,
      fields.filter(({ first }) => first.form === number),
    ),
  );
  return forms.filter(({ score }) => score > 0).toSorted((a, b) => b.score - a.score)[0];
}

function formOf(snapshot: PageSnapshot, fields: readonly FoundField[]): FoundForm {
  const first = fields[0]!.first;
  const { items } = snapshot;
  const start = items.indexOf(first);
  const headings = items.slice(0, start).filter((item) => item.is === 'text' && item.heading);
  // A card may have its own header.
  const heading =
    headings.findLast((item) => !isSiteFrame(item)) ?? headings.findLast(({ region }) => region === 'header');
  const title = heading?.is === 'text' ? heading.text : '';
  const submit = findSubmit(snapshot, fields);
  const formTexts = items
    .filter((item) => item.form === first.form && item.is === 'text')
    .map((item) => (item.is === 'text' ? item.text : ''));
  const hasForm = first.form >= 0;
  // A select, such as the country of a phone number, says nothing about the form.
  const typed = fields.filter(({ first, positions }) => first.type !== 'select' || positions);
  // Each role counts once, so that a long form does not look more like a sign-in.
  let score = [...new Set(typed.map(({ role }) => role))].reduce((sum, role) => sum + WEIGHT[role], 0);
  score += WEIGHT.other * Math.max(0, typed.filter(({ role }) => role === 'other').length - 1);
  if (submit && says(submit.label, 'signIn')) score += 2;
  if (submit && says(submit.label, 'newsletter') && !says(submit.label, 'signIn')) score -= 9;
  if (says(title, 'newsletter') || (hasForm && formTexts.some((text) => says(text, 'newsletter', 'shop')))) score -= 3;
  if (isSiteFrame(first) && fields.every(({ role }) => role !== 'password' && role !== 'code')) score -= 3;
  // Settings have passwords of several things.
  const passwords = typed.filter(({ first, positions }) => first.type === 'password' && !positions).length;
  const isMarked = typed.some(({ first }) => first.autocomplete.includes('one-time-code'));
  if (passwords > 1 && !isMarked && typed.some(({ role }) => role === 'code')) score = Math.min(score, 0);
  const isCode = fields.some(({ role }) => role === 'code' || role === 'recovery-code');
  const signUp = signUpEvidence(snapshot, { form: first.form, heading: title, submit, typed });
  if (!isCode && signUp.score >= SIGNS_UP) score = Math.min(score, 0);
  const rest = typed.filter((field) => field.role === 'other' && isOpen(field.first)).length;
  // Fields outside a form may belong to anything, unless they are many.
  const others = hasForm || rest > MAX_LOOSE ? rest : 0;
  return { others, fields: fields.filter(({ role }) => role !== 'other'), submit, score, heading: title };
}

function findSubmit(snapshot: PageSnapshot, fields: readonly FoundField[]): ControlView | undefined {
  const first = fields[0]!.first;
  const buttons = snapshot.controls.filter(
    ({ is, form, frame }) => is === 'button' && form === first.form && frame === first.frame,
  );
  const likely = buttons.filter(
    ({ label }) =>
      !NON_SUBMIT.test(label) && !IDENTITY_PROVIDER.test(label) && !says(label, 'resend', 'otherWay', 'later'),
  );
  const ownFactor = fields.some(({ role }) => role === 'recovery-code') ? 'recovery-code' : undefined;
  const isOffer = (control: ControlView): boolean =>
    isSender(control) || ![undefined, ownFactor].includes(factorOf(control.label));
  const plain = likely.filter((button) => !isOffer(button));
  // "Email me a link" submits an e-mail form. "Use a backup code" does not submit a code form.
  const asksCode = fields.some(({ role }) => role === 'code' || role === 'recovery-code');
  const others = likely.filter((button) => !plain.includes(button) && (!asksCode || submitsCode(button)));
  return (
    pickSubmit(snapshot, fields, plain) ??
    pickSubmit(snapshot, fields, others) ??
    findOutside(snapshot, fields) ??
    snapshot.controls.find(
      (control) =>
        control.is === 'link' && control.form === first.form && isNamed(control.label, 'next') && !isOffer(control),
    )
  );
}

/** Finds a submit button after the form, outside of it. */
function findOutside(snapshot: PageSnapshot, fields: readonly FoundField[]): ControlView | undefined {
  const last = fields.at(-1)!.controls.at(-1)!;
  return snapshot.items
    .slice(snapshot.items.indexOf(last) + 1)
    .filter(isControl)
    .find(
      ({ is, form, frame, label }) =>
        is === 'button' && form < 0 && frame === last.frame && (isNamed(label, 'next') || says(label, 'signUp')),
    );
}

/** True for a submit button that names the factor of the code in its form: "Verify e-mail". */
function submitsCode({ label, type, form }: ControlView): boolean {
  return type === 'submit' && form >= 0 && says(label, 'next', 'verify', 'signIn');
}

function pickSubmit(
  snapshot: PageSnapshot,
  fields: readonly FoundField[],
  likely: readonly ControlView[],
): ControlView | undefined {
  const last = fields.at(-1)!.controls.at(-1)!;
  const following = likely.filter((button) => snapshot.items.indexOf(button) > snapshot.items.indexOf(last));
  const isSubmitLabel = ({ label }: ControlView): boolean => isNamed(label, 'next') || isNamed(label, 'signIn');
  return (
    following.find((button) => button.type === 'submit' && isSubmitLabel(button)) ??
    following.find(isSubmitLabel) ??
    following.find(({ type }) => type === 'submit') ??
    likely.find(isSubmitLabel) ??
    following[0]
  );
}

function isOpen({ shown, disabled, filled }: ControlView): boolean {
  return shown === 'plain' && !disabled && !filled;
}
