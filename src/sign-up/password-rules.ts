/** Conditions that a site states for its passwords. */
export interface PasswordRules {
  readonly minLength: number;
  readonly maxLength: number;
  /** Each entry is satisfied by one character of it. */
  readonly required: readonly string[];
  /** Characters that may occur. */
  readonly allowed: string;
  /** Longest run of one character. */
  readonly maxConsecutive: number;
  /** Value of the attribute `pattern`. */
  readonly pattern: string;
}

/** Attributes and text of a password field. */
export interface StatedRules {
  /** Value of the attribute `passwordrules`, and of attributes of validation scripts. */
  readonly attribute?: string;
  /** Attributes `minlength` and `maxlength`; negative if the field has none. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** Text beside the field, and of the refusal of an earlier password. */
  readonly text?: string;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGIT = '0123456789';
/** Symbols that few sites refuse. */
const SPECIAL = '!#%*+-=?@';
const ANY_SPECIAL = `${SPECIAL}_$&.,:;^~()[]{}|/<>'"\\\``;
const CLASSES: Readonly<Record<string, string>> = {
  lower: LOWER,
  upper: UPPER,
  digit: DIGIT,
  special: `-~!@#$%^&*_+=\`|(){}[:;"'<>,.?] `,
};
/** Larger numbers in a text are not lengths. */
const MAX_STATED = 200;
const MIN_STATED = 5;
const DEFAULT_MAX = 64;

const NO_SPECIAL =
  /(?:no|without|not contain|cannot contain|excluding|exclude) (?:any )?(?:special|symbols?|punctuation)|only (?:letters|alphanumeric)|(?:letters|characters) and (?:digits|numbers) only|alphanumeric (?:characters )?only|nur buchstaben und (?:zahlen|ziffern)|uniquement (?:des )?lettres et (?:des )?chiffres|solo letras y n[uú]meros|半角英数字(?!記号|.{0,8}記号)/i;
const AT_MOST =
  /at most|no more than|not more than|maximum|max\b|up to|less than|not exceed|longer than|höchstens|maximal|au plus|maximum|como máximo|no máximo|al massimo|maksimum|maksymalnie|не более|не больше|以内|以下|最多|최대|이하|en fazla/i;
/** A number that counts something else than the characters of the password. */
const OTHER_COUNT = /\d+\s*(?:%|days?|hours?|minutes?|years?|tage|jours|días|previous|last|attempts)/gi;

/** Reads the conditions of a password field, in the format of Apple and in plain words. */
export function readPasswordRules(stated: StatedRules): PasswordRules {
  const { attribute = '', minLength = -1, maxLength = -1, pattern = '', text = '' } = stated;
  const declared = readAttribute(attribute);
  const told = readText(text);
  const least = Math.max(minLength, declared.minLength, told.minLength);
  const most = Math.min(...[maxLength, declared.maxLength, told.maxLength].filter((one) => one > 0), DEFAULT_MAX);
  const letters = told.hasNoSpecial ? LOWER + UPPER + DIGIT : LOWER + UPPER + DIGIT + (told.listed || SPECIAL);
  const allowed = declared.allowed || letters;
  return {
    minLength: Math.max(least, 1),
    maxLength: Math.max(most, least),
    required: declared.required,
    allowed,
    maxConsecutive: declared.maxConsecutive,
    pattern,
  };
}

interface DeclaredRules {
  readonly minLength: number;
  readonly maxLength: number;
  readonly required: readonly string[];
  readonly allowed: string;
  readonly maxConsecutive: number;
}

/**
 * Reads the attribute `passwordrules`, such as `minlength: 20; required: lower; required: upper, digit; max-consecutive: 2;`.
 *
 * @see https://developer.apple.com/password-rules/
 */
function readAttribute(attribute: string): DeclaredRules {
  let [minLength, maxLength, maxConsecutive] = [-1, -1, 1];
  const required: string[] = [];
  let allowed = '';
  // A semicolon in brackets is a character.
  for (const rule of attribute.match(/(?:\[[^\]]*\]*\]|[^;[])+/g) ?? []) {
    const [, name = '', value = ''] = /^\s*([\w-]+)\s*:\s*(.*?)\s*$/s.exec(rule) ?? [];
    if (/^(?:minlength|data-(?:val-length-min|minlength|min-length))$/.test(name))
      minLength = Math.max(minLength, Number(value) || -1);
    if (name === 'maxlength') maxLength = Number(value) || -1;
    if (name === 'max-consecutive') maxConsecutive = Number(value) || 1;
    if (name === 'required') required.push(charactersOf(value));
    if (name === 'allowed') allowed += charactersOf(value);
  }
  const needed = required.filter(Boolean);
  // Without `allowed`, the required characters are those that may occur.
  return {
    minLength,
    maxLength,
    maxConsecutive,
    required: needed,
    allowed: allowed === '' ? needed.join('') : allowed + needed.join(''),
  };
}

/** Returns the characters of a list of classes: `upper, digit, [-().]`. */
function charactersOf(list: string): string {
  const custom = [...list.matchAll(/\[((?:[^\]]|\](?=\]))*)\]/g)].map(([, characters = '']) => characters).join('');
  const named = list.replaceAll(/\[(?:[^\]]|\](?=\]))*\]/g, '').match(/[\w-]+/g) ?? [];
  const classes = named.map((name) =>
    /^(?:ascii-printable|unicode)$/.test(name) ? Object.values(CLASSES).join('') : (CLASSES[name] ?? ''),
  );
  return classes.join('').replaceAll(' ', '') + custom;
}

/** Reads the lengths and the symbols that a text tells, in any language that writes numbers with digits. */
function readText(text: string): { minLength: number; maxLength: number; hasNoSpecial: boolean; listed: string } {
  const plain = text.normalize('NFKC').replaceAll(OTHER_COUNT, ' ');
  const numbers = [...plain.matchAll(/(?<![\d.,])\d{1,3}(?![\d.,]\d)/g)]
    .map(({ 0: digits, index }) => ({
      value: Number(digits),
      before: plain.slice(Math.max(0, index - 30), index),
      after: plain.slice(index, index + 16),
    }))
    .filter(({ value }) => value >= MIN_STATED && value <= MAX_STATED);
  const [first, second] = numbers;
  const hasNoSpecial = NO_SPECIAL.test(plain);
  const listed = listedSymbols(plain);
  const rest = { hasNoSpecial, listed };
  if (!first) return { minLength: -1, maxLength: -1, ...rest };
  const isMost = (one: typeof first): boolean =>
    AT_MOST.test(one.before) || /^\d+\s?(?:以内|以下|字以内|文字以内|자 이하|자 이내)/.test(one.after);
  if (second && first.value < second.value) return { minLength: first.value, maxLength: second.value, ...rest };
  if (second && isMost(first) && !isMost(second)) return { minLength: second.value, maxLength: first.value, ...rest };
  return isMost(first)
    ? { minLength: -1, maxLength: first.value, ...rest }
    : { minLength: first.value, maxLength: -1, ...rest };
}

/** Returns the symbols that a text lists: "one of !@#$%". */
function listedSymbols(text: string): string {
  const runs = text.match(/[!@#$%^&*_+=?~-](?:[\s,]*(?:or\s)?[!@#$%^&*_+=?~.:;-])+/g) ?? [];
  const longest = runs.toSorted((a, b) => b.length - a.length)[0] ?? '';
  const symbols = [...new Set(longest)].filter((one) => ANY_SPECIAL.includes(one) && one !== ',').join('');
  return symbols.length >= 3 ? symbols : '';
}
