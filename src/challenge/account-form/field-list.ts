import type { ControlView } from '../page/view.ts';
import { labels } from '../../language/form/index.ts';
import { wordsOf } from './field-meaning.ts';
import { type FormControl, type FormField, fieldOf, isTrap, labelOf } from './form-field.ts';

const REPEAT_NAME =
  /\b(?:re|repeat|confirm\w*|again|retype|verify|verification|check|chk|second|conf)\b|passchk|\w2$|\b2$|retype|confirm|repeat/;

/** Finds the fields that a form asks to fill, with what each one means beside the others. */
export function fieldsOf(controls: readonly FormControl[]): FormField[] {
  const found: { readonly one: FormControl; readonly field: FormField }[] = [];
  const groups = new Set<string>();
  for (const one of controls) {
    const { control, view } = one;
    const isRadio = control.is === 'option' && control.type === 'radio' && view.group !== '';
    if ((control.is !== 'field' && !isRadio) || control.disabled || isTrap(one)) continue;
    if (isRadio && groups.has(view.group)) continue;
    groups.add(view.group);
    const group = isRadio ? radiosOf(controls, view.group) : [control];
    const field = fieldOf(one, group);
    if (field) found.push({ one, field });
  }
  return withoutSecondLines(withNames(withParts(withConfirmation(found))));
}

function radiosOf(controls: readonly FormControl[], group: string): ControlView[] {
  return controls.flatMap(({ control, view }) => (view.group === group && control.type === 'radio' ? control : []));
}

/** The second of two passwords confirms the first. */
function withConfirmation(found: readonly { readonly one: FormControl; readonly field: FormField }[]): FormField[] {
  let hasPassword = false;
  return found.map(({ one, field }) => {
    if (field.meaning !== 'password') return field;
    const names = one.control.names.split(' ').map(wordsOf).join(' ');
    const repeats =
      REPEAT_NAME.test(names) || labels(labelOf(one), 'repeat') || labels(one.control.placeholder, 'repeat');
    const isRepeated =
      hasPassword && (repeats || found.filter((other) => other.field.meaning === 'password').length === 2);
    hasPassword = true;
    return isRepeated ? { ...field, meaning: 'password-confirm' as const } : field;
  });
}

/** A second street is the second line of an address, which few people have. */
function withoutSecondLines(fields: readonly FormField[]): FormField[] {
  const street = fields.find(({ meaning }) => meaning === 'street');
  return fields.filter((field) => field.meaning !== 'street' || field === street || field.required);
}

/** Three fields of a date stand together: a fourth that only says "date of birth" is not a part of it. */
function withParts(fields: readonly FormField[]): FormField[] {
  const parts = new Set(
    fields.map(({ meaning }) => meaning).filter((meaning) => /^birth-(?:day|month|year)$/.test(meaning)),
  );
  return fields.filter(({ meaning }) => !(meaning === 'birth-date' && parts.size >= 2));
}

/** A "name" beside a family name is the given one. A "first name" without a family name is the whole name. */
function withNames(fields: readonly FormField[]): FormField[] {
  const has = (meaning: FormField['meaning']): boolean => fields.some((field) => field.meaning === meaning);
  if (has('family-name') && !has('given-name'))
    return fields.map((field) => (field.meaning === 'full-name' ? { ...field, meaning: 'given-name' } : field));
  if (!has('family-name') && has('given-name') && !has('full-name'))
    return fields.map((field) =>
      field.meaning === 'given-name' &&
      !/first|given|fore|fname/i.test(`${field.controls[0]!.names} ${field.controls[0]!.autocomplete}`)
        ? { ...field, meaning: 'full-name' }
        : field,
    );
  return [...fields];
}
