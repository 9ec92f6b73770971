import type { Challenge, ChallengeControl, FieldRole } from './challenge.ts';
import type { Decision } from './decide.ts';
import type { FoundField } from './field.ts';
import type { SeenControl } from './page/view.ts';

/** How many characters a text says that a code has: `6-digit`, `6-stellig`, `6 位`. */
const SAID_LENGTH =
  /(?<![\d•*下末尾])([4-9]|10)[- ]?(?:digit|character|stellig|ziffr|chiffres|caract|d[ií]git|cifre|cijfer|siffr|cyfr|znak|цифр|знач|haneli|位|桁|자리|أرقام|ספרות|מקומ|míst|čísl)/iu;
const SAID_DIGITS =
  /digit|stellig|ziffr|chiffres|d[ií]gitos|cifre|cijfer|siffr|cyfr|цифр|haneli|位数字|位數字|桁の数字|자리 숫자|أرقام|ספרות|číslic/iu;
/** `123 456`, `XXXXXX`. */
const DRAWN = /^(?:[\d•·*_xX#○●][ -]?){4,8}$/;
const COUNTED = /(?:\\d|\[0-9\])\{(\d+)(?:,\d+)?\}/;

/** A decision as the data that is shown. */
export function describe(decision: Decision): Challenge {
  const { kind, factors, fields, form, controls, dismiss, refusal, talk, score, evidence } = decision;
  const { trustDevice, resend, otherWay } = controls;
  const isAsked = kind !== 'unknown' && kind !== 'signed-in';
  const code = fields.find(({ role }) => role === 'code' || role === 'recovery-code');
  return deepFreeze({
    kind,
    factors: factors.map(({ factor, label, destination }) => ({
      factor,
      label: label.slice(0, 200),
      ...(destination ? { destination } : {}),
    })),
    fields: fields.map(({ role, first, controls }) => ({
      role: role as FieldRole,
      label: first.label || first.placeholder,
      boxes: controls.length,
      filled: first.filled,
    })),
    ...(form?.submit && fields.length > 0 ? { submit: labelled(form.submit) } : {}),
    ...(code ? shapeOf(code, talk) : {}),
    ...(refusal ? { message: refusal.message } : {}),
    ...(isAsked && trustDevice ? { trustDevice: labelled(trustDevice) } : {}),
    ...(isAsked && resend ? { resend: labelled(resend) } : {}),
    ...(isAsked && otherWay && kind !== 'choose' ? { otherWay: labelled(otherWay) } : {}),
    ...(dismiss ? { dismiss: labelled(dismiss) } : {}),
    confidence: Math.round((1 - 0.75 ** Math.max(score, 0)) * 100) / 100,
    evidence,
  });
}

function labelled({ label, near }: SeenControl): ChallengeControl {
  return { label: label || near };
}

function shapeOf(
  { controls, first, role }: FoundField,
  talk: readonly string[],
): Pick<Challenge, 'length' | 'charset'> {
  // Full-width figures are figures.
  const told = [first.described, first.placeholder, ...talk].map((text) => text.normalize('NFKC'));
  const said = told.find((text) => SAID_LENGTH.test(text)) ?? '';
  const drawn = DRAWN.test(first.placeholder) ? first.placeholder.replace(/[ -]/g, '').length : 0;
  const limit = first.maxLength >= 4 && first.maxLength <= 10 && role === 'code' ? first.maxLength : 0;
  const counted = Number(COUNTED.exec(first.pattern)?.[1] ?? 0);
  const boxes = controls.length > 1 ? controls.length : 0;
  const length = boxes || Number(SAID_LENGTH.exec(said)?.[1] ?? 0) || (counted > 1 ? counted : 0) || drawn || limit;
  const isLettered =
    /[a-z]/i.test(first.pattern.replace(/\\d/g, '')) || first.inputMode === 'text' || role === 'recovery-code';
  const isDigits =
    /^(?:numeric|decimal)$/.test(first.inputMode) ||
    /^(?:tel|number)$/.test(first.type) ||
    /\\d|\[0-9\]/.test(first.pattern) ||
    SAID_DIGITS.test(said);
  const charset =
    isDigits && !/[a-z]/i.test(first.pattern.replace(/\\d/g, '')) ? 'digits' : isLettered ? 'alphanumeric' : undefined;
  return { ...(length ? { length } : {}), ...(charset ? { charset } : {}) };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value) as unknown[])
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
