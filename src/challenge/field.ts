import type { FieldRole } from './challenge.ts';
import { groupBoxes, isField } from './boxes.ts';
import type { PageSnapshot } from './page-snapshot.ts';
import type { SeenControl } from './page/view.ts';
import { says } from '../language/page/index.ts';

/** A field that a sign-in asks for, as one or several inputs. */
export interface FoundField {
  readonly role: FieldRole | 'new-password' | 'captcha' | 'other';
  readonly controls: readonly SeenControl[];
  readonly first: SeenControl;
  readonly score: number;
  readonly evidence: string;
}

const THRESHOLD = 3;
const CODE_NAMES =
  /otp|mfa|2fa|two[-_]?factor|token|passcode|verif|auth[-_]?code|one[-_]?time|code\b|code[-_\d]|Code|challenge|\bpin\b|\btan\b/;
const USER_NAMES = /user|workspace|domain|tenant|login|e?mail|ident|account|phone|mobile|member|customer/i;
const RECOVERY_NAMES = /recovery|backup|scratch|rescue/i;
const OTHER_NAMES =
  /promo|coupon|voucher|gift|zip|\bcep\b|post(?:al|code)|cvv|cvc|card|birth|\bdob\b|search|query|\bq\b|country|referr|invit|discount|qty|quantity|amount|news|subscri|comment|message|chat|website|\burl\b|compan|user_?code|device_?code|serial|\bhex|colou?r|\blang|invoice|licen[cs]e|booking|reserv/i;
const OTHER_AUTOCOMPLETE =
  /^(?:cc-|postal|bday|street|address|country|organization|given-name|family-name|name$|sex|url)/;
