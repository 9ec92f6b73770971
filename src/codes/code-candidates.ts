import { isWordLike } from './word-likeness.ts';

/** A piece of a text that has the shape of a code. */
export interface Candidate {
  /** As a person would type it. */
  readonly code: string;
  readonly shape: 'digits' | 'grouped' | 'prefixed' | 'mixed' | 'letters';
  readonly start: number;
  readonly end: number;
  /** True for letters with a number behind them, or a number with a unit: `server12`, `30min`. */
  readonly isUnitLike?: boolean;
}

/** Known shape of the code that is looked for. */
export interface ExpectedShape {
  /** Length of the code, in characters. @default 4 to 10, or to 12 with letters */
  readonly length?: number | undefined;
  readonly charset?: 'digits' | 'alphanumeric' | undefined;
}

const MIN_LENGTH = 4;
const MAX_LENGTH = 10;
const MAX_MIXED_LENGTH = 12;

/**
 * Returns a text with its digits, letters, dashes and spaces in their ASCII forms. Each stays at its place. Digits that
 * take two places (𝟎, a mathematical sign) are not part of a code.
 */
export function plainText(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return text.replace(OTHER_FORMS, plainCharacter);
}

/** Digits of other scripts, letters of full width, and the spaces and dashes that stand for ASCII ones. */
const OTHER_FORMS = /(?!\d)\p{Nd}|[\uff21-\uff5a\u00a0\u202f\u2007\u3000\u2010-\u2013\uff0d]/gu;

function plainCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  if (/\p{Nd}/u.test(character)) return code > 0xffff ? '__' : plainDigit(code);
  if (code >= 0xff21 && code <= 0xff5a) return String.fromCharCode(code - 0xfee0);
  if (code === 0x00a0 || code === 0x202f || code === 0x2007 || code === 0x3000) return ' ';
  if (code === 0x2010 || code === 0x2011 || code === 0x2012 || code === 0x2013 || code === 0xff0d) return '-';
  return character;
}

/** Returns the ASCII form of a digit. The digits of a script follow its zero. */
function plainDigit(code: number): string {
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCharCode(zero - 1))) zero--;
  return String((code - zero) % 10);
}

/** Replaces the addresses of pages and mailboxes with blanks: their digits are not a code. */
export function withoutAddresses(text: string): string {
  return /[@/]|www\./i.test(text) ? text.replace(ADDRESSES, (address) => ' '.repeat(address.length)) : text;
}

/** Each kind begins at the beginning of a word and is bounded, so that a long run of letters costs linear time. */
const ADDRESSES =
  /\b(?:https?:\/\/|www\.)[^\s<>"]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}|(?<![\w.-])(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}\/[^\s<>"]*/gi;

/** Finds everything in a plain text that has the shape of a code, in its order: at most `limit` candidates. */
export function findCandidates(text: string, limit: number, { length, charset }: ExpectedShape = {}): Candidate[] {
  const least = Math.min(MIN_LENGTH, length ?? MIN_LENGTH);
  const most = Math.max(MAX_LENGTH, length ?? 0);
  const kinds = [
    runsOfDigits(text, least, most),
    spacedCharacters(text),
    mixedWords(text, least, Math.max(MAX_MIXED_LENGTH, most)),
    capitalWords(text, most),
    oddlyCasedWords(text),
    charset === 'alphanumeric' && length !== undefined ? smallWords(text, length) : [],
  ];
  return kinds
    .flatMap((candidates) => first(candidates, limit))
    .toSorted((a, b) => a.start - b.start)
    .slice(0, limit);
}

function first<T>(all: Iterable<T>, limit: number): T[] {
  const found: T[] = [];
  for (const one of all) if (found.push(one) >= limit) break;
  return found;
}

/** Yields digits, and groups of digits with single spaces or hyphens between them. */
function* runsOfDigits(text: string, least: number, most: number): Generator<Candidate> {
  for (const run of text.matchAll(/\d+(?:[ -]\d+)*/g))
    if (run[0].length >= least) yield* codesOfRun(text, run[0], run.index, [least, most]);
}

