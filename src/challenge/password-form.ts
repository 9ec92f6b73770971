import { type FoundField, findFields } from './field.ts';
import { findSend } from './step-form.ts';
import { type PageSnapshot, isSiteFrame } from './page-snapshot.ts';
import type { ControlView, ItemView } from './page/view.ts';
import { speaksOf } from '../language/page/account.ts';
import { says } from '../language/page/index.ts';

/** A form that sets a new password. */
export interface PasswordForm {
  readonly current: ControlView | undefined;
  readonly fresh: ControlView;
  readonly repeat: ControlView | undefined;
  /** Field for the code that was mailed, if the form has one. */
  readonly code: FoundField | undefined;
  readonly submit: ControlView | undefined;
  /** Texts near the new password, which may have its rules. */
  readonly texts: readonly string[];
}

type Role = 'current' | 'new' | 'repeat';

const CURRENT_NAME = /cur(?:rent|r)?[-_]?|old|exist|actual|ancien|antig|altes|previous|orig/i;
const REPEAT_NAME =
  /conf|repeat|again|re[-_]?(?:type|enter|password|pass|pw)|verif|match|bis\b|[-_]?2$|retype|wdh|wiederhol/i;
const NEW_NAME = /new|neu|nouv|nuev|nov[ao]|nuov|nieuw|fresh|password1$|pass1$/i;
/** Maximum number of items around a field whose texts may be its rules. */
const NEAR = 8;
const MAX_TEXT = 300;

/**
 * Finds the form for a new password, in the front dialog first. It tells the current password from the new one by their
 * attributes, names and labels, and by their number. Fields that it cannot tell apart are left.
 */
export function findPasswordForm(snapshot: PageSnapshot): PasswordForm | undefined {
  const inputs = snapshot.controls.filter((control) => isPassword(control) && !isSiteFrame(control));
  const numbers = [...new Set(inputs.map(({ form }) => form))];
  const forms = numbers.flatMap(
    (number) =>
      formOf(
        snapshot,
        inputs.filter(({ form }) => form === number),
      ) ?? [],
  );
  // A form with the current password is more surely one that changes it.
  return forms.find(({ current }) => current !== undefined) ?? forms[0];
}

function isPassword({ is, type, shown, disabled, autocomplete }: ControlView): boolean {
  if (is !== 'field' || shown !== 'plain' || disabled) return false;
  return (type === 'password' || /(?:new|current)-password/.test(autocomplete)) && !autocomplete.includes('one-time');
}

function formOf(snapshot: PageSnapshot, all: readonly ControlView[]): PasswordForm | undefined {
  const fields = findFields(snapshot).filter(({ first }) => first.form === all[0]!.form);
  const code = fields.find(({ role }) => role === 'code' || role === 'recovery-code');
  const inputs = all.filter((input) => !code?.controls.includes(input));
  // A sign-in asks who somebody is.
  const isSignIn = fields.some(({ role, first }) => role === 'identifier' && !first.filled && !first.disabled);
  const roles = rolesOf(inputs, !isSignIn && isAboutNew(snapshot));
  if (!roles) return undefined;
  const of = (role: Role): ControlView | undefined => inputs[roles.indexOf(role)];
  const fresh = of('new');
  if (!fresh) return undefined;
  const last = fields.find(({ controls }) => controls.includes(inputs.at(-1)!));
  const submit = last && findSend(snapshot, last);
  return {
    current: of('current'),
    fresh,
    repeat: of('repeat'),
    code,
    submit,
    texts: textsNear(snapshot, fresh, inputs),
  };
}

/** Returns the role of each field, or undefined if they cannot be told apart. */
function rolesOf(inputs: readonly ControlView[], isNewPage: boolean): Role[] | undefined {
  if (inputs.length === 0 || inputs.length > 3) return undefined;
  const said = inputs.map(roleOf);
  const isReset = !said.includes('current');
  if (inputs.length === 3) return fits(said, ['current', 'new', 'repeat']);
  if (inputs.length === 1) {
    // A single password on a page that does not speak of a new one is the current one.
    const isNew = said[0] === 'new' || (said[0] === 'repeat' ? false : isNewPage && said[0] !== 'current');
    return isNew ? ['new'] : undefined;
  }
  if (!isReset) return fits(said, ['current', 'new']);
  if (said.includes('repeat') || said[0] === 'new') return fits(said, ['new', 'repeat']);
  // Two fields without names could be the old and the new password.
  return isNewPage && inputs.every(({ label }) => label === inputs[0]!.label) ? ['new', 'repeat'] : undefined;
}

