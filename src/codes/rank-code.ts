import { boundElsewhere, declaredCode } from './declared-code.ts';
import type { Message } from '../message/message.ts';
import { evidenceFor } from './evidence-for.ts';
import type { Candidate } from './code-candidates.ts';
import { evidenceAgainst } from './evidence-against.ts';
import { type MessageContext, contextOf } from './message-context.ts';
import { ScannedText } from './scanned-text.ts';
import { isReply, withoutQuotes } from '../message/quoted-text.ts';
import type { CodePlace, RankedCode } from './ranked-code.ts';

export interface RankCodeOptions {
  /** Length of the code, in characters. @default 4 to 10 */
  readonly length?: number;
  /** Characters of the code. @default any */
  readonly charset?: 'digits' | 'alphanumeric';
  /** Pattern whose first group, or else whole match, is the code. It overrides all other evidence. */
  readonly pattern?: RegExp;
  /** Origin of the sign-in: a message that binds its code to another origin has none. @default the origin of the page for `fillCode()` */
  readonly origin?: string;
}

/** Minimum score of a code. */
export const THRESHOLD = 5;
const DECLARED = 100;

/** Minimum score of a code in a subject that decides alone: `482913 is your sign-in code`. */
const SUBJECT_THRESHOLD = 9;

/**
 * Returns every candidate for the code of a message, the best first. Each occurs in the message.
 *
 * @example
 * rankCodes(message)[0]; // { code: '482913', score: 11, reasons: ['+10 right after the name of a code', …], … }
 */
export function rankCodes(message: Message, options: RankCodeOptions = {}): RankedCode[] {
  if (boundElsewhere(message, options.origin) !== undefined) return [];
  const declared = declaredCode(message, options.origin);
  if (declared) return [{ score: DECLARED, ...declared }];
  if (options.pattern) return byPattern(message, options.pattern);
  const { html, plain } = message;
  // The subject of an answer is that of an older message.
  const subject = isReply(message.subject) ? '' : message.subject;
  const ofSubject = codeOfSubject(message, subject, options);
  if (ofSubject) return [ofSubject];
  const { text } = message;
  const isMarked = html !== undefined && text !== plain;
  const shown = withoutQuotes(text, { subject: message.subject, isMarked });
  const read = (body: string, where: CodePlace): RankedCode[] =>
    rankTexts([new ScannedText(subject, 'subject', options), new ScannedText(body, where, options)], message, options);
  const ranked = read(shown, html === undefined ? 'text' : 'html');
  const isEmpty = !ranked.some(({ score }) => score >= THRESHOLD);
  const other = isEmpty && plain !== undefined && plain !== text ? plain : undefined;
  const all =
    other === undefined
      ? ranked
      : [...ranked, ...read(withoutQuotes(other, { subject: message.subject, isMarked: false }), 'text')];
  return joinEqual(all)
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

/** Returns the code of a subject that announces it, if the body repeats it. The rest of the body does not matter then. */
function codeOfSubject(message: Message, subject: string, options: RankCodeOptions): RankedCode | undefined {
  const { plain, html } = message;
  if (!/\p{N}/u.test(subject)) return undefined;
  const scanned = new ScannedText(subject, 'subject', options);
  const [best, ...others] = rankTexts([scanned], message, options).filter(({ score }) => score >= THRESHOLD);
  if (!best || others.length > 0 || best.score < SUBJECT_THRESHOLD || !fits(best.code, options)) return undefined;
  const isRepeated = [plain, html].some((body) => body?.includes(best.code));
  return isRepeated
    ? { ...best, score: best.score + 2, reasons: [...best.reasons, '+2 the body repeats it'] }
    : undefined;
}

function rankTexts(
  texts: readonly ScannedText[],
  message: Message,
  { length, charset }: RankCodeOptions,
): RankedCode[] {
  const isExpected = (code: string): boolean => charset === 'alphanumeric' && code.length === length;
  const context = contextOf(texts, message, isExpected);
  return texts.flatMap((scanned) => scanned.candidates.map((candidate) => judge(scanned, candidate, context)));
}

function judge(scanned: ScannedText, candidate: Candidate, context: MessageContext): RankedCode {
  const { code, shape, start } = candidate;
  const reasons: string[] = [];
  let score = 0;
  const count = (points: number, reason: string): void => {
    score += points;
    reasons.push(`${points > 0 ? '+' : ''}${points} ${reason}`);
  };
  const [points, reason] = evidenceFor(scanned, candidate, context);
  count(points, reason);
  for (const [penalty, against] of evidenceAgainst(scanned, candidate, context, points)) count(penalty, against);
  if (shape === 'digits' && code.length === 6) count(1, 'six digits');
  if (shape === 'grouped') count(0.5, 'printed in groups');
  if (shape === 'prefixed') count(5, 'printed with a prefix such as G-');
  if (code.length > 8) count(-1, 'longer than most codes');
  return { code, score, reasons, where: scanned.where, position: start };
}

const TWICE = '+2 occurs twice';

/** Joins the candidates with the same code: a code in two places is likelier than in one. */
function joinEqual(codes: readonly RankedCode[]): RankedCode[] {
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
