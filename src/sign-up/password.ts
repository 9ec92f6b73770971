import { randomInt } from 'node:crypto';
import type { PasswordRules } from './password-rules.ts';

/** Returns a random integer from 0 to `below` - 1. */
export type RandomInt = (below: number) => number;

const LENGTH = 20;
const MAX_TRIES = 200;
/** Shorter passwords are not worth the name. */
const MIN_LENGTH = 4;
/** Alphabets that patterns allow, the largest first. */
const ALPHABETS = [
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  'abcdefghijklmnopqrstuvwxyz0123456789',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '0123456789',
];
const LETTER = /[a-z]/i;
const CLASSES = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d\s]/];

/** Generates a password that satisfies all rules. Undefined if none was found. */
export function generatePassword(rules: PasswordRules, random: RandomInt = randomInt): string | undefined {
  const usual = Math.max(rules.minLength, Math.min(LENGTH, rules.maxLength));
  // A pattern may allow less than any text tells.
  const stated = [...rules.pattern.matchAll(/\{(\d+)/g)].map(([, digits]) => Number(digits));
  const lengths = [usual, ...stated.filter((one) => one >= MIN_LENGTH && one <= rules.maxLength)];
  const alphabets =
    rules.pattern === '' ? [rules.allowed] : [rules.allowed, ...ALPHABETS.map((one) => shared(one, rules.allowed))];
  for (const length of new Set(lengths))
    for (const allowed of alphabets.filter(Boolean)) {
      const narrowed = { ...rules, allowed, minLength: Math.min(rules.minLength, length) };
      const password = search(narrowed, length, random);
      if (password !== undefined) return password;
    }
  return undefined;
}

function search(rules: PasswordRules, length: number, random: RandomInt): string | undefined {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const password = draw(rules, length, random);
    if (satisfies(password, rules) && isStrong(password, rules)) return password;
  }
  return undefined;
}

/** Returns the characters of an alphabet that are allowed. */
function shared(alphabet: string, allowed: string): string {
  return Array.from(alphabet)
    .filter((one) => allowed.includes(one))
    .join('');
}

/** True if a password satisfies all rules. */
export function satisfies(password: string, rules: PasswordRules): boolean {
  const { minLength, maxLength, required, allowed, maxConsecutive, pattern } = rules;
  if (password.length < minLength || password.length > maxLength) return false;
  if (Array.from(password).some((character) => !allowed.includes(character))) return false;
  if (required.some((needed) => !Array.from(password).some((character) => needed.includes(character)))) return false;
  if (new RegExp(`(.)\\1{${maxConsecutive},}`, 's').test(password)) return false;
  return matchesPattern(password, pattern);
}

/** True if a value matches the attribute `pattern`, as the browser decides it. A pattern that the browser ignores matches. */
export function matchesPattern(value: string, pattern: string): boolean {
  if (pattern === '') return true;
  try {
    return new RegExp(`^(?:${pattern})$`, 'v').test(value);
  } catch {
    return true;
  }
}

/** True if the password has every class of characters that the rules leave to it. Most sites ask for them. */
function isStrong(password: string, { allowed }: PasswordRules): boolean {
  return CLASSES.every((one) => one.test(password) || !one.test(allowed));
}

/** Draws a password that begins with a letter, and has no character twice in a row. */
function draw({ allowed, required }: PasswordRules, length: number, random: RandomInt): string {
  const characters = [...new Set(allowed)];
  const pick = (from: readonly string[]): string => (from.length === 0 ? '' : from[random(from.length)]!);
  const needed = [
    ...required.map((one) => pick(Array.from(one).filter((character) => characters.includes(character)))),
    ...CLASSES.map((one) => pick(characters.filter((character) => one.test(character)))),
  ].filter(Boolean);
  const drawn = [...needed, ...Array.from({ length: Math.max(0, length - needed.length) }, () => pick(characters))];
  for (let last = drawn.length - 1; last > 0; last--) {
    const other = random(last + 1);
    [drawn[last], drawn[other]] = [drawn[other] ?? '', drawn[last] ?? ''];
  }
  const first = drawn.findIndex((one) => LETTER.test(one));
  if (first > 0) [drawn[0], drawn[first]] = [drawn[first]!, drawn[0]!];
  return drawn.slice(0, Math.max(length, needed.length)).join('');
}
