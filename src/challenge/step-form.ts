import { findFields, type FoundField } from './field.ts';
import { isSiteFrame, type PageSnapshot } from './page-snapshot.ts';
import type { ControlView } from './page/view.ts';
import { isLabeled } from '../language/page/account.ts';
import { isNamed, says } from '../language/page/index.ts';

/** A form of a step that changes an account, with the fields that a persona can fill. */
export interface StepForm {
  readonly code: FoundField | undefined;
  /** The current password. */
  readonly password: FoundField | undefined;
  readonly phone: FoundField | undefined;
  readonly submit: ControlView | undefined;
}

/** Field for a telephone number, by its type, its name or its label. */
const PHONE_NAME = /phone|mobile|\btel\b|cell|msisdn|handy/i;
/** Buttons of a form that do not send it. */
const NOT_SENDING =
  /show|hide|toggle|cancel|close|back\b|copy|download|print|abbrechen|annuler|cancelar|annulla|kopieren/i;

/** Finds the forms of a page, those of the front dialog first. A form for a new password is none of them. */
export function findStepForms(snapshot: PageSnapshot): StepForm[] {
  const fields = findFields(snapshot).filter(({ first }) => !isSiteFrame(first) && first.shown === 'plain');
  const numbers = [...new Set(fields.map(({ first }) => first.form))];
  return numbers
    .map((number) =>
      formOf(
        snapshot,
        fields.filter(({ first }) => first.form === number),
      ),
    )
    .flatMap((form) => form ?? []);
}

function formOf(snapshot: PageSnapshot, fields: readonly FoundField[]): StepForm | undefined {
  const passwords = fields.filter(({ first }) => first.type === 'password' && !first.disabled);
  const codes = fields.filter(({ role, first }) => role === 'code' || (role === 'recovery-code' && isAlone(first)));
  // A change of the password has several, and they are none of a step that sets up a factor.
  const isForNew = fields.some(({ role }) => role === 'new-password') || passwords.length > 1 + codes.length;
  if (isForNew) return undefined;
  const code = codes[0];
  const password = passwords.find((field) => field !== code && field.role === 'password');
  const phone = fields.find((field) => field !== code && isPhone(field));
  if (!code && !password && !phone) return undefined;
  const last = [code, password, phone]
    .flatMap((field) => field ?? [])
    .toSorted((a, b) => placeOf(snapshot, b) - placeOf(snapshot, a))[0]!;
  return { code, password, phone, submit: findSend(snapshot, last) };
}

function isAlone({ type }: ControlView): boolean {
  return type !== 'password';
}

function isPhone({ first, role }: FoundField): boolean {
  if (role === 'code' || role === 'password' || first.type === 'select') return false;
  if (first.type === 'tel' || first.autocomplete.startsWith('tel')) return true;
  const caption = `${first.label} ${first.placeholder}`;
  return (PHONE_NAME.test(first.names) || says(caption, 'sms')) && !says(caption, 'code', 'email');
}

function placeOf({ items }: PageSnapshot, { controls }: FoundField): number {
  return items.indexOf(controls.at(-1)!);
}

/** Finds the button that sends the form of a field. */
export function findSend(snapshot: PageSnapshot, field: FoundField): ControlView | undefined {
  const { first } = field;
  const place = placeOf(snapshot, field);
  const buttons = snapshot.controls.filter(
    (control) =>
      control.is === 'button' &&
      control.frame === first.frame &&
      (control.form === first.form || (control.form < 0 && snapshot.items.indexOf(control) > place)) &&
      !NOT_SENDING.test(control.label) &&
      !says(control.label, 'resend', 'otherWay', 'later', 'deny') &&
      !isLabeled(control.label, 'cannotScan'),
  );
  const after = buttons.filter((button) => snapshot.items.indexOf(button) > place);
  const sends = ({ label }: ControlView): boolean =>
    isNamed(label, 'next') || isNamed(label, 'verify') || isLabeled(label, 'turnOn') || isLabeled(label, 'saved');
  return (
    after.find((button) => button.form === first.form && button.type === 'submit' && sends(button)) ??
    after.find((button) => button.form === first.form && sends(button)) ??
    after.find((button) => button.form === first.form && button.type === 'submit') ??
    after.find(sends) ??
    buttons.find(sends) ??
    after[0]
  );
}
