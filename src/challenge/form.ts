import { ELSEWHERE } from './control.ts';
import { factorOf, isSender } from './factor.ts';
import { type FoundField } from './field.ts';
import { type PageSnapshot, isAround } from './page-snapshot.ts';
import type { SeenControl } from './page/view.ts';
import { isNamed, says } from '../language/page/index.ts';

/** The fields that belong together, and what sends them. */
export interface FoundForm {
  readonly fields: readonly FoundField[];
  readonly submit: SeenControl | undefined;
  readonly score: number;
  /** How many of its fields are open to be typed in, and for anything else. */
  readonly others: number;
  /** What stands right above: the last heading before the first field. */
  readonly heading: string;
}

const WEIGHT = {
  code: 5,
  'recovery-code': 5,
  password: 4,
  identifier: 2,
  'new-password': -5,
  captcha: 1,
  other: -2,
} as const;
/** Showing the password and going back do not send the form. */
const NOT_SUBMIT = /show|hide|toggle|cancel|close|back\b|abbrechen|annuler|cancelar/i;

/** The form that signs in, of all on the page. */
export function findForm(scene: PageSnapshot, fields: readonly FoundField[]): FoundForm | undefined {
  const numbers = new Set(fields.map(({ first }) => first.form));
  const forms = [...numbers].map((number) =>
    formOf(
      scene,
      fields.filter(({ first }) => first.form === number),
    ),
  );
  return forms.filter(({ score }) => score > 0).toSorted((a, b) => b.score - a.score)[0];
}

function formOf(scene: PageSnapshot, fields: readonly FoundField[]): FoundForm {
  const first = fields[0]!.first;
  const { items } = scene;
  const start = items.indexOf(first);
  const headings = items.slice(0, start).filter((item) => item.is === 'text' && item.heading);
  // A card may have a head of its own.
  const heading =
    headings.findLast((item) => !isAround(item)) ?? headings.findLast(({ region }) => region === 'header');
  const title = heading?.is === 'text' ? heading.text : '';
  const submit = findSubmit(scene, fields);
  const said = items
    .filter((item) => item.form === first.form && item.is === 'text')
    .map((item) => (item.is === 'text' ? item.text : ''));
  const hasForm = first.form >= 0;
  // What is chosen from a list, as the country of a number, says nothing of a form.
  const typed = fields.filter(({ first }) => first.type !== 'select');
  let score = typed.reduce((sum, { role }) => sum + WEIGHT[role], 0);
  if (submit && says(submit.label, 'signIn')) score += 2;
  if (submit && says(submit.label, 'signUp', 'newsletter') && !says(submit.label, 'signIn')) score -= 9;
  if (says(title, 'signUp') && !says(title, 'signIn')) score -= 5;
  if (says(title, 'newsletter') || (hasForm && said.some((text) => says(text, 'newsletter', 'shop')))) score -= 3;
  if (isAround(first) && fields.every(({ role }) => role !== 'password' && role !== 'code')) score -= 3;
  const others = hasForm ? typed.filter((field) => field.role === 'other' && isOpen(field.first)).length : 0;
  return { others, fields: fields.filter(({ role }) => role !== 'other'), submit, score, heading: title };
}

function findSubmit(scene: PageSnapshot, fields: readonly FoundField[]): SeenControl | undefined {
  const first = fields[0]!.first;
  const buttons = scene.controls.filter(
    ({ is, form, frame }) => is === 'button' && form === first.form && frame === first.frame,
  );
  const likely = buttons.filter(
    ({ label }) => !NOT_SUBMIT.test(label) && !ELSEWHERE.test(label) && !says(label, 'resend', 'otherWay', 'later'),
  );
  const own = fields.some(({ role }) => role === 'recovery-code') ? 'recovery-code' : undefined;
  const isOffer = (control: SeenControl): boolean =>
    isSender(control) || ![undefined, own].includes(factorOf(control.label));
  const plain = likely.filter((button) => !isOffer(button));
  // "Email me a link" sends a form that asks where to; "Use a backup code" sends no code.
  const asksCode = fields.some(({ role }) => role === 'code' || role === 'recovery-code');
  const others = likely.filter((button) => !plain.includes(button) && (!asksCode || sendsCode(button)));
  return (
    submitOf(scene, fields, plain) ??
    submitOf(scene, fields, others) ??
    scene.controls.find(
      (control) =>
        control.is === 'link' && control.form === first.form && isNamed(control.label, 'next') && !isOffer(control),
    )
  );
}

/** A button of a form around a code that speaks of a factor, as that which the code is of: "Verify e-mail". */
function sendsCode({ label, type, form }: SeenControl): boolean {
  return type === 'submit' && form >= 0 && says(label, 'next', 'verify', 'signIn');
}

function submitOf(
  scene: PageSnapshot,
  fields: readonly FoundField[],
  likely: readonly SeenControl[],
): SeenControl | undefined {
  const last = fields.at(-1)!.controls.at(-1)!;
  const behind = likely.filter((button) => scene.items.indexOf(button) > scene.items.indexOf(last));
  const sends = ({ label }: SeenControl): boolean => isNamed(label, 'next') || isNamed(label, 'signIn');
  return (
    behind.find((button) => button.type === 'submit' && sends(button)) ??
    behind.find(sends) ??
    behind.find(({ type }) => type === 'submit') ??
    likely.find(sends) ??
    behind[0]
  );
}

function isOpen({ shown, fixed, filled }: SeenControl): boolean {
  return shown === 'plain' && !fixed && !filled;
}
