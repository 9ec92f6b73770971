import { labels } from '../../language/form/index.ts';
import { says } from '../../language/page/index.ts';
import type { PageSnapshot } from '../page-snapshot.ts';
import { isSiteFrame } from '../page-snapshot.ts';
import type { ControlView } from '../page/view.ts';
import { sessionSigns } from '../session-sign.ts';
import type { FormControl, FormField } from './form-field.ts';
import { isBox, isTermsBox } from './form-box.ts';

/** Weight of each piece of evidence that a form creates an account. Evidence of another form is negative. */
const WEIGHT = {
  'form named for a sign-up': 3,
  'form named for a sign-in': -1.5,
  'address of a sign-up': 2,
  'button of a sign-up': 3.5,
  'button of a sign-in': -2.5,
  'heading of a sign-up': 2.5,
  'heading of a sign-in': -1.5,
  'title of a sign-up': 1.5,
  'field named for a sign-up': 2,
  'two passwords': 2,
  'two passwords beside a name': 1.5,
  'new password': 1.5,
  'password of a person with a name': 2,
  'terms box': 2,
  'link to sign in': 2,
  'current password': -8,
  'sign-out control': -6,
  'remember box': -3,
  'forgotten password': -2.5,
  'words of a reset': -4,
  'words of a newsletter': -5,
  'words of a message': -5,
  'words of a shop': -4,
  'words of a profile': -5,
  'words of an administration': -6,
  'field of an administration': -3,
  'words of a second factor': -4,
  'no password and no name': -1,
} as const;
export type SignUpSign = keyof typeof WEIGHT;

const SIGN_UP_NAME =
  /regist(?:er|ration|rierung|ry|ro)|sign[-_ ]?up|signup|enrol(?!led)|create[-_]?(?:account|user)|new[-_]?(?:account|user)|\bjoin\b|accept[-_]?invit|onboard/i;
const SIGN_IN_NAME = /log[-_]?in\b|sign[-_]?in\b|logon|session/i;
const OTHER_NAME =
  /newsletter|subscri|contact|checkout|guest|\border|profile|settings|comment|reset|forgot|search|edit[-_]?user|change[-_]?password/i;
const FIELD_NAME = /new[-_]?account|(?:^|\s)reg(?:ister)?[-_]|sign[-_]?up|registration/i;

/** The parts of a form that tell what it is for. */
interface FormParts {
  readonly form: number;
  readonly heading: string;
  readonly button: ControlView | undefined;
  readonly controls: readonly FormControl[];
  readonly fields: readonly FormField[];
}

/** Returns the evidence that a form creates an account, with its sum. */
export function signUpSigns(snapshot: PageSnapshot, parts: FormParts): { score: number; signs: SignUpSign[] } {
  const signs = [
    ...new Set([...signsOfPage(snapshot, parts), ...signsOfFields(parts), ...signsAgainst(snapshot, parts)]),
  ];
  return { score: signs.reduce((sum, sign) => sum + WEIGHT[sign], 0), signs };
}

function signsOfPage(snapshot: PageSnapshot, { form, heading, button }: FormParts): SignUpSign[] {
  const names = snapshot.forms.get(form) ?? '';
  const found: SignUpSign[] = [];
  if (SIGN_UP_NAME.test(names)) found.push('form named for a sign-up');
  else if (SIGN_IN_NAME.test(names)) found.push('form named for a sign-in');
  if (SIGN_UP_NAME.test(snapshot.address) && !OTHER_NAME.test(snapshot.address)) found.push('address of a sign-up');
  found.push(...wordsOf(button?.label ?? '', 'button of a sign-up', 'button of a sign-in'));
  found.push(...wordsOf(heading, 'heading of a sign-up', 'heading of a sign-in'));
  if (says(snapshot.title, 'signUp') && !labels(snapshot.title, 'administration')) found.push('title of a sign-up');
  const links = snapshot.controls.filter((control) => control.is !== 'field' && control !== button);
  if (links.some(({ label }) => says(label, 'signIn') && !says(label, 'signUp'))) found.push('link to sign in');
  if (links.some((link) => says(link.label, 'reset') && !isSiteFrame(link))) found.push('forgotten password');
  return found;
}

