import { TwoFactorError } from '../errors.ts';
import type { Message } from './message.ts';

export interface FindCodeOptions {
  /** A regular expression whose first group, or whole match, is the code. It decides alone. */
  readonly pattern?: RegExp;
  /** How many characters the code has. @default 4 to 8 */
  readonly length?: number;
}

/** Words that announce a code, and the distance in characters at which one still speaks for a number. */
const ANNOUNCES = /\b(?:codes?|pin|otp|passcode|one[- ]time|verification|verify|token|tan)\b/gi;
const REACH = 90;

/** What a number is not a code for, by what stands right before it or right after it. */
const BEFORE_OTHER =
  /(?:[$€£¥#]|\+[\d\s().-]*|\b(?:no\.?|nr\.?|number|order|case|ticket|invoice|request|ref(?:erence)?|account|card|ending(?: in)?|zip|phone|tel\.?|call|©|copyright|since|reply stop to|to))[\s:.]*$/i;
const AFTER_OTHER = /^\s*(?:%|[$€£¥]|\b(?:minutes?|mins?|hours?|days?|seconds?|years?|usd|eur|gbp|street|st\.|ave)\b)/i;

interface Candidate {
  readonly code: string;
  readonly score: number;
}

/**
 * The one-time code that a message carries, without the gaps it is printed with.
 *
 * @throws TwoFactorError `CODE_NOT_FOUND` when nothing reads like a code, `CODE_AMBIGUOUS` when two do equally well.
 */
export function findCode(message: Message, options: FindCodeOptions = {}): string {
  if (options.pattern) return matchPattern(message, options.pattern);
  const ranked = rank(message, options.length);
  const [best, second] = ranked;
  if (!best) throw new TwoFactorError('CODE_NOT_FOUND', notFound(message));
  if (second && second.score === best.score) throw new TwoFactorError('CODE_AMBIGUOUS', ambiguous(message, ranked));
  return best.code;
}

function matchPattern(message: Message, pattern: RegExp): string {
  const found = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).exec(
    `${message.subject}\n${message.text}`,
  );
  const code = found?.[1] ?? found?.[0];
  if (code) return code.trim();
  throw new TwoFactorError('CODE_NOT_FOUND', `${nameOf(message)} holds nothing that ${pattern} matches.`);
}

function rank(message: Message, length: number | undefined): Candidate[] {
  const best = new Map<string, number>();
  for (const text of [message.subject, ...message.text.split(/\n(?=.{200})/)]) {
    for (const { code, score } of candidates(text, length)) best.set(code, Math.max(score, best.get(code) ?? 0));
  }
  return [...best].map(([code, score]) => ({ code, score })).sort((a, b) => b.score - a.score);
}

function* candidates(text: string, length: number | undefined): Generator<Candidate> {
  const words = [...text.matchAll(ANNOUNCES)].map(({ index }) => index);
  for (const match of text.matchAll(
    /(?<![\w.,/:@=&?-])(?:[A-Z]-)?(\d{4,8}|\d{3}[ \u00a0–-]\d{3}|\d{4}[ \u00a0–-]\d{4}|\d(?:[ \t\u00a0]\d){3,7})(?![\w/@=&-]|[.,:]\d)/g,
  )) {
    const code = (match[1] ?? '').replace(/\D/g, '');
    if (length !== undefined ? code.length !== length : code.length > 8) continue;
    const score = scoreOf(text, match.index, match[0], code, words);
    if (score > 0) yield { code, score };
  }
}

function scoreOf(text: string, at: number, shown: string, code: string, words: readonly number[]): number {
  const before = text.slice(Math.max(0, at - 40), at);
  const after = text.slice(at + shown.length, at + shown.length + 20);
  if (BEFORE_OTHER.test(before) || AFTER_OTHER.test(after)) return 0;
  const nearest = Math.min(...words.map((word) => Math.abs(word - at)));
  if (nearest > REACH) return 0;
  const isAlone = /(?:^|\n)\s*$/.test(before) && /^\s*(?:\n|$)/.test(after);
  const looksLikeYear = /^(?:19|20)\d\d$/.test(code);
  return (isAlone ? 3 : 2) + (code.length === 6 ? 1 : 0) - (looksLikeYear ? 2 : 0);
}

function nameOf(message: Message): string {
  return message.kind === 'email' ? `The mail "${message.subject}"` : 'The SMS';
}

function notFound(message: Message): string {
  return `${nameOf(message)} from ${message.from} holds nothing that reads like a one-time code. Give \`pattern\`, a regular expression whose first group is the code.`;
}

function ambiguous(message: Message, ranked: readonly Candidate[]): string {
  const shown = ranked.filter(({ score }) => score === ranked[0]?.score).map(({ code }) => mask(code));
  return `${nameOf(message)} from ${message.from} holds ${shown.length} numbers that could be the code (${shown.join(', ')}), and a wrong one would cost an attempt. Give \`length\`, or \`pattern\`, a regular expression whose first group is the code.`;
}

/** Enough to tell two candidates apart, too little to use one. */
function mask(code: string): string {
  return `${code.slice(0, 1)}${'•'.repeat(code.length - 2)}${code.slice(-1)}`;
}