function* codesOfRun(
  text: string,
  run: string,
  start: number,
  [least, most]: readonly [number, number],
): Generator<Candidate> {
  const groups = run.split(/[\s-]+/);
  const lengths = groups.map((group) => group.length);
  const end = start + run.length;
  if (GROUPINGS.has(lengths.join()) && !isTouched(text, start, end)) {
    const prefix = /(?<![\w-])[A-Z]-$/.exec(text.slice(Math.max(0, start - 3), start))?.[0] ?? '';
    const shape = prefix === '' ? 'grouped' : 'prefixed';
    yield { code: groups.join(''), shape, start: start - prefix.length, end };
    return;
  }
  if (run.includes('-')) return; // a telephone number, a date
  let at = start;
  for (const group of groups) {
    const from = text.indexOf(group, at);
    at = from + group.length;
    if (group.length < least || group.length > most || isTouched(text, from, at)) continue;
    yield { code: group, shape: 'digits', start: from, end: at };
  }
}

/** Printed forms of a code: the number of digits in each group. */
const GROUPINGS = new Set([
  '3,3',
  '4,4',
  '3,4',
  '4,3',
  '2,2,2',
  '3,2,3',
  '3,2,2',
  '2,3,2',
  '5,5',
  '3,3,3',
  '3,3,2',
  '2,4',
  '4,2',
  '2,3',
  '2,2',
  '4,4,2',
]);

