import { originBoundCode, tokenOfHeader } from './declared-code.ts';
import type { Message } from '../message/message.ts';
import { evidenceFor } from './evidence-for.ts';
import type { Candidate } from './code-candidates.ts';
import { objections } from './evidence-against.ts';
import { type Around, ScannedText } from './scanned-text.ts';
import type { CodePlace, RankedCode } from './ranked-code.ts';

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

/** From this score on a subject tells the code: `482913 is your sign-in code`. */
const TOLD = 9;

/** Everything in a message that may be its code, the likeliest first. Digits are never made up: each stands in it. */
export function rankCodes(message: Message, options: RankCodeOptions = {}): RankedCode[] {
  const declared = tokenOfHeader(message, options.origin) ?? originBoundCode(message, options.origin);
  if (declared) return [{ score: DECLARED, ...declared }];
  if (options.pattern) return byPattern(message, options.pattern);
  const told = toldBySubject(message, options);
  if (told) return [told];
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

/** What a subject says outright, and a body repeats, is the code, whatever else the body holds. */
function toldBySubject(message: Message, options: RankCodeOptions): RankedCode | undefined {
  const { subject, plain, html } = message;
  if (!/\p{N}/u.test(subject)) return undefined;
  const page = new ScannedText(subject, 'subject');
  const [told, ...others] = rankPages([page], message).filter(({ score }) => score >= THRESHOLD);
  if (!told || others.length > 0 || told.score < TOLD || !fits(told.code, options)) return undefined;
  const isRepeated = [plain, html].some((body) => body?.includes(told.code));
  return isRepeated
    ? { ...told, score: told.score + 2, reasons: [...told.reasons, '+2 the body repeats it'] }
    : undefined;
}

interface Reading {
  readonly subject: string;
  readonly text: string;
}

function rankReading(message: Message, { subject, text }: Reading, body: CodePlace): RankedCode[] {
  return rankPages([new ScannedText(subject, 'subject'), new ScannedText(text, body)], message);
}

function rankPages(pages: readonly ScannedText[], message: Message): RankedCode[] {
  const names = pages.some((page) => page.words.some(({ meaning }) => meaning === 'code'));
  const acts = pages.some((page) => page.words.some(({ meaning }) => meaning === 'act' || meaning === 'valid'));
  return pages.flatMap((page) => page.candidates.map((candidate) => judge(page, candidate, { names, acts, message })));
}

function judge(page: ScannedText, candidate: Candidate, around: Around): RankedCode {
  const { code, shape, start } = candidate;
  const reasons: string[] = [];
  let score = 0;
  const count = (points: number, reason: string): void => {
    score += points;
    reasons.push(`${points > 0 ? '+' : ''}${points} ${reason}`);
  };
  const [points, reason] = evidenceFor(page, candidate, around);
  count(points, reason);
  for (const [penalty, against] of objections(page, candidate, around, points)) count(penalty, against);
  if (shape === 'digits' && code.length === 6) count(1, 'six digits');
  if (shape === 'grouped') count(0.5, 'printed in groups');
  if (shape === 'prefixed') count(5, 'printed with a prefix such as G-');
  if (code.length > 8) count(-1, 'longer than most codes');
  return { code, score, reasons, where: page.where, position: start };
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
