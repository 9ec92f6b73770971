import type { LocatedField, LocatedForm } from '../challenge/page/look-at-sign-up.ts';
import { TwoFactorError } from '../core/errors.ts';
import { withoutQuery } from '../sign-in/errors.ts';

/** A part of a form that was refused, with the words of the site. */
export interface FieldProblem {
  readonly field: LocatedField;
  readonly text: string;
}

/** Error for a page without a form that creates an account. */
export function unknownForm(url: string, seen: string): TwoFactorError {
  const text = `The page ${withoutQuery(url)} has no form that creates an account. ${seen}\nNext: Check the URL, and that the site lets new users register. If the page shows a form, report it; fill it by hand, and use \`persona.answer()\` for the confirmation.`;
  return new TwoFactorError('SIGN_UP_UNKNOWN', text);
}

/** Error for fields that nothing but the caller can fill. */
export function unanswerableFields(
  fields: readonly LocatedField[],
  { captcha }: Pick<LocatedForm, 'captcha'>,
  url: string,
): TwoFactorError {
  const names = fields.map(nameOf);
  const isCaptcha =
    captcha !== undefined ||
    fields.some((field) => /captcha/i.test(`${field.label} ${field.controls[0]!.names} ${field.view.rowClass}`));
  const advice = isCaptcha
    ? 'The form has a captcha, which automation cannot solve. Turn it off for tests, or use the test keys of its vendor.'
    : `Pass the value: \`values: { '${fields[0]?.label || 'label of the field'}': '…' }\`.`;
  const text = `The sign-up on ${withoutQuery(url)} asks for ${names.join(', ') || 'a captcha'}, which no persona has.\nNext: ${advice}`;
  return new TwoFactorError('SIGN_UP_UNANSWERABLE', text, {
    details: { fields: fields.map(({ label }) => label), isCaptcha },
  });
}

/** Error for a form that the site, or the browser, refused. */
export function refusedForm(
  problems: readonly FieldProblem[],
  words: string | undefined,
  form: LocatedForm,
  url: string,
): TwoFactorError {
  const told = problems.map(({ field, text }) => `${nameOf(field)}: "${text}"`);
  const said = told.length > 0 ? told.join('; ') : words === undefined ? 'without a message' : `"${words}"`;
  const captcha =
    form.captcha === undefined
      ? ''
      : ' The form has a captcha, which automation cannot solve: turn it off for tests, or use the test keys of its vendor.';
  const text = `The site refused the sign-up on ${withoutQuery(url)}: ${said}.\nNext: Pass other values with \`values\`, or remove what keeps the site from creating the account.${captcha}`;
  const details = { fields: problems.map(({ field }) => ({ meaning: field.meaning, label: field.label })) };
  return new TwoFactorError('SIGN_UP_REFUSED', text, { details });
}

/** Names a field by its label and its meaning. */
function nameOf({ label, meaning }: LocatedField): string {
  const shown = label === '' ? 'a field without a label' : `"${label}"`;
  return meaning === 'other-required' ? shown : `${shown} (${meaning})`;
}