function signsOfFields({ controls, fields }: FormParts): SignUpSign[] {
  const found: SignUpSign[] = [];
  const has = (...meanings: readonly FormField['meaning'][]): boolean =>
    fields.some(({ meaning }) => meanings.includes(meaning));
  const first = (field: FormField): ControlView => field.controls[0]!;
  if (fields.some((field) => FIELD_NAME.test(first(field).names))) found.push('field named for a sign-up');
  if (has('password-confirm')) found.push('two passwords');
  if (has('password-confirm') && has('email', 'username')) found.push('two passwords beside a name');
  if (fields.some((field) => /new-password/.test(first(field).autocomplete))) found.push('new password');
  if (has('password') && (has('given-name', 'family-name', 'full-name') || (has('email') && has('username'))))
    found.push('password of a person with a name');
  if (has('current-password')) found.push('current password');
  if (!has('password', 'given-name', 'family-name', 'full-name', 'username')) found.push('no password and no name');
  const boxes = controls.filter(isBox);
  if (boxes.some(isTermsBox)) found.push('terms box');
  const isRemember = ({ control }: FormControl): boolean =>
    says(control.label, 'staySignedIn', 'trust') || /remember/i.test(`${control.names} ${control.label}`);
  if (boxes.some(isRemember)) found.push('remember box');
  return found;
}

function signsAgainst(snapshot: PageSnapshot, { form, heading, button, controls, fields }: FormParts): SignUpSign[] {
  const names = snapshot.forms.get(form) ?? '';
  const sends = button?.label ?? '';
  const words = [heading, sends];
  const found: SignUpSign[] = [];
  const isUp = (text: string): boolean => says(text, 'signUp');
  const hasPassword = fields.some(({ meaning }) => meaning === 'password');
  if (sessionSigns(snapshot).some(({ sign }) => sign === 'sign-out' || sign === 'signed-in-as'))
    found.push('sign-out control');
  if ([...words, snapshot.title].some((text) => says(text, 'reset') && !isUp(text))) found.push('words of a reset');
  const isNewsletter = words.some((text) => (says(text, 'newsletter') || labels(text, 'marketing')) && !isUp(text));
  if (!hasPassword && (isNewsletter || /newsletter|subscri/i.test(names))) found.push('words of a newsletter');
  const isMessage = controls.some(
    ({ control, view }) =>
      control.type === 'textarea' &&
      (labels(`${control.label} ${view.rowLabel} ${control.placeholder}`, 'message') ||
        /message|comment|subject|enquiry|inquiry/i.test(control.names)),
  );
  if (!hasPassword && (isMessage || words.some((text) => labels(text, 'message') && !isUp(text))))
    found.push('words of a message');
  if (
    [...words, snapshot.title].some((text) => says(text, 'shop') && !isUp(text)) ||
    /checkout|guest/i.test(`${snapshot.address} ${names}`)
  )
    found.push('words of a shop');
  if (
    words.some((text) => labels(text, 'save') && !isUp(text)) ||
    /profile|account[-_]?settings|edit[-_]?(?:user|account)/i.test(names)
  )
    found.push('words of a profile');
  if ([...words, snapshot.title].some((text) => labels(text, 'administration')))
    found.push('words of an administration');
  if (fields.some(({ label }) => labels(label, 'administration'))) found.push('field of an administration');
  if (words.some((text) => says(text, 'enrol', 'passkey') && !isUp(text))) found.push('words of a second factor');
  return found;
}

function wordsOf(text: string, up: SignUpSign, signIn: SignUpSign): SignUpSign[] {
  const [isUp, isIn] = [says(text, 'signUp') && !labels(text, 'administration'), says(text, 'signIn')];
  return isUp ? [up] : isIn ? [signIn] : [];
}
