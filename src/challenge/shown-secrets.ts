import { SEED } from './enrollment.ts';
import type { PageSnapshot } from './page-snapshot.ts';

/** Minimum number of recovery codes of a site. Fewer texts of the same shape may be anything. */
const MIN_CODES = 4;
/** Minimum length of a code, without its separators. */
const MIN_LENGTH = 6;
/** A code in one to eight groups. A site with longer groups shows keys. */
const CODE = /^[A-Za-z0-9]{2,40}(?:[-_.\u2013 ][A-Za-z0-9]{2,16}){0,7}$/;
/** A code in one piece, or in pieces with something else than a space between them. */
const WORD = /[A-Za-z0-9]+(?:[-_.\u2013][A-Za-z0-9]+)*/g;
/** Texts of the same shape that lists of devices and sessions have: dates, times, addresses, versions, telephone numbers. */
const PLAIN = /^(?:\d{3}[-. ]\d{3}[-. ]\d{4}|\d{1,4}[-.]\d{1,2}[-.]\d{1,4}|\d{1,3}(?:\.\d{1,3}){1,3}|v\d[\w.]*)$/i;
const GAP = /[^A-Za-z0-9]/g;

/** Secrets that a page shows as text while it sets up a factor. */
export interface ShownSecrets {
  readonly recoveryCodes: readonly string[];
  /** Seed of an authenticator, in Base32. */
  readonly seed: string | undefined;
}

/** Finds the secrets that a page shows: recovery codes, in a list, a grid or a block of text, and the seed. */
export function shownSecrets(snapshot: PageSnapshot): ShownSecrets {
  const texts = snapshot.all.flatMap((item) => (item.is === 'text' ? item.text : []));
  const codes = recoveryCodesIn(texts);
  const [seed] = texts.flatMap((text) => SEED.exec(text)?.[0] ?? []);
  // Most pages have no such texts, and are not asked for their words.
  return {
    recoveryCodes: codes.length > 0 && snapshot.tells('recovery') ? codes : [],
    seed: seed !== undefined && snapshot.tells('enrol', 'app') ? seed.replaceAll(' ', '').toUpperCase() : undefined,
  };
}

/** Returns the texts that have the form of recovery codes: at least four, different, and of the same shape. */
export function recoveryCodesIn(texts: readonly string[]): string[] {
  return [...new Set(recoveryCodeSets(texts).flat())];
}

/** Returns the sets of texts that have the form of recovery codes. The codes of a set have one shape. */
export function recoveryCodeSets(texts: readonly string[]): string[][] {
  const whole = texts.map((text) => text.replace(/^\s*\d{1,2}[.):]\s+/, '').trim()).filter((text) => CODE.test(text));
  const spaced = whole.filter((text) => text.includes(' '));
  const words = texts.flatMap((text) => text.match(WORD) ?? []).filter((word) => CODE.test(word));
  const sets = [...sameShape(spaced), ...sameShape(words), pairs(words)].filter((set) => set.length > 0);
  // The parts of codes are none, and one set may be found in two ways.
  const isPart = (set: readonly string[], other: readonly string[]): boolean =>
    set !== other && set.every((code) => other.some((one) => one.includes(code)));
  return sets.filter(
    (set, index) => !sets.some((other, at) => isPart(set, other) && (!isPart(other, set) || at < index)),
  );
}

function sameShape(texts: readonly string[]): string[][] {
  const byShape = new Map<string, string[]>();
  for (const text of new Set(texts.filter(isCode))) {
    const alike = byShape.get(shapeOf(text));
    if (alike) alike.push(text);
    else byShape.set(shapeOf(text), [text]);
  }
  return [...byShape.values()].filter((group) => group.length >= MIN_CODES && isRandom(group));
}

/** Returns codes of two numbers with a space between them, in a block of text. */
function pairs(words: readonly string[]): string[] {
  const numbers = words.filter((word) => /^\d{4,5}$/.test(word));
  const isBlock = numbers.length >= 2 * MIN_CODES && numbers.length % 2 === 0;
  return isBlock ? numbers.flatMap((one, index) => (index % 2 === 0 ? `${one} ${numbers[index + 1]}` : [])) : [];
}

function isCode(text: string): boolean {
  return text.replace(GAP, '').length >= MIN_LENGTH && !PLAIN.test(text) && !text.split(GAP).every(isWord);
}

/** Returns the lengths of the groups, with what is between them: `4-4`. */
function shapeOf(text: string): string {
  return text.replace(/[A-Za-z0-9]+/g, (group) => String(group.length));
}

/** True for what may be a word of a language: letters in one case, and no four consonants in a row. */
function isWord(text: string): boolean {
  return /^(?:[A-Z]?[a-z]+|[A-Z]+)$/.test(text) && !/[^aeiouy]{4}/i.test(text);
}

/** True if most of the texts have a digit. Words of a language have none. */
function isRandom(group: readonly string[]): boolean {
  const withDigit = group.filter((text) => /\d/.test(text)).length;
  return withDigit * 2 >= group.length;
}
