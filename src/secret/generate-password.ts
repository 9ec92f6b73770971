import { randomInt } from 'node:crypto';
import { TwoFactorError } from '../core/errors.ts';
import { CHARACTER_CLASSES, PRINTABLE, preferredOf } from './character-class.ts';
import type { PasswordRules } from './password-rules.ts';
import { firstMatch, matchesPattern } from './pattern.ts';

/** Number of characters unless the rules want another: about 118 bits. */
const LENGTH = 20;
/** Minimum length unless the rules forbid it. NIST SP 800-63B section 3.1.1.2 asks for 15 without a second factor. */
const SHORTEST = 15;
/** Number of passwords to try. Nearly every one fits, unless there is a pattern. */
const ATTEMPTS = 50;
/** Numbers of repetitions in a pattern: `{8,16}`. */
const REPETITION = /\{(\d{1,3})(,?)(\d{0,3})\}/g;
/** Maximum number of candidates that a pattern is asked about at once. */
const BATCH = 40;
const { upper, lower, digit, special } = CHARACTER_CLASSES;
/** Characters to choose from, the strongest first. A pattern may refuse some of them without saying so. */
const ALPHABETS = [PRINTABLE, upper + lower + digit, lower + digit, upper + digit, upper + lower, lower, digit];

interface GenerateOptions {
  /** Returns a random whole number from 0 up to and without `below`. @default `crypto.randomInt` */
  readonly random?: (below: number) => number;
}

/**
 * Generates a strong password that satisfies rules: with at least one upper-case letter, one lower-case letter, one digit
 * and one special character, as far as the rules allow them. It begins with a letter if it may, and has no runs such as
 * `aaa` and `abc`. Characters that are easy to confuse are avoided.
 *
 * @throws TwoFactorError `PASSWORD_RULES_UNMET` if no such password was found
 * @example
 * const password = generatePassword(passwordRulesOf({ passwordRules: 'minlength: 8; maxlength: 16; allowed: lower, digit' }));
 */
export function generatePassword(rules: PasswordRules = { required: [] }, options: GenerateOptions = {}): string {
  const { random = randomInt } = options;
  try {
    const found = search(rules, random);
    if (found !== undefined) return found;
  } catch (error) {
    throw unmet(rules, error);
  }
  throw unmet(rules);
}