/** True if a character before or after makes a number part of something else: an amount, a time, a mask, a word. */
function isTouched(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  if (/[\w*•#$€£¥₹₺₽₩+@\\\u00c0-\u0556\u0561-\u0587]$/.test(before) && !/(?:^|\s)#$/.test(before)) return true;
  // `482913,5分钟`: the comma ends a clause.
  const isClause = /^,\d{1,2}\s?\p{sc=Han}/u.test(text.slice(end, end + 5));
  if (/[\d*•][.,:/-]$/.test(before) || (/^[.,:/][\d*•]/.test(after) && !isClause)) return true;
  return /^[\w*•%€£¥₹@\u00c0-\u0556\u0561-\u0587]/.test(after) || /^-(?:\w|$)/.test(after) || /[\d*X]-$/.test(before);
}

/** Yields `4 8 2 9 1 3`, and `a 8 k 2 u f` on a line of its own. */
function* spacedCharacters(text: string): Generator<Candidate> {
  for (const match of text.matchAll(
    /(?<![\w.,:/*#-])[A-Za-z\d](?:[ \t]{1,3}(?:-[ \t]{1,3})?[A-Za-z\d]){3,9}(?![\w*]|[ \t]{1,3}[A-Za-z\d]\b|[.,:/]\d)/g,
  )) {
    const [shown] = match;
    if (!/\d/.test(shown)) continue;
    const start = match.index;
    const end = start + shown.length;
    const hasLetters = /[A-Za-z]/.test(shown);
    if (hasLetters && !isAlone(text, start, end)) continue;
    yield { code: shown.replace(/[\s-]/g, ''), shape: hasLetters ? 'mixed' : 'grouped', start, end };
  }
}

/** True if the rest of its line is only punctuation. */
function isAlone(text: string, start: number, end: number): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  const around = text.slice(lineStart, start) + text.slice(end, lineEnd < 0 ? undefined : lineEnd);
  return /^[\s\p{P}\p{S}]*$/u.test(around);
}

const WITH_DIGIT = /(?<![A-Za-z\d])(?=[A-Za-z-]{0,40}\d)[A-Za-z\d]+(?:-[A-Za-z\d]+)*/g;

/** Yields letters and digits together, in one word or in groups with hyphens, without a prefix such as `G-`. */
function* mixedWords(text: string, least: number, most: number): Generator<Candidate> {
  for (const match of text.matchAll(WITH_DIGIT)) {
    const shown = match[0];
    const start = match.index;
    const end = start + shown.length;
    if (!/\d/.test(shown) || !/[A-Za-z]/.test(shown)) continue;
    if (
      /[\w*•#$+@./\u00c0-\u0556\u0561-\u0587-]$/.test(text.slice(Math.max(0, start - 1), start)) ||
      /^(?:[\w*•@\u00c0-\u0556\u0561-\u0587]|[./:]\w)/.test(text.slice(end, end + 2))
    )
      continue;
    const prefixed = /^[A-Z]{1,2}-(\d{4,8})$/.exec(shown);
    if (prefixed?.[1]) {
      yield { code: prefixed[1], shape: 'prefixed', start, end };
      continue;
    }
    const length = shown.replace(/-/g, '').length;
    if (length < least || length > most || NOT_MIXED.test(shown) || SHORT_NAME.test(shown)) continue;
    const isUnitLike = WITH_UNIT.test(shown) || (NUMBERED_WORD.test(shown) && isWordLike(shown));
    yield { code: shown, shape: 'mixed', start, end, ...(isUnitLike ? { isUnitLike } : {}) };
  }
}

/** Ordinals, times, dates, identifiers. */
const NOT_MIXED =
  /^(?:\d{1,2}(?:st|nd|rd|th|am|pm)|\d{1,2}(?:jan|feb|mar|mär|apr|abr|avr|may|mai|maj|jun|jui|jul|aug|ago|aoû|sep|set|oct|okt|out|nov|dec|dez|dic|déc)[a-z]{0,7}\d{2,4}|\d{1,2}-[a-z]{3,9}-\d{2,4}|[\da-f]{8}-[\da-f-]+)$/i;
/** Names of models and versions: `PS5`, `v12`, `kb-14`. */
const SHORT_NAME =
  /^(?:[A-Za-z]{1,2}-?\d{1,2}|[A-Z]{3}-\d{1,2}|[a-z]{1,3}-?\d{1,2}|[A-Z][a-z]{1,2}\d{1,2}|[a-z]{1,2}-\d+)$/;

/** Sizes and durations: a code only where one is announced. */
const WITH_UNIT =
  /^(?:\d+(?:st|nd|rd|th|am|pm|gb|mb|kb|tb|kg|km|min|mins|sec|hrs?|hours?|days?|px|pt|ml|cm|mm|k|m|s|h|d|x|p|e|er|eme|o|a)|(?:\d+[hms])+|(?:mp|ipv|utf|sha|md|iso|win|ios|h)-?\d+)$/i;
const NUMBERED_WORD = /^[A-Z]?[a-z]{3,}-?\d{1,2}$/;

/** Yields words in capitals, and words on a line of their own. They are codes only if the layout says so. */
function* capitalWords(text: string, most: number): Generator<Candidate> {
  for (const match of text.matchAll(/(?<![\w@#./-])(?:[A-Z]{4,16}|[A-Z]{3,5}-[A-Z]{3,5})(?![\w@/-])/g)) {
    if (match[0].length <= most)
      yield { code: match[0], shape: 'letters', start: match.index, end: match.index + match[0].length };
  }
  for (const match of text.matchAll(
    /^[^\S\r\n\u2028\u2029]*([a-z]{5,8}|[a-zA-Z]{3,8}(?:-[a-zA-Z]{3,8}){1,4})[^\S\r\n\u2028\u2029]*$/gm,
  )) {
    const groups = match[1]?.split('-') ?? [];
    // Two words with a hyphen are common.
    if (groups.length === 2 && groups.some((group) => isWordLike(group))) continue;
    const start = match.index + match[0].indexOf(match[1] ?? '');
    yield { code: match[1] ?? '', shape: 'letters', start, end: start + (match[1] ?? '').length };
  }
}

/** Yields words with capitals inside, which few words have: `hTqkzL`. They are codes only where one is announced. */
function* oddlyCasedWords(text: string): Generator<Candidate> {
  for (const match of text.matchAll(
    /(?<![\w@#./-])(?=[A-Za-z]{0,15}[a-z][A-Z]|[A-Z]{2,15}[a-z])[A-Za-z]{4,12}(?![\w@/-])/g,
  ))
    yield { code: match[0], shape: 'letters', start: match.index, end: match.index + match[0].length };
  for (const match of text.matchAll(/(?<![\w@#./-])[A-Z][a-z]{4,11}(?![\w@/-])/g))
    if (!isWordLike(match[0]))
      yield { code: match[0], shape: 'letters', start: match.index, end: match.index + match[0].length };
}

/** Yields words in small letters of an expected length. */
function* smallWords(text: string, length: number): Generator<Candidate> {
  if (length < MIN_LENGTH || length > 64) return;
  for (const match of text.matchAll(new RegExp(`(?<![\\w@#./-])[a-z]{${length}}(?![\\w@/-])`, 'g')))
    yield { code: match[0], shape: 'letters', start: match.index, end: match.index + length };
}
