import { formMeanings, labels } from '../../language/form/index.ts';
import { says } from '../../language/page/index.ts';
import type { FormControlView, OptionView } from '../page/form-control.ts';
import type { ControlView } from '../page/view.ts';
import { LIST_BOX, isList } from './list-boxes.ts';
import {
  type FieldMeaning,
  type LabeledMeaning,
  LABELED,
  autocompleteMeaning,
  nameMeanings,
  wordsOf,
} from './field-meaning.ts';
import {
  isCountryList,
  isGenderList,
  isMonthList,
  isTitleList,
  isDialCodeList,
  isDayList,
  isYearList,
} from './option-list.ts';

/** Control of a form, as both readers see it. */
export interface FormControl {
  readonly control: ControlView;
  readonly view: FormControlView;
}

/** A field of a form, made up of one control, or of the radio buttons of a group. */
export interface FormField {
  readonly meaning: FieldMeaning;
  readonly controls: readonly ControlView[];
  readonly view: FormControlView;
  /** Label that a person reads. */
  readonly label: string;
  readonly required: boolean;
  /** Sum of the evidence. */
  readonly score: number;
}

const WEIGHT = {
  autocomplete: 5,
  type: 4,
  label: 3,
  rowLabel: 2.5,
  placeholder: 2,
  name: 2.5,
  options: 4,
  row: 1,
  before: 1.5,
};
const THRESHOLD = 2;
const TYPE: Readonly<Record<string, LabeledMeaning>> = { email: 'email', tel: 'phone', url: 'website' };
const MORE_EXACT: readonly LabeledMeaning[] = ['given-name', 'family-name', 'username', 'organization'];
const UNUSABLE = /^(?:file|range|color|search|image|reset|time|week)$/;

/** Returns the label of a field that a person reads. */
export function labelOf({ control, view }: FormControl): string {
  return (
    control.label || view.rowLabel || control.placeholder || view.row.slice(0, 80) || control.textBefore.slice(-60)
  );
}

/** True if only a program would fill the field. */
export function isTrap({ control, view }: FormControl): boolean {
  if (view.isTrap) return true;
  const text = `${control.label} ${view.rowLabel} ${control.placeholder} ${view.row}`;
  if (labels(text, 'leave-empty')) return true;
  return /honey|(?:^|[\s_-])hp(?:$|[\s_-])|\bpot\b|antispam|anti-spam|bot[-_]?(?:trap|field|check)|nospam/i.test(
    `${control.names} ${view.rowClass}`,
  );
}

/** Returns the meaning of a field without its neighbors; undefined if it needs no value. */
export function fieldOf(one: FormControl, group: readonly ControlView[] = [one.control]): FormField | undefined {
  const { control, view } = one;
  if (UNUSABLE.test(control.type)) return undefined;
  const label = labelOf(one);
  const isOpen = view.required && !control.filled && !group.some(({ checked }) => checked);
  const make = (meaning: FieldMeaning, score: number): FormField => ({
    ...{ meaning, controls: group, view, label, required: view.required, score },
  });
  if (isPassword(one)) return make(isCurrentPassword(one) ? 'current-password' : 'password', 6);
  const part = birthPart(one);
  if (part) return make(part, 5);
  const scores = scoresOf(one, group);
  const [best] = [...scores].toSorted((a, b) => b[1] - a[1]);
  const isOther = isUnanswerable(one);
  if (best && best[1] >= THRESHOLD && best[0] !== 'rest' && !(isOther && best[1] < WEIGHT.type))
    return make(best[0], best[1]);
  const isAnswered = isList(control) && !isUnanswered(control, view);
  if (control.filled || isAnswered) return undefined;
  return isOpen || isCaptchaRow(view) ? make('other-required', 1) : undefined;
}

function isPassword({ control, view }: FormControl): boolean {
  if (control.type === 'password') return !/captcha|security ?code/i.test(control.names);
  if (control.type !== 'text' && control.type !== '') return false;
  if (/(?:new|current)-password/.test(control.autocomplete)) return true;
  const words = new Set(control.names.split(' ').map(wordsOf));
  const isNamed = [...words].some((name) =>
    /^(?:new |user )?(?:password|passwd|pwd)(?: ?(?:confirm\w*|again|2|repeat))?$/.test(name),
  );
  return isNamed && labels(`${control.label} ${view.rowLabel} ${control.placeholder}`, 'password');
}

function isCurrentPassword({ control, view }: FormControl): boolean {
  const names = control.names.split(' ').map(wordsOf).join(' ');
  if (/\b(?:current|old|existing) ?(?:password|pass|pwd)/.test(names)) return true;
  return /current password|old password|existing password/i.test(
    `${control.label} ${view.rowLabel} ${control.placeholder}`,
  );
}

/** True for a field that asks for what a new person cannot have: an invitation, a passport, the letters of a picture. */
function isUnanswerable({ control, view }: FormControl): boolean {
  const own = `${control.label} ${view.rowLabel} ${control.placeholder}`;
  if (labels(own, 'unanswerable')) return true;
  return /captcha|invit|passport|security[-_ ]?(?:question|answer|code)|otp/i.test(control.names);
}

function isCaptchaRow({ rowClass }: FormControlView): boolean {
  return /captcha/i.test(rowClass);
}