const NO_TEXT = /^(?:select|file|range|color|date|time|datetime-local|month|week|search|url)$/;
/** `123456`, `••••••`, `XXX-XXX`. */
const DRAWN_CODE = /^(?:\d[ -]?){4,8}$|^[•·*_–—xX#○●-]{4,9}$|^[•·*_xX#]{3}[ -][•·*_xX#]{3}$/;

/**
 * The fields of a page, each with what it asks for. Those for anything else are `other`. With `late`, also those that
 * are empty and where nothing can be entered yet.
 */
export function findFields(scene: PageSnapshot, late = false): FoundField[] {
  const isOpen = ({ fixed, filled }: SeenControl): boolean => !fixed || (late && !filled);
  const seen = scene.items.filter(isField).filter((field) => isOpen(field) && mayBeFilled(field));
  const groups = groupBoxes(seen);
  // A clipped field beside drawn ones that can be filled is there for the browser's autofill.
  const plain = groups.filter(([first]) => first?.shown === 'plain');
  const hasBoxes = plain.some((group) => group.length > 1);
  const used = hasBoxes ? plain : groups;
  return used.map((group) => roleOf(group, scene, used));
}

/** A field that is not drawn counts only if it says itself that it is for a code, as one under drawn slots does. */
function mayBeFilled(field: SeenControl): boolean {
  if (field.shown === 'plain') return true;
  if (field.tabIndex < 0 || /^(?:checkbox|radio|file|select)$/.test(field.type)) return false;
  if (field.autocomplete.includes('one-time-code')) return true;
  return says(field.label, 'code') || (field.inputMode === 'numeric' && field.maxLength >= 4 && field.maxLength <= 8);
}

function roleOf(controls: readonly SeenControl[], scene: PageSnapshot, groups: readonly SeenControl[][]): FoundField {
  const first = controls[0]!;
  const make = (role: FoundField['role'], score: number, evidence: string): FoundField => ({
    role,
    controls,
    first,
    score,
    evidence,
  });
  const shown = first.label || first.placeholder || first.near.slice(-60);
  if (NO_TEXT.test(first.type)) return make('other', 0, '');
  if (says(`${first.label} ${first.placeholder}`, 'captcha') || /captcha/i.test(first.names))
    return make('captcha', 5, `The field "${shown}" asks for a captcha.`);
  const siblings = groups.filter(([other]) => other?.form === first.form);
  const code = codeScore(first, controls.length, scene, siblings);
  if (isPassword(first) && code < THRESHOLD) {
    const isOnly = siblings.filter(([other]) => other?.type === 'password').length === 1;
    const isRenewed = says(first.label, 'reset', 'signUp') && !(isOnly && !scene.isTitled('reset', 'signUp'));
    const isNew = first.autocomplete === 'new-password' || isRenewed;
    return make(isNew ? 'new-password' : 'password', 6, `There is a password field${shown ? ` "${shown}"` : ''}.`);
  }
  const identifier = controls.length > 1 ? 0 : identifierScore(first, siblings);
  if (code >= THRESHOLD && code >= identifier) {
    const isRecovery = isForRecovery(first, scene);
    return make(
      isRecovery ? 'recovery-code' : 'code',
      code,
      `The field "${shown}" is for a code${controls.length > 1 ? `, in ${controls.length} boxes` : ''}.`,
    );
  }
  if (identifier < THRESHOLD && RECOVERY_NAMES.test(first.names) && siblings.length === 1)
    return make('recovery-code', 4, 'The field is named for a recovery code.');
  return identifier >= THRESHOLD
    ? make('identifier', identifier, `The field "${shown}" asks who signs in.`)
    : make('other', 0, '');
}

function isPassword({ type, autocomplete, label, placeholder }: SeenControl): boolean {
  if (type === 'password' || autocomplete.includes('current-password')) return true;
  return (
    type === 'text' &&
    says(`${label} ${placeholder}`, 'password') &&
    !says(`${label} ${placeholder}`, 'code', 'username')
  );
}

/** What a field is called: by itself, or else by the text before it. */
function calledOf({ label, placeholder, near }: SeenControl): { own: string; isNear: boolean } {
  const own = `${label} ${DRAWN_CODE.test(placeholder) ? '' : placeholder}`.trim();
  return own ? { own, isNear: false } : { own: near, isNear: true };
}

function codeScore(field: SeenControl, boxes: number, scene: PageSnapshot, siblings: readonly SeenControl[][]): number {
  const { own, isNear } = calledOf(field);
  const isOneTime = field.autocomplete.includes('one-time-code');
  // A password that comes by text message is a code.
  const isSmsPassword = field.type === 'password' && !isNear && says(own, 'sms');
  const isCalledCode =
    isSmsPassword || (says(own, 'code', 'recovery') && !(field.type === 'password' && isPasswordOnly(own, isNear)));
  const isCalledOnly =
    isCalledCode && (!isNear || (siblings.length === 1 && !says(`${own} ${scene.title}`, 'password')));
  const isNamedCode = CODE_NAMES.test(field.names);
  const isOther =
    OTHER_NAMES.test(field.names) || OTHER_AUTOCOMPLETE.test(field.autocomplete) || isForOther(field, scene, boxes);
  if (isOther || /^(?:email|textarea)$/.test(field.type)) return -5;
  if (field.type === 'password' && !isOneTime && !isNamedCode && boxes === 1 && !isCalledOnly) return -5;
  if (/(?:current|new)-password|username|email/.test(field.autocomplete) && !isOneTime) return -5;
  let score = 0;
  if (isOneTime) score += 5;
  if (isCalledCode) score += isNear ? 2.5 : 3;
  if (says(field.described, 'code')) score += 1.5;
  if (DRAWN_CODE.test(field.placeholder)) score += 2;
  if (isNamedCode) score += 2;
  if (/^(?:numeric|decimal)$/.test(field.inputMode)) score += 1;
  if (/\\d|\[0-9\]/.test(field.pattern)) score += 1;
  if (field.maxLength >= 4 && field.maxLength <= 10) score += 1;
  if (/^(?:tel|number)$/.test(field.type)) score += 0.5;
  if (boxes > 1) score += 2.5;
  const isOnly = siblings.length === 1;
  if (isOnly && (scene.isTitled('code') || scene.texts.some(({ text }) => text.length < 200 && says(text, 'code'))))
    score += 2;
  return score;
}

/** "Password of 6 digits" is a password, "one-time password" is not. */
function isPasswordOnly(own: string, isNear: boolean): boolean {
  return says(own, 'password') && (isNear || !says(own.replace(/\d+[- ]?\p{L}+/gu, ''), 'code', 'recovery'));
}

/** Whether it takes a code of another kind: of a coupon, a colour, an invoice. */
function isForOther(field: SeenControl, scene: PageSnapshot, boxes: number): boolean {
  const { own, isNear } = calledOf(field);
  // What only stands before it may tell of more than of the field.
  if (isNear && says(own, 'sent', 'app')) return false;
  const isSilent = !/\p{L}{2}/u.test(own);
  return says(own, 'notCode', 'newsletter') || ((isSilent || boxes > 1) && scene.isTitled('notCode'));
}

function identifierScore(field: SeenControl, siblings: readonly SeenControl[][]): number {
  const { own, isNear } = calledOf(field);
  if (
    OTHER_NAMES.test(field.names) ||
    OTHER_AUTOCOMPLETE.test(field.autocomplete) ||
    says(own, 'notCode', 'newsletter') ||
    field.type === 'textarea'
  )
    return -5;
  let score = 0;
  if (/username|email|webauthn|^tel/.test(field.autocomplete)) score += 4;
  if (field.type === 'email') score += 3;
  if (says(own, 'username') && !says(own, 'code')) score += isNear ? 2 : 3;
  if (USER_NAMES.test(field.names)) score += 2;
  const next = siblings[siblings.findIndex(([first]) => first === field) + 1]?.[0];
  if (next && next.type === 'password') score += 3;
  return score;
}

function isForRecovery(field: SeenControl, scene: PageSnapshot): boolean {
  const { own } = calledOf(field);
  if (says(own, 'app', 'sms')) return false;
  if (says(own, 'recovery') || RECOVERY_NAMES.test(field.names)) return true;
  return scene.isTitled('recovery') && !scene.isTitled('app', 'sms', 'email');
}