/** Returns the roles in their usual order, if no field says otherwise. */
function fits(said: readonly (Role | undefined)[], usual: readonly Role[]): Role[] | undefined {
  const known = said.filter((role) => role !== undefined);
  const isEach = usual.every((role) => said.filter((one) => one === role).length === 1);
  // Each field says what it is, in any order.
  if (isEach && known.length === said.length) return [...(said as Role[])];
  const contradicts = said.some(
    (role, index) => role !== undefined && role !== usual[index] && !isBlurred(role, usual[index]!),
  );
  return contradicts ? undefined : [...usual];
}

/** True for two roles that labels confuse: a repeated new password is also a new one. */
function isBlurred(role: Role, usual: Role): boolean {
  return role === 'new' && usual === 'repeat';
}

function roleOf({ autocomplete, names, label, placeholder, textBefore }: ControlView): Role | undefined {
  const caption = `${label} ${placeholder}`.trim() || textBefore.slice(-60);
  const [isCurrent, isNew, isRepeat] = [
    speaksOf(caption, 'current'),
    speaksOf(caption, 'new'),
    speaksOf(caption, 'repeat'),
  ];
  if (autocomplete.includes('current-password')) return 'current';
  if (autocomplete.includes('new-password')) return isRepeat || REPEAT_NAME.test(names) ? 'repeat' : 'new';
  if (isRepeat && !isCurrent) return 'repeat';
  if (isCurrent && !isNew) return 'current';
  if (isNew && !isCurrent) return REPEAT_NAME.test(names) && !NEW_NAME.test(names) ? 'repeat' : 'new';
  if (REPEAT_NAME.test(names)) return 'repeat';
  if (NEW_NAME.test(names)) return 'new';
  return CURRENT_NAME.test(names) ? 'current' : undefined;
}

/** True if the address or a title of the page is about a new password. Other texts may be about anything. */
function isAboutNew(snapshot: PageSnapshot): boolean {
  const titles = [snapshot.title, ...snapshot.headings.map(({ text }) => text)];
  const texts = snapshot.texts.map(({ text }) => text).filter((text) => text.length < MAX_TEXT);
  return (
    /reset|new[-_]?password|change[-_]?password|set[-_]?password/i.test(snapshot.address) ||
    [...titles, ...texts].some((text) => speaksOf(text, 'mustChange')) ||
    titles.some((text) => says(text, 'reset') || (speaksOf(text, 'new') && isOfPassword(text)))
  );
}

function isOfPassword(text: string): boolean {
  return /pass|kennwort|wachtwoord|losen|lösen|contrase|clave|senha|heslo|hasł|jelsz|парол|lozink|geslo|κωδικ|parola|şifre|salasana|parool|parole|slapta|סיסמ|كلمة|رمز|पासवर्ड|sandi|mật khẩu|รหัส|パスワード|비밀번호|密码|密碼|adgangskode|mot de/iu.test(
    text,
  );
}

/** Returns the texts that may have the rules of a password: its description, and what stands near its field. */
function textsNear({ items }: PageSnapshot, fresh: ControlView, inputs: readonly ControlView[]): string[] {
  const place = items.indexOf(fresh);
  const current = inputs.find((input) => input !== fresh && items.indexOf(input) < place);
  const start = Math.max(0, place - NEAR, current ? items.indexOf(current) + 1 : 0);
  const isText = (item: ItemView): item is Extract<ItemView, { is: 'text' }> => item.is === 'text';
  const near = items.slice(start, place + 2 * NEAR).filter(isText);
  const own = [fresh.description, fresh.placeholder, fresh.label];
  return [...new Set([...own, ...near.map(({ text }) => text)])].filter(
    (text) => text !== '' && text.length <= MAX_TEXT,
  );
}
