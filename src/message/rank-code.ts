import { originBoundCode, tokenOfHeader } from './declared-code.ts';
import type { Message } from './message.ts';
import { type Candidate, findCandidates, isAlone, plainText, withoutAddresses } from './numbers.ts';
import { type FoundWord, type WordMeaning, findWords } from './words/index.ts';

/** Where in a message a code was found. */
export type CodePlace = 'header' | 'subject' | 'text' | 'html';

/** A code that a message may carry, and what speaks for and against it. */
export interface RankedCode {
  readonly code: string;
  /** 100: the message itself says so. From 5 on it reads like a code. */
  readonly score: number;
  readonly reasons: readonly string[];
  readonly where: CodePlace;
  /** Where it begins in that place, in characters. */
  readonly position: number;
}

export interface RankCodeOptions {
  /** How many characters the code has. @default 4 to 10 */
  readonly length?: number;
  /** Which characters it is made of. @default any */
  readonly charset?: 'digits' | 'alphanumeric';
  /** A regular expression whose first group, or whole match, is the code. It decides alone. */
  readonly pattern?: RegExp;
  /** The origin that is to be signed in to: a code that is bound to another is refused. */
  readonly origin?: string;
}

/** From this score on a number reads like a code. */
export const THRESHOLD = 5;
const DECLARED = 100;

/** Everything in a message that may be its code, the likeliest first. Digits are never made up: each stands in it. */
export function rankCodes(message: Message, options: RankCodeOptions = {}): RankedCode[] {
  const declared = tokenOfHeader(message, options.origin) ?? originBoundCode(message, options.origin);
  if (declared) return [{ score: DECLARED, ...declared }];
  if (options.pattern) return byPattern(message, options.pattern);
  const body = message.html === undefined ? 'text' : 'html';
  const ranked = rankReading(message, { subject: message.subject, text: message.text }, body);
  const isEmpty = !ranked.some(({ score }) => score >= THRESHOLD);
  const again = isEmpty && message.plain !== undefined && message.plain !== message.text;
  const all = again
    ? [...ranked, ...rankReading(message, { subject: message.subject, text: message.plain }, 'text')]
    : ranked;
  return joinAlike(all)
    .filter(({ code }) => fits(code, options))
    .toSorted((a, b) => b.score - a.score);
}

function byPattern(message: Message, pattern: RegExp): RankedCode[] {
  const search = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  for (const where of ['subject', 'text'] as const) {
    const match = search.exec(message[where]);
    const code = match?.[1] ?? match?.[0];
    if (match && code)
      return [{ code: code.trim(), score: DECLARED, reasons: ['matches the pattern'], where, position: match.index }];
  }
  return [];
}

interface Reading {
  readonly subject: string;
  readonly text: string;
}

function rankReading(message: Message, { subject, text }: Reading, body: CodePlace): RankedCode[] {
  const pages = [new Page(subject, 'subject'), new Page(text, body)];
  const names = pages.some((page) => page.words.some(({ meaning }) => meaning === 'code'));
  const acts = pages.some((page) => page.words.some(({ meaning }) => meaning === 'act' || meaning === 'valid'));
  return pages.flatMap((page) => page.candidates.map((candidate) => judge(page, candidate, { names, acts, message })));
}

/** One text, read once. */
class Page {
  readonly where: CodePlace;
  readonly plain: string;
  readonly words: readonly FoundWord[];
  readonly candidates: readonly Candidate[];

  constructor(text: string, where: CodePlace) {
    this.where = where;
    this.plain = withoutAddresses(plainText(text));
    this.candidates = findCandidates(this.plain);
    this.words = this.candidates.length > 0 || where === 'subject' ? findWords(this.plain) : [];
  }

  /** The words of some meanings between two places. */
  between(from: number, to: number, ...meanings: WordMeaning[]): FoundWord[] {
    return this.words.filter(({ start, end, meaning }) => start >= from && end <= to && meanings.includes(meaning));
  }
}

interface Around {
  /** Whether the message names a code anywhere. */
  readonly names: boolean;
  /** Whether it says what to do, or until when. */
  readonly acts: boolean;
  readonly message: Message;
}