/** Tries the lengths and the alphabets, the best ones first. */
function search(rules: PasswordRules, random: (below: number) => number): string | undefined {
  const { pattern, allowed: permitted = PRINTABLE } = rules;
  const alphabets = pattern === undefined ? ALPHABETS.slice(0, 1) : ALPHABETS;
  for (const length of lengthsFor(rules)) {
    for (const alphabet of alphabets) {
      const allowed = common(alphabet, permitted);
      // The characters that are preferred may be the ones that a pattern refuses.
      for (const characters of new Set([preferredOf(allowed), allowed])) {
        const found = characters ? firstFit({ rules, characters, length, random, pattern }) : undefined;
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

interface Attempt {
  readonly rules: PasswordRules;
  readonly characters: string;
  readonly length: number;
  readonly random: (below: number) => number;
  readonly pattern: string | undefined;
}

/** Returns the first candidate that fits. */
function firstFit(attempt: Attempt): string | undefined {
  const { rules, pattern } = attempt;
  const count = pattern === undefined ? ATTEMPTS : BATCH;
  const fitting: string[] = [];
  for (let tried = 0; tried < count; tried++) {
    const candidate = compose(attempt);
    if (candidate === undefined || !satisfies(candidate, rules)) continue;
    if (pattern === undefined) return candidate;
    fitting.push(candidate);
  }
  return pattern === undefined ? undefined : firstMatch(pattern, fitting);
}

/**
 * Composes a password: one character of each required set, and of each class, in random order, with a letter first. It
 * chooses each character so that no run begins, if it can.
 */
function compose({ rules, characters, length, random }: Attempt): string | undefined {
  const { required, allowed = PRINTABLE, maxConsecutive = Infinity } = rules;
  const places = required.map((set) => preferredOf(common(set, allowed)));
  if (places.length > length) return undefined;
  for (const name of [upper, lower, digit, special]) {
    const part = common(name, characters);
    const isGiven = places.some((place) => common(place, part) === place);
    if (part && !isGiven && places.length < length) places.push(part);
  }
  while (places.length < length) places.push(characters);
  shuffle(places, random);
  const first = places.findIndex((place) => common(place, upper + lower) !== '');
  if (first >= 0) {
    const [letters, other] = [common(places[first]!, upper + lower), places[0]!];
    places[first] = other;
    places[0] = letters;
  }
  return places.reduce((text, place) => {
    const last = text.slice(-Math.min(maxConsecutive, text.length));
    const isRun = last.length >= maxConsecutive && longestRun(last) === last.length;
    const even = Array.from(place).filter((one) => !(isRun && one === text.at(-1)));
    const best = even.filter((one) => !isOrdered(`${text.slice(-2)}${one}`));
    const choice = best.length > 0 ? best : even.length > 0 ? even : Array.from(place);
    return text + choice[random(choice.length)]!;
  }, '');
}

function shuffle(places: string[], random: (below: number) => number): void {
  for (let last = places.length - 1; last > 0; last--) {
    const other = random(last + 1);
    [places[last], places[other]] = [places[other]!, places[last]!];
  }
}

/** True if a password satisfies all rules. */
export function satisfiesRules(password: string, rules: PasswordRules): boolean {
  return satisfies(password, rules) && (rules.pattern === undefined || matchesPattern(password, rules.pattern));
}

/** True if a password satisfies rules, apart from the pattern. */
function satisfies(password: string, rules: PasswordRules): boolean {
  const { minLength = 0, maxLength = Infinity, allowed = PRINTABLE, required, maxConsecutive = Infinity } = rules;
  if (password.length < minLength || password.length > maxLength) return false;
  const characters = Array.from(password);
  if (!characters.every((character) => allowed.includes(character))) return false;
  const amounts = new Map<string, number>();
  for (const set of required) amounts.set(set, (amounts.get(set) ?? 0) + 1);
  const has = (set: string): number => characters.filter((character) => set.includes(character)).length;
  if (![...amounts].every(([set, amount]) => has(set) >= amount)) return false;
  return longestRun(password) <= maxConsecutive;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/(.)\1*/gsu) ?? []).map((run) => run.length));
}

/** True for a text with three equal or neighboring characters in a row, in any case: `aaa`, `aBc`, `321`. */
function isOrdered(text: string): boolean {
  const codes = Array.from(text.toLowerCase(), (character) => character.charCodeAt(0));
  return codes.some((code, index) => {
    const step = code - codes[index - 1]!;
    return index > 1 && Math.abs(step) <= 1 && step === codes[index - 1]! - codes[index - 2]!;
  });
}

/** Returns the lengths to try: the usual one, as close as the rules allow, then those that a pattern mentions. */
function lengthsFor({ minLength = 0, maxLength = Infinity, pattern = '' }: PasswordRules): number[] {
  const allowed = (length: number): number => Math.min(Math.max(length, minLength), maxLength);
  const repetitions = [...pattern.matchAll(REPETITION)].flatMap(([, least = '', isOpen, most = '']) => {
    const [from, to] = [Number(least), most === '' ? (isOpen ? LENGTH : Number(least)) : Number(most)];
    return [Math.min(LENGTH, to), to, from];
  });
  const longest = repetitions.filter((length) => length > 1).toSorted((a, b) => b - a);
  return [...new Set([LENGTH, SHORTEST, ...longest, ...(pattern ? [16, 12, 10, 8, 6] : [])].map(allowed))];
}

function common(first: string, second: string): string {
  return Array.from(first)
    .filter((character) => second.includes(character))
    .join('');
}

function unmet({ minLength, maxLength, pattern, allowed }: PasswordRules, cause?: unknown): TwoFactorError {
  const rules = [
    minLength === undefined ? '' : `at least ${minLength} characters`,
    maxLength === undefined ? '' : `at most ${maxLength} characters`,
    allowed === undefined ? '' : `only the characters ${allowed.slice(0, 100)}`,
    pattern === undefined ? '' : `the pattern ${pattern.slice(0, 100)}`,
  ].filter(Boolean);
  const text = `Could not generate a password that the site accepts. Its rules: ${rules.join(', ') || 'none'}.\nNext: Pass \`newPassword\` with a password that satisfies them.`;
  return new TwoFactorError('PASSWORD_RULES_UNMET', text, { cause });
}
