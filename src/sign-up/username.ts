import { randomInt } from 'node:crypto';
import { matchesPattern } from '../secret/pattern.ts';

/** Returns a random integer from 0 to `below` - 1. */
type RandomInt = (below: number) => number;

/** Conditions that a site states for its user names. */
export interface UsernameRules {
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern: string;
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz';
const DIGITS = '23456789';
const MAX_LENGTH = 15;
const MIN_LENGTH = 3;
const UNIQUE = 7;
const MAX_TRIES = 20;

/**
 * Generates a user name that nobody has: a readable beginning with random characters. It has only lower-case letters and
 * digits, begins with a letter, and has 15 characters at most, which most sites accept.
 */
export function generateUsername(
  beginning: string,
  rules: UsernameRules,
  random: RandomInt = randomInt,
): string | undefined {
  const most = Math.min(MAX_LENGTH, rules.maxLength > 0 ? rules.maxLength : MAX_LENGTH);
  const least = Math.max(MIN_LENGTH, rules.minLength);
  const pick = (from: string): string => from.charAt(random(from.length));
  const start = beginning.toLowerCase().replaceAll(/[^a-z]/g, '') || 'user';
  const unique = Math.min(UNIQUE, Math.max(1, most - 1));
  const stem = start.slice(0, Math.max(1, most - unique));
  const length = Math.max(least, Math.min(most, stem.length + unique));
  for (const characters of [LETTERS + DIGITS, LETTERS, DIGITS])
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const name = stem + Array.from({ length: length - stem.length }, () => pick(characters)).join('');
      const forms = [name, name.charAt(0).toUpperCase() + name.slice(1), name.toUpperCase()];
      const fitting = forms.find((form) => matchesPattern(form, rules.pattern));
      if (fitting !== undefined) return fitting;
    }
  return undefined;
}

/** True if a name satisfies the rules. */
export function fitsUsername(name: string, { minLength, maxLength, pattern }: UsernameRules): boolean {
  return name.length >= minLength && (maxLength <= 0 || name.length <= maxLength) && matchesPattern(name, pattern);
}