/** Sums what speaks for each meaning. */
function scoresOf({ control, view }: FormControl, group: readonly ControlView[]): Map<LabeledMeaning | 'rest', number> {
  const scores = new Map<LabeledMeaning | 'rest', number>();
  const add = (meaning: LabeledMeaning | 'rest' | undefined, weight: number): void => {
    if (meaning) scores.set(meaning, (scores.get(meaning) ?? 0) + weight);
  };
  const addText = (text: string, weight: number): void => {
    for (const meaning of textMeanings(text)) add(meaning, weight);
  };
  const auto = autocompleteMeaning(control.autocomplete);
  // Many sites put `username` on the e-mail address that people sign in with.
  add(auto, auto === 'username' ? WEIGHT.label : WEIGHT.autocomplete);
  add(TYPE[control.type], WEIGHT.type);
  for (const meaning of nameMeanings(control.names)) add(meaning, WEIGHT.name);
  const isRadio = control.type === 'radio';
  if (!isRadio) addText(control.label, WEIGHT.label);
  if (isRadio || !control.label) addText(view.rowLabel, WEIGHT.rowLabel);
  if (!isRadio) addText(control.placeholder, control.label ? WEIGHT.row : WEIGHT.placeholder);
  if (!control.label && !view.rowLabel && scores.size === 0)
    addText(view.row || control.textBefore.slice(-60), WEIGHT.before);
  if (/@/.test(control.placeholder) && /\.\w/.test(control.placeholder)) add('email', WEIGHT.placeholder);
  if (/^https?:\/\//.test(control.placeholder)) add('website', WEIGHT.placeholder);
  addOptions(view.options, control, group, add);
  if (isDialCode(control, view)) {
    scores.delete('country');
    add('phone', WEIGHT.options + 3);
  }
  // "Name" is a short word for any of these.
  if (auto !== 'full-name' && MORE_EXACT.some((meaning) => scores.has(meaning))) scores.delete('full-name');
  return scores;
}

function addOptions(
  options: readonly OptionView[],
  { names, type }: ControlView,
  group: readonly ControlView[],
  add: (meaning: LabeledMeaning, weight: number) => void,
): void {
  const list = options.length > 0 ? options : group.length > 1 ? group.map(({ label }) => ({ label, value: '' })) : [];
  if (list.length === 0) return;
  if (isDialCodeList(list) || (isCountryList(list) && /phone|dial|calling|tel\b|mobile/i.test(names)))
    add('phone', WEIGHT.options + 3);
  else if (isCountryList(list)) add('country', WEIGHT.options);
  if (isGenderList(list)) add('gender', WEIGHT.options);
  else if (isTitleList(list)) add('title', type === 'radio' ? 2 : WEIGHT.options - 1);
}

/** True for a list box with the country of a phone number. */
function isDialCode({ placeholder }: ControlView, { listBox }: FormControlView): boolean {
  if (!listBox) return false;
  return listBox.isOfPhone || /^\P{N}*\+\d{1,4}\P{N}*$/u.test(listBox.chosen || placeholder);
}

/** True for a list in which nothing is chosen yet. */
export function isUnanswered({ type, filled }: ControlView, view: FormControlView): boolean {
  return type === LIST_BOX ? !filled : view.isUnanswered;
}

/** Meanings of a label. The more exact one of two wins: "company e-mail" is an address. */
function textMeanings(text: string): readonly (LabeledMeaning | 'rest')[] {
  if (text === '') return [];
  const found = formMeanings(text.slice(0, 120));
  const named = LABELED.filter((meaning) => found.has(meaning));
  if (found.has('rest')) return ['rest', ...named];
  const isEmail = named.includes('email') || (named.length === 0 && says(text, 'email') && text.length < 60);
  if (isEmail) return named.includes('username') ? ['email', 'username'] : ['email'];
  if (named.includes('given-name') && named.includes('family-name')) return ['full-name'];
  return named.length > 1 ? named.filter((one) => one !== 'full-name') : named;
}

/** Returns the part of a birth date that a list or a short field asks for. */
function birthPart({ control, view }: FormControl): 'birth-day' | 'birth-month' | 'birth-year' | undefined {
  const auto = /bday-(day|month|year)/.exec(control.autocomplete)?.[1];
  if (auto) return `birth-${auto as 'day'}`;
  const names = control.names.split(' ').map(wordsOf).join(' ');
  const label = `${control.label} ${control.placeholder}`;
  // "Select an item" has the French word for a year.
  const own = control.type === LIST_BOX && control.label ? control.label : label;
  const around = `${label} ${view.rowLabel} ${view.row} ${control.textBefore}`;
  const isBirth = /birth|\bdob\b|bday|geburt|naiss|nacim|nascim/;
  if (!isBirth.test(`${names} ${label.toLowerCase()}`) && !labels(around, 'birth-date')) return undefined;
  if (isYearList(view.options)) return 'birth-year';
  if (isMonthList(view.options)) return 'birth-month';
  if (isDayList(view.options)) return 'birth-day';
  if (control.type === 'date') return undefined;
  const isShort = (control.maxLength > 0 && control.maxLength <= 4) || control.type === LIST_BOX;
  const has = (meaning: 'day' | 'month' | 'year', name: RegExp): boolean =>
    (name.test(names) && !/date/.test(names)) || (isShort && labels(own, meaning));
  const found = [
    ...(has('day', /\bday\b|\bdd\b|\bd$/) ? (['birth-day'] as const) : []),
    ...(has('month', /\bmonth\b|\bmm\b|\bm$/) ? (['birth-month'] as const) : []),
    ...(has('year', /\byear\b|\byyyy\b|\by$/) ? (['birth-year'] as const) : []),
  ];
  return found.length === 1 ? found[0] : undefined;
}