function judge(page: Page, candidate: Candidate, around: Around): RankedCode {
  const { code, shape, start } = candidate;
  const reasons: string[] = [];
  let score = 0;
  const count = (points: number, reason: string): void => {
    score += points;
    reasons.push(`${points > 0 ? '+' : ''}${points} ${reason}`);
  };
  const [points, reason] = announcement(page, candidate, around);
  count(points, reason);
  for (const [penalty, against] of objections(page, candidate, around, points)) count(penalty, against);
  if (shape === 'digits' && code.length === 6) count(1, 'six digits');
  if (shape === 'grouped') count(0.5, 'printed in groups');
  if (shape === 'prefixed') count(5, 'printed with a prefix such as G-');
  if (code.length > 8) count(-1, 'longer than most codes');
  return { code, score, reasons, where: page.where, position: start };
}

/** `… is`, in languages where the code follows it. */
const COPULA =
  /(?<![\p{L}\p{N}])(?:is|are|was|be|ist|lautet|lauten|est|es|é|è|este|är|er|on|jest|je|adalah|ialah|ni|là|είναι|هو|هي|است|היא|הוא|है)\s*[\p{P}\s]{0,3}$/iu;

/** `… is`, in languages where the code opens the sentence. */
const COPULA_AFTER =
  /^["'”’»」』)\]]?\s(?:is|ist|est|es|é|è|este|jest|to|är|er|on|là|la|adalah|ialah|ni|это|це|е|је|هو|هي|است|הוא|היא|है|[-—–])\s/iu;

/** What may stand between the name of a code and the code itself. */
const GAP = /^[\s\p{P}\p{S}]*$/u;
const REACH = 90;

/** How the text announces a candidate; the strongest of all ways counts. */
function announcement(page: Page, candidate: Candidate, around: Around): [number, string] {
  const { plain } = page;
  const { start, end, shape } = candidate;
  const sentence = sentenceAround(plain, start, end);
  const alone = isAlone(plain, start, end);
  const strict = shape === 'mixed' || shape === 'letters';
  const named = page.between(Math.max(sentence.start, start - REACH), start, 'code').at(-1);
  if (named && !isWarning(page, named)) {
    const gap = plain.slice(named.end, start);
    if (isLink(page, named.end, start)) {
      if (!strict || /[:：=]\s*\S{0,2}$|\n|["'«【[(『（「]\s*$/.test(gap) || (shape === 'mixed' && gap.length < 16))
        return [10, 'right after the name of a code'];
      return [shape === 'letters' ? 0 : 7, 'after the name of a code'];
    }
    const isMarked = !strict || (shape === 'mixed' && /[A-Z]/.test(candidate.code));
    if (isMarked && /[:：=]\s*\S{0,2}$/.test(gap) && gap.length < 60)
      return [9, 'after a colon, in a sentence that names a code'];
    if (!strict && COPULA.test(plain.slice(Math.max(0, start - 14), start)))
      return [8, 'what the name of a code is said to be'];
  }
  const before = previousLine(plain, start);
  const isPlainWord = /^[a-z]/.test(candidate.code) && shape === 'letters';
  if (isPlainWord && !(alone && before && /[:：]$/.test(plain.slice(0, before.end)))) return [0, 'an ordinary word'];
  if (alone && before && page.between(before.start, before.end, 'code').some((word) => !isWarning(page, word))) {
    return [9.5, 'alone on a line, after one that names a code'];
  }
  const behind = page.between(end, Math.min(sentence.end, end + REACH), 'code').find((word) => !isWarning(page, word));
  if (behind && shape !== 'letters') {
    const isFirst =
      COPULA_AFTER.test(plain.slice(end, end + 12)) ||
      /^[\s\p{P}\p{S}]*$/u.test(plain.slice(sentence.start, start)) ||
      /[\]】>)）]\s*$/.test(plain.slice(0, start));
    if (isFirst) return [9, 'opens a sentence that names a code'];
    if (!strict) return [6.5, 'before the name of a code'];
  }
  if (alone && around.names && shape !== 'letters') return [8, 'alone on a line, in a message that names a code'];
  if (alone && around.names && shape === 'letters' && candidate.code.length >= 5 && isStanding(plain, start, end))
    return [5.5, 'in capitals, between blank lines, in a message that names a code'];
  if (named && !strict && /[:：]\s?$/.test(plain.slice(0, start)))
    return [6, 'after a colon, in a sentence that forbids to pass a code on'];
  if (named && !strict && !isWarning(page, named) && !/\d/.test(plain.slice(named.end, start)))
    return [6 - (start - named.end) / 45, 'in a sentence that names a code'];
  const act = page.between(start - 24, start, 'act').at(-1);
  const means = /(?<!\p{L})(?:with|mit|avec|con|com|med|met|с|ile|dengan)\s+$/iu.test(
    plain.slice(Math.max(0, start - 9), start),
  );
  if (means && !strict && page.between(Math.max(sentence.start, start - REACH), start, 'act', 'enter').length > 0)
    return [5.5, 'what to do it with'];
  if (act && isLink(page, act.end, start) && shape !== 'letters')
    return [around.names ? 7 : 5.5, 'after what to do with it'];
  if (/^[\s\p{P}\p{S}]*$/u.test(plain.slice(0, start) + plain.slice(end)) && shape !== 'letters')
    return [6, 'all there is'];
  if (alone && around.acts && shape !== 'letters' && candidate.code.length > 4) return [5.5, 'alone on a line'];
  if (strict && around.names && isLast(plain, end) && shape === 'mixed' && /[A-Z]/.test(candidate.code))
    return [6, 'ends a message that names a code'];
  if (!strict && isLast(plain, end) && page.between(sentence.start, start, 'code').length > 0)
    return [4.5, 'ends a message that names a code'];
  if (!strict && page.where === 'subject' && act) return [5, 'in a subject that says what to do'];
  return [around.names ? 1 : 0, around.names ? 'in a message that names a code' : 'nothing announces it'];
}

/** What speaks against a candidate. */
function* objections(
  page: Page,
  candidate: Candidate,
  { message }: Around,
  points: number,
): Generator<[number, string]> {
  const { plain } = page;
  const { start, end, code, shape } = candidate;
  const before = plain.slice(Math.max(0, start - 14), start);
  const after = plain.slice(end, end + 14);
  if (
    /(?:[$€£¥₹₺₽₩]|\b(?:usd|eur|gbp|inr|npr|aed|rs|php|ngn|kes|tzs|ksh|tsh|idr|myr|sgd|twd|rub|byn|omr|sar|etb|thb|try|mt|jpy)\.?)\s{0,2}$/i.test(
      before,
    )
  )
    yield [-12, 'an amount of money'];
  if (
    /^\s{0,2}(?:[$€£¥₹₺₽₩%元円원₫]|(?:usd|eur|gbp|inr|aed|rub|thb|vnd|dong|byn|jpy|ریال|تومان|ريال)\b|(?:minutes?|mins?|hours?|hrs?|days?|seconds?|secs?|sec|years?|minuten|stunden|tage|minutos|minuti|heures|jours|points?|pts|people|users|items?|gb|mb|kb|km|kg)\b|分钟|分鐘|分|小时|日|天|年|月)/i.test(
      after,
    )
  )
    yield [-12, 'an amount'];
  if (/(?:©|\(c\)|copyright)\s*$/i.test(before)) yield [-12, 'a year'];
  else if (/^(?:19|20)\d\d$/.test(code) && points < 9) yield [-4, 'reads like a year'];
  const label = page.between(start - 28, start, 'other').at(-1);
  const name = page.between(start - REACH, start, 'code').at(-1);
  const isOfCode =
    name &&
    label &&
    /^\s+(?:for|to|of|on|para|pour|für|per|na|для|do)\b/iu.test(plain.slice(name.end, label.start + 1)) &&
    COPULA.test(before);
  const owned = points === 9.5 || (points === 9 && COPULA_AFTER.test(plain.slice(end, end + 12)));
  if (
    label &&
    points < 10 &&
    !owned &&
    !isOfCode &&
    isLink(page, label.end, start) &&
    !(name && name.start >= label.end)
  )
    yield [-9, 'after the name of another number'];
  else if (label && points >= 10 && name && label.start > name.end && isLink(page, label.end, start))
    yield [-9, 'after the name of another number'];
  if (/(?:no\.?|nr\.?|n[º°]|№|#|number)\s?:?\s?$/i.test(before) && points < 9.5 && !/^#$/.test(before.trim()))
    yield [-6, 'after "number"'];
  const deals = shape === 'grouped' ? 0 : page.between(start - 60, end + 60, 'deal').length;
  if (deals > 0) yield [shape !== 'digits' ? -9 : deals > 1 ? -6 : -3, 'beside a bargain'];
  if (/^\d{2}\D\d{2}$/.test(plain.slice(start, end)) && points < 10) yield [-4, 'two pairs of digits'];
  const alike = page.candidates.filter(
    (one) => one.code.length === code.length && one.shape === shape && isAlone(plain, one.start, one.end),
  );
  if (alike.length > 2 && new Set(alike.map((one) => one.code)).size > 2) yield [-8, 'one of a list'];
  if (/^:\s\d/.test(after)) yield [-3, 'a label of the number behind it'];
  if (/\+\s?\d{0,3}[\s(]*$/.test(before) || (/\(\d{3}\)\s?$/.test(before) && shape !== 'letters'))
    yield [-10, 'a telephone number'];
  if (/\d[\s-]$/.test(before) && /^[\s-]\d/.test(after)) yield [-4, 'within a longer number'];
  if (/^[ ,]+[A-Z]{2}\b|^[ ]\p{Lu}\p{Ll}+(?:,|\n|$)/u.test(after) && points < 8 && /^\d{4,5}$/.test(code))
    yield [-5, 'a postal code'];
  if (/\b[A-Z]{2}\s$/.test(before) && /^\d{5}$/.test(code) && points < 9) yield [-5, 'a postal code'];
  if (message.to.some((address) => address.split('@')[0]?.includes(code)))
    yield [-8, "a part of the recipient's address"];
}

/** Whether only punctuation and words such as `is` stand between two places. */
function isLink(page: Page, from: number, to: number): boolean {
  if (to - from > 40) return false;
  let rest = page.plain.slice(from, to);
  if ((rest.match(/\n/g) ?? []).length > 2) return false;
  const links = page.between(from, to, 'link');
  for (const { start, end } of links)
    rest = rest.slice(0, start - from) + ' '.repeat(end - start) + rest.slice(end - from);
  return GAP.test(rest) && !/[!?;。！？；]|\.\s/.test(rest);
}

/** A code that is only named to say that nobody may know it. */
function isWarning(page: Page, word: FoundWord): boolean {
  const sentence = sentenceAround(page.plain, word.start, word.end, CLAUSE);
  const warning = page.between(sentence.start, sentence.end, 'warn')[0];
  return warning !== undefined && warning.start < word.start && word.start - warning.end < 40;
}

/** Chinese and Japanese put a comma where others end a sentence. */
const CLAUSE = /[.!?]\s+(?!\p{Ll})|[。！？；，、]/gu;
/** A full stop before a small letter, or of a short word before a number, is an abbreviation's. */
const SENTENCE = /(?<!(?<!\p{L})\p{L}{1,3}(?=\.\s+\d))[.!?]\s+(?!\p{Ll})|[。！？；]/gu;

function sentenceAround(
  text: string,
  start: number,
  end: number,
  stop = SENTENCE,
): { readonly start: number; readonly end: number } {
  const before = text.slice(0, start);
  const from = Math.max(before.lastIndexOf('\n'), lastMatch(before, stop));
  const next = /\n|[.!?](?:\s+(?!\p{Ll})|$)|[。！？；]/u.exec(text.slice(end));
  return { start: from + 1, end: next ? end + next.index : text.length };
}

function lastMatch(text: string, pattern: RegExp): number {
  const from = Math.max(0, text.length - 200);
  let last = -1;
  for (const match of text.slice(from).matchAll(pattern)) last = from + match.index + match[0].length - 1;
  return last;
}

/** The line before the one of a place, blank ones passed over. */
function previousLine(text: string, at: number): { readonly start: number; readonly end: number } | undefined {
  const lineStart = text.lastIndexOf('\n', at - 1);
  if (lineStart < 0) return undefined;
  const before = text.slice(0, lineStart).trimEnd();
  return before ? { start: before.lastIndexOf('\n') + 1, end: before.length } : undefined;
}

function isStanding(text: string, start: number, end: number): boolean {
  return /\n[^\S\n]*$/.test(text.slice(0, start)) && /^[^\S\n]*(?:\n|$)/.test(text.slice(end));
}

function isLast(text: string, end: number): boolean {
  return /^[\s\p{P}\p{S}]*$/u.test(text.slice(end));
}

const TWICE = '+2 stands there twice';

/** The same code in two places is likelier than in one. */
function joinAlike(codes: readonly RankedCode[]): RankedCode[] {
  const best = new Map<string, RankedCode>();
  for (const found of codes) {
    const known = best.get(found.code);
    if (!known) {
      best.set(found.code, found);
      continue;
    }
    const [higher, lower] = known.score >= found.score ? [known, found] : [found, known];
    const bonus = lower.score >= 3 && !known.reasons.includes(TWICE) ? 2 : 0;
    best.set(found.code, {
      ...higher,
      score: higher.score + bonus,
      reasons: bonus ? [...higher.reasons, TWICE] : higher.reasons,
    });
  }
  return [...best.values()];
}

function fits(code: string, { length, charset }: RankCodeOptions): boolean {
  if (length !== undefined && code.replace(/-/g, '').length !== length) return false;
  if (charset === 'digits') return /^\d+$/.test(code);
  return true;
}
