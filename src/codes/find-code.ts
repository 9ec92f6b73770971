import { TwoFactorError } from '../core/errors.ts';
import { boundElsewhere } from './declared-code.ts';
import { mask } from '../message/mask.ts';
import type { Message } from '../message/message.ts';
import { type RankCodeOptions, THRESHOLD, rankCodes } from './rank-code.ts';
import type { RankedCode } from './ranked-code.ts';

export interface FindCodeOptions extends RankCodeOptions {}

/** Minimum difference of two scores; closer ones are a tie. */
const CLEAR_LEAD = 1;

/**
 * Returns the one-time code of a message, without the gaps of its printed form.
 *
 * @throws TwoFactorError `CODE_NOT_FOUND` if nothing reads like a code, `CODE_AMBIGUOUS` if two candidates score the same.
 * @example
 * const code = findCode(await inbox.waitForMessage(), { length: 6 });
 */
export function findCode(message: Message, options: FindCodeOptions = {}): string {
  return bestCode(message, options).code;
}

/**
 * Returns the one-time code of a message as `findCode()` does, with the evidence for it.
 *
 * @param ranked candidates of the message. @default they are ranked now
 */
export function bestCode(
  message: Message,
  options: FindCodeOptions = {},
  ranked: readonly RankedCode[] = rankCodes(message, options),
): RankedCode {
  const likely = ranked.filter(({ score }) => score >= THRESHOLD);
  const [best, second] = likely;
  if (!best) throw new TwoFactorError('CODE_NOT_FOUND', notFound(message, ranked, options));
  if (second && best.score - second.score < CLEAR_LEAD)
    throw new TwoFactorError('CODE_AMBIGUOUS', ambiguous(message, likely));
  return best;
}

function nameOf({ kind, subject, from }: Message): string {
  return `${kind === 'email' ? `The mail "${mask(subject)}"` : 'The SMS'} from ${from || 'an unknown sender'}`;
}

function notFound(message: Message, ranked: readonly RankedCode[], { pattern, origin }: FindCodeOptions): string {
  const bound = boundElsewhere(message, origin);
  if (bound !== undefined)
    return `${nameOf(message)} holds a code for ${bound}, and not for ${origin}. If it is meant for this page, pass the origin that it is bound to as \`origin\`.`;
  if (message.unreadable !== undefined) return `${nameOf(message)} cannot be read: ${message.unreadable}`;
  if (pattern) return `${nameOf(message)} holds nothing that ${pattern} matches.`;
  const [first] = ranked;
  const seen = first ? ` The best candidate, ${described(first)}, scores too low.` : '';
  return `${nameOf(message)} holds nothing that reads like a one-time code.${seen} Pass \`pattern\`, a regular expression whose first group is the code.`;
}

function ambiguous(message: Message, likely: readonly RankedCode[]): string {
  const shown = likely.map(described).join('; ');
  return `${nameOf(message)} holds ${likely.length} numbers that could be the code, and a wrong one would count as a failed attempt: ${shown}. Pass \`length\`, or \`pattern\`, a regular expression whose first group is the code.`;
}

function described({ code, reasons }: RankedCode): string {
  return `${mask(code)} (${reasons.join(', ')})`;
}
