import type { FieldRole } from './challenge.ts';
import { groupBoxes, isField } from './boxes.ts';
import { type Letters, findLetters } from './letters.ts';
import type { PageSnapshot } from './page-snapshot.ts';
import type { ControlView } from './page/view.ts';
import { says } from '../language/page/index.ts';

/** A form field, made up of one or several inputs. */
export interface FoundField {
  readonly role: FieldRole | 'new-password' | 'captcha' | 'other';
  readonly controls: readonly ControlView[];
  readonly first: ControlView;
  /** Positions of the characters that the page asks for, one per input. */
  readonly positions?: readonly number[];
  readonly score: number;
  readonly evidence: string;
}

const THRESHOLD = 3;
const CODE_NAMES =
  /otp|mfa|2fa|two[-_]?factor|token|passcode|verif|auth[-_]?code|one[-_]?time|code\b|code[-_\d]|Code|challenge|\bpin\b|\btan\b/;
const USER_NAMES = /user|workspace|domain|tenant|login|e?mail|ident|account|phone|mobile|member|customer/i;
const SECOND_FACTOR_NAMES = /otp|mfa|2fa|two[-_]?factor|one[-_]?time/i;
const RECOVERY_NAMES = /recovery|backup|scratch|rescue/i;
const OTHER_NAMES =
  /promo|coupon|voucher|gift|zip|\bcep\b|post(?:al|code)|cvv|cvc|card|birth|\bdob\b|search|query|\bq\b|country|referr|invit|discount|qty|quantity|amount|news|subscri|comment|message|chat|website|\burl\b|compan|user_?code|device_?code|serial|\bhex|colou?r|\blang|invoice|licen[cs]e|booking|reserv/i;
const OTHER_AUTOCOMPLETE =
  /^(?:cc-|postal|bday|street|address|country|organization|given-name|family-name|name$|sex|url)/;
