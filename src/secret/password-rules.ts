import { CHARACTER_CLASSES, PRINTABLE } from './character-class.ts';
import { readRuleTexts } from './password-rule-text.ts';

/** Rules for a password. */
export interface PasswordRules {
  /** Minimum number of characters. @default none */
  readonly minLength?: number;
  /** Maximum number of characters. @default none */
  readonly maxLength?: number;
  /** Sets of characters. The password has at least one of each set, and two of a set that is given twice. */
  readonly required: readonly string[];
  /** Characters that it may have. @default the printable characters of ASCII */
  readonly allowed?: string;
  /** Maximum number of equal characters in a row. */
  readonly maxConsecutive?: number;
  /** Regular expression that the whole password matches, as in the attribute `pattern`. */
  readonly pattern?: string;
}

/** Attributes and texts of a page about a new password. */
export interface PasswordHints {
  /** Attribute `passwordrules`. */
  readonly passwordRules?: string | undefined;
  /** Attribute `minlength`; negative for none. */
  readonly minLength?: number | undefined;
  /** Attribute `maxlength`; negative for none. */
  readonly maxLength?: number | undefined;
  /** Attribute `pattern`. */
  readonly pattern?: string | undefined;
  /** Texts near the field, and the message of a refusal, in any of the languages that the reader knows. */
  readonly texts?: readonly string[];
}

/**
 * Collects the rules that a page gives for a new password. Of several rules the strictest holds. A rule that contradicts
 * the attributes of the field is ignored, because a text may be about something else.
 *
 * @example
 * passwordRulesOf({ passwordRules: 'minlength: 12; required: lower; required: digit', maxLength: 16 });
 * passwordRulesOf({ texts: ['8 to 16 characters, letters and numbers only'] });
 */
export function passwordRulesOf(hints: PasswordHints): PasswordRules {
  const declared = readAppleRules(hints.passwordRules ?? '');
  const { minLength = -1, maxLength = -1, pattern } = hints;
  const attributes: PasswordRules = {
    required: [],
    ...(minLength > 0 ? { minLength } : {}),
    ...(maxLength > 0 ? { maxLength } : {}),
    ...(pattern ? { pattern } : {}),
  };
  return [attributes, ...(hints.texts ?? []).map(readRuleTexts)].reduce(merged, declared);
}

/**
 * Reads rules in Apple's format, as the attribute `passwordrules` has them. Unknown rules are ignored.
 *
 * @see https://developer.apple.com/password-rules/
 */
export function readAppleRules(text: string): PasswordRules {
  const required: string[] = [];
  let allowed = '';
  const numbers: { minLength?: number; maxLength?: number; maxConsecutive?: number } = {};
  for (const rule of splitRules(text)) {
    const [, name = '', value = ''] = /^\s*([\w-]+)\s*:\s*(.*?)\s*$/s.exec(rule) ?? [];
    const number = /^\d{1,4}$/.test(value) ? Number(value) : 0;
    switch (name.toLowerCase()) {
      case 'minlength':
        if (number > 0) numbers.minLength = Math.max(number, numbers.minLength ?? 0);
        break;
      case 'maxlength':
        if (number > 0) numbers.maxLength = Math.min(number, numbers.maxLength ?? number);
        break;
      case 'max-consecutive':
        if (number > 0) numbers.maxConsecutive = Math.min(number, numbers.maxConsecutive ?? number);
        break;
      case 'required':
        required.push(charactersIn(value));
        break;
      case 'allowed':
        allowed += charactersIn(value);
        break;
    }
  }
  const sets = required.filter(Boolean);
  // Required characters are allowed, and only they unless the rules allow more.
  const all = sets.length > 0 || allowed ? unique(allowed + sets.join('')) : undefined;
  return { required: sets, ...numbers, ...(all === undefined ? {} : { allowed: all }) };
}

/** Splits rules at semicolons outside of brackets. */
function splitRules(text: string): string[] {
  return text.match(/(?:\[(?:\]|[^\]])[^\]]*\]|[^;])+/g) ?? [];
}

/** Returns the characters of a list such as `lower, digit, [-_.]`. */
function charactersIn(list: string): string {
  const names = list.match(/\[(?:\](?=.*\])|[^\]])[^\]]*\]|[\w-]+/g) ?? [];
  return unique(names.map((name) => (name.startsWith('[') ? ownClass(name) : namedClass(name.toLowerCase()))).join(''));
}

/** Returns the characters of a class such as `[-().&@]`. Only printable ones count. */
function ownClass(text: string): string {
  return Array.from(text.slice(1, -1))
    .filter((character) => PRINTABLE.includes(character))
    .join('');
}

function namedClass(name: string): string {
  if (name === 'ascii-printable' || name === 'unicode') return PRINTABLE;
  return name in CHARACTER_CLASSES ? CHARACTER_CLASSES[name as keyof typeof CHARACTER_CLASSES] : '';
}

function unique(characters: string): string {
  return [...new Set(characters)].join('');
}

/** Adds rules to others, without those that contradict them. */
function merged(first: PasswordRules, second: PasswordRules): PasswordRules {
  const allowed =
    first.allowed === undefined || second.allowed === undefined
      ? (first.allowed ?? second.allowed)
      : common(first.allowed, second.allowed) || first.allowed;
  const required = second.required.map((set) => common(set, allowed ?? PRINTABLE)).filter(Boolean);
  const isShort = (second.maxLength ?? Infinity) < (first.minLength ?? 0);
  const isLong = (second.minLength ?? 0) > (first.maxLength ?? Infinity);
  const min = Math.max(first.minLength ?? 0, isLong ? 0 : (second.minLength ?? 0));
  const max = Math.min(first.maxLength ?? Infinity, isShort ? Infinity : (second.maxLength ?? Infinity));
  const consecutive = Math.min(first.maxConsecutive ?? Infinity, second.maxConsecutive ?? Infinity);
  const pattern = first.pattern ?? second.pattern;
  return {
    required: [...first.required.map((set) => common(set, allowed ?? PRINTABLE)).filter(Boolean), ...required],
    ...(min > 0 ? { minLength: min } : {}),
    ...(max < Infinity ? { maxLength: max } : {}),
    ...(allowed === undefined ? {} : { allowed }),
    ...(consecutive < Infinity ? { maxConsecutive: consecutive } : {}),
    ...(pattern === undefined ? {} : { pattern }),
  };
}

function common(first: string, second: string): string {
  return Array.from(first)
    .filter((character) => second.includes(character))
    .join('');
}
