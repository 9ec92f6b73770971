import type { Challenge, ChallengeControl, FieldRole } from './challenge.ts';
import type { Decision } from './decide.ts';
import type { FoundField } from './field.ts';
import type { ControlView } from './page/view.ts';

/** Stated length of a code: `6-digit`, `6-stellig`, `6 位`. */
const STATED_LENGTH =
  /(?<![\d•*下末尾])([4-9]|10)[- ]?(?:digit|character|stellig|ziffr|chiffres|caract|d[ií]git|cifre|cijfer|siffr|cyfr|znak|цифр|знач|haneli|位|桁|자리|أرقام|ספרות|מקומ|míst|čísl)/iu;
const STATED_DIGITS =
  /digit|stellig|ziffr|chiffres|d[ií]gitos|cifre|cijfer|siffr|cyfr|цифр|haneli|位数字|位數字|桁の数字|자리 숫자|أرقام|ספרות|číslic/iu;
/** Placeholder that shows the shape of a code: `123 456`, `XXXXXX`. */
const SHAPE_PLACEHOLDER = /^(?:[\d•·*_xX#○●][ -]?){4,8}$/;
const PATTERN_LENGTH = /(?:\\d|\[0-9\])\{(\d+)(?:,\d+)?\}/;

/** Converts a decision to the public, frozen challenge. */
export function describe(decision: Decision): Challenge {
  const { kind, factors, fields, form, options, controls, dismiss, refusal, codeTexts, score, evidence } = decision;
  const { trustDevice, resend, otherWay } = controls;
  const isAsked = kind !== 'unknown' && kind !== 'signed-in';
  const code = fields.find(({ role }) => role === 'code' || role === 'recovery-code');
  return deepFreeze({
    kind,
    factors: factors.map(({ factor, label, destination, isGuess }) => ({
      factor,
      label: label.slice(0, 200),
      ...(destination ? { destination } : {}),
      ...(isGuess ? { guess: true as const } : {}),
    })),
    fields: fields.map(({ role, first, controls, positions }) => ({
      role: role as FieldRole,
      label: first.label || first.placeholder,
      boxes: controls.length,
      filled: first.filled,
      ...(positions ? { positions: [...positions] } : {}),
    })),
    ...(options.length > 0 ? { options: options.map(toControl) } : {}),
    ...(form?.submit && fields.length > 0 ? { submit: toControl(form.submit) } : {}),
    ...(code ? shapeOf(code, codeTexts) : {}),
    ...(refusal ? { message: refusal.message } : {}),
    ...(isAsked && trustDevice ? { trustDevice: toControl(trustDevice) } : {}),
    ...(isAsked && resend ? { resend: toControl(resend) } : {}),
    ...(isAsked && otherWay && kind !== 'choose' ? { otherWay: toControl(otherWay) } : {}),
    ...(dismiss ? { dismiss: toControl(dismiss) } : {}),
    confidence: Math.round((1 - 0.75 ** Math.max(score, 0)) * 100) / 100,
    evidence,
  });
}

function toControl({ label, textBefore }: ControlView): ChallengeControl {
  return { label: label || textBefore };
}

function shapeOf(
  { controls, first, role }: FoundField,
  codeTexts: readonly string[],
): Pick<Challenge, 'length' | 'charset'> {
  // NFKC turns full-width digits into ASCII digits.
  const texts = [first.description, first.placeholder, ...codeTexts].map((text) => text.normalize('NFKC'));
  const statement = texts.find((text) => STATED_LENGTH.test(text)) ?? '';
  const placeholderLength = SHAPE_PLACEHOLDER.test(first.placeholder)
    ? first.placeholder.replace(/[ -]/g, '').length
    : 0;
  const maxLength = first.maxLength >= 4 && first.maxLength <= 10 && role === 'code' ? first.maxLength : 0;
  const patternLength = Number(PATTERN_LENGTH.exec(first.pattern)?.[1] ?? 0);
  const boxCount = controls.length > 1 ? controls.length : 0;
  const length =
    boxCount ||
    Number(STATED_LENGTH.exec(statement)?.[1] ?? 0) ||
    (patternLength > 1 ? patternLength : 0) ||
    placeholderLength ||
    maxLength;
  const mayHaveLetters =
    /[a-z]/i.test(first.pattern.replace(/\\d/g, '')) || first.inputMode === 'text' || role === 'recovery-code';
  const isDigits =
    /^(?:numeric|decimal)$/.test(first.inputMode) ||
    /^(?:tel|number)$/.test(first.type) ||
    /\\d|\[0-9\]/.test(first.pattern) ||
    STATED_DIGITS.test(statement);
  const charset =
    isDigits && !/[a-z]/i.test(first.pattern.replace(/\\d/g, ''))
      ? 'digits'
      : mayHaveLetters
        ? 'alphanumeric'
        : undefined;
  return { ...(length ? { length } : {}), ...(charset ? { charset } : {}) };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value) as unknown[])
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