const NON_TEXT_TYPE = /^(?:select|file|range|color|date|time|datetime-local|month|week|search|url)$/;
/** Placeholder that looks like a code: `123456`, `••••••`, `XXX-XXX`. */
const CODE_PLACEHOLDER = /^(?:\d[ -]?){4,8}$|^[•·*_–—xX#○●-]{4,9}$|^[•·*_xX#]{3}[ -][•·*_xX#]{3}$/;

/**
 * Finds the fields of a page and their roles. Fields that a sign-in does not need have the role `other`. With
 * `withDisabled`, empty fields that are still disabled are included.
 */
export function findFields(snapshot: PageSnapshot, withDisabled = false): FoundField[] {
  const isOpen = ({ disabled, filled }: ControlView): boolean => !disabled || (withDisabled && !filled);
  const fillable = snapshot.items.filter(isField).filter((field) => isOpen(field) && isFillable(field));
  const letters = findLetters(snapshot, fillable);
  const taken = new Set(letters.flatMap(({ controls }) => controls));
  const groups = groupBoxes(fillable.filter((field) => !taken.has(field)));
  // A clipped field beside visible boxes is there for the autofill of the browser.
  const plain = groups.filter(([first]) => first?.shown === 'plain');
  const hasBoxes = plain.some((group) => group.length > 1);
  const used = hasBoxes ? plain : groups;
  const found = [
    ...letters.map((one) => fieldOfLetters(one, snapshot)),
    ...used.map((group) => roleOf(group, snapshot, used)),
  ];
  return found.toSorted((a, b) => fillable.indexOf(a.first) - fillable.indexOf(b.first));
}

/** Returns the field for some characters of a password or of a memorable word. */
function fieldOfLetters({ controls, positions }: Letters, snapshot: PageSnapshot): FoundField {
  const first = controls[0]!;
  const start = snapshot.items.indexOf(first);
  const before = snapshot.items.slice(0, start).flatMap((item) => (item.is === 'text' ? item.text : []));
  const isMemorable = says([...before.slice(-3), first.label].join(' '), 'memorable');
  const role = isMemorable ? 'memorable-word' : 'password';
  const evidence = `The page asks for the characters ${positions.join(', ')} of a ${role.replace('-', ' ')}.`;
  return { role, controls, first, positions, score: 6, evidence };
}

/** True if a field can be filled. An invisible field counts only if it is clearly a code field, as those under drawn slots are. */
function isFillable(field: ControlView): boolean {
  if (field.shown === 'plain') return true;
  if (field.tabIndex < 0 || /^(?:checkbox|radio|file|select)$/.test(field.type)) return false;
  if (field.autocomplete.includes('one-time-code')) return true;
  return says(field.label, 'code') || (field.inputMode === 'numeric' && field.maxLength >= 4 && field.maxLength <= 8);
}

function roleOf(
  controls: readonly ControlView[],
  snapshot: PageSnapshot,
  groups: readonly ControlView[][],
): FoundField {
  const first = controls[0]!;
  const make = (role: FoundField['role'], score: number, evidence: string): FoundField => ({
    role,
    controls,
    first,
    score,
    evidence,
  });
  const shown = first.label || first.placeholder || first.textBefore.slice(-60);
  if (NON_TEXT_TYPE.test(first.type)) return make('other', 0, '');
  if (says(`${first.label} ${first.placeholder}`, 'captcha') || /captcha/i.test(first.names))
    return make('captcha', 5, `The field "${shown}" asks for a captcha.`);
  const siblings = groups.filter(([other]) => other?.form === first.form);
  const code = codeScore(first, controls.length, snapshot, siblings);
  if (isPassword(first) && code < THRESHOLD) {
    const isOnly = siblings.filter(([other]) => other?.type === 'password').length === 1;
    const isRenewed = says(first.label, 'reset', 'signUp') && !(isOnly && !snapshot.isTitled('reset', 'signUp'));
    const isCurrent = first.autocomplete.includes('current-password');
    const isNew = first.autocomplete === 'new-password' || (isRenewed && !isCurrent);
    return make(isNew ? 'new-password' : 'password', 6, `There is a password field${shown ? ` "${shown}"` : ''}.`);
  }
  const identifier = controls.length > 1 ? 0 : identifierScore(first, siblings);
  if (code >= THRESHOLD && code >= identifier) {
    const isRecovery = isForRecovery(first, snapshot);
    return make(
      isRecovery ? 'recovery-code' : 'code',
      code,
      `The field "${shown}" is for a code${controls.length > 1 ? `, in ${controls.length} boxes` : ''}.`,
    );
  }
  if (identifier < THRESHOLD && RECOVERY_NAMES.test(first.names) && siblings.length === 1)
    return make('recovery-code', 4, 'The name of the field refers to a recovery code.');
  return identifier >= THRESHOLD
    ? make('identifier', identifier, `The field "${shown}" asks for a user name or an address.`)
    : make('other', 0, '');
}

function isPassword({ type, autocomplete, label, placeholder }: ControlView): boolean {
  if (type === 'password' || autocomplete.includes('current-password')) return true;
  return (
    type === 'text' &&
    says(`${label} ${placeholder}`, 'password') &&
    !says(`${label} ${placeholder}`, 'code', 'username')
  );
}

/** Returns the label and placeholder of a field, or the text before it if it has neither. */
function captionOf({ label, placeholder, textBefore }: ControlView): { caption: string; isTextBefore: boolean } {
  const caption = `${label} ${CODE_PLACEHOLDER.test(placeholder) ? '' : placeholder}`.trim();
  return caption ? { caption, isTextBefore: false } : { caption: textBefore, isTextBefore: true };
}

function codeScore(
  field: ControlView,
  boxes: number,
  snapshot: PageSnapshot,
  siblings: readonly ControlView[][],
): number {
  const { caption, isTextBefore } = captionOf(field);
  const isOneTime = field.autocomplete.includes('one-time-code');
  // A "password" sent by SMS is a code.
  const isSmsPassword = field.type === 'password' && !isTextBefore && says(caption, 'sms');
  const isLabeledCode =
    isSmsPassword ||
    (says(caption, 'code', 'recovery') && !(field.type === 'password' && isPasswordOnly(caption, isTextBefore)));
  const isLabeledAsCode =
    isLabeledCode && (!isTextBefore || (siblings.length === 1 && !says(`${caption} ${snapshot.title}`, 'password')));
  const isNamedCode = CODE_NAMES.test(field.names);
  const isOther =
    OTHER_NAMES.test(field.names) || OTHER_AUTOCOMPLETE.test(field.autocomplete) || isForOther(field, snapshot, boxes);
  if (isOther || /^(?:email|textarea)$/.test(field.type)) return -5;
  if (field.type === 'password' && !isOneTime && !isNamedCode && boxes === 1 && !isLabeledAsCode) return -5;
  if (field.type === 'password' && boxes === 1 && !isOneTime && !isSecretCode(field, snapshot)) return -5;
  if (/(?:current|new)-password|username|email/.test(field.autocomplete) && !isOneTime) return -5;
  let score = 0;
  if (isOneTime) score += 5;
  if (isLabeledCode) score += isTextBefore ? 2.5 : 3;
  if (says(field.description, 'code')) score += 1.5;
  if (CODE_PLACEHOLDER.test(field.placeholder)) score += 2;
  // A name in code says the same in any language.
  if (isNamedCode) score += SECOND_FACTOR_NAMES.test(field.names) ? 3 : 2;
  if (/^(?:numeric|decimal)$/.test(field.inputMode)) score += 1;
  if (/\\d|\[0-9\]/.test(field.pattern)) score += 1;
  if (field.maxLength >= 4 && field.maxLength <= 10) score += 1;
  if (/^(?:tel|number)$/.test(field.type)) score += 0.5;
  // The only field of a form, for a number, with the name of a code.
  if (field.type === 'number' && isNamedCode && siblings.length === 1) score += 0.5;
  if (boxes > 1) score += 2.5;
  const isOnly = siblings.length === 1;
  if (
    isOnly &&
    (snapshot.isTitled('code') || snapshot.texts.some(({ text }) => text.length < 200 && says(text, 'code')))
  )
    score += 2;
  return score;
}

/** True if a field that hides its input takes a code: its shape, its name or the page says so. */
function isSecretCode(
  { names, inputMode, maxLength, pattern, label, placeholder }: ControlView,
  snapshot: PageSnapshot,
): boolean {
  if (SECOND_FACTOR_NAMES.test(names) || inputMode === 'numeric' || /\\d|\[0-9\]/.test(pattern)) return true;
  if (maxLength >= 4 && maxLength <= 10) return true;
  return (
    says(`${label} ${placeholder}`, 'app', 'sms', 'recovery', 'counter', 'passkey') ||
    snapshot.isTitled('code', 'recovery') ||
    snapshot.tells('sent', 'app', 'recovery', 'counter', 'passkey')
  );
}

/** True for "password of 6 digits", which is a password; false for "one-time password". */
function isPasswordOnly(caption: string, isTextBefore: boolean): boolean {
  return (
    says(caption, 'password') && (isTextBefore || !says(caption.replace(/\d+[- ]?\p{L}+/gu, ''), 'code', 'recovery'))
  );
}

/** True if the field takes another kind of code: coupon, color, invoice. */
function isForOther(field: ControlView, snapshot: PageSnapshot, boxes: number): boolean {
  const { caption, isTextBefore } = captionOf(field);
  // The text before a field may be about more than the field.
  if (isTextBefore && says(caption, 'sent', 'app')) return false;
  const isUnlabeled = !/\p{L}{2}/u.test(caption);
  return says(caption, 'notCode', 'newsletter') || ((isUnlabeled || boxes > 1) && snapshot.isTitled('notCode'));
}

function identifierScore(field: ControlView, siblings: readonly ControlView[][]): number {
  const { caption, isTextBefore } = captionOf(field);
  if (
    OTHER_NAMES.test(field.names) ||
    OTHER_AUTOCOMPLETE.test(field.autocomplete) ||
    says(caption, 'notCode', 'newsletter') ||
    (says(caption, 'signUp') && !says(caption, 'username')) ||
    field.type === 'textarea'
  )
    return -5;
  let score = 0;
  if (/username|email|webauthn|^tel/.test(field.autocomplete)) score += 4;
  if (field.type === 'email') score += 3;
  if (says(caption, 'username') && !says(caption, 'code')) score += isTextBefore ? 2 : 3;
  if (USER_NAMES.test(field.names)) score += 2;
  if (field.type === 'tel') score += 1;
  const next = siblings[siblings.findIndex(([first]) => first === field) + 1]?.[0];
  if (next && next.type === 'password') score += 3;
  return score;
}

function isForRecovery(field: ControlView, snapshot: PageSnapshot): boolean {
  const { caption } = captionOf(field);
  if (says(caption, 'app', 'sms')) return false;
  if (RECOVERY_NAMES.test(field.names)) return true;
  // A field for either of them is a code field.
  if (says(caption, 'recovery')) return !(SECOND_FACTOR_NAMES.test(field.names) && SECOND_FACTOR_NAMES.test(caption));
  const isShaped =
    field.autocomplete.includes('one-time-code') ||
    (field.maxLength >= 4 && field.maxLength <= 6) ||
    field.inputMode === 'numeric';
  return !isShaped && snapshot.isTitled('recovery') && !snapshot.isTitled('app', 'sms', 'email');
}
