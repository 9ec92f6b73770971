import { TwoFactorError } from '../../core/errors.ts';
import { isTimeLimit, timeLimited } from '../../core/time-limited.ts';
import { findCode } from '../../codes/find-code.ts';
import { findLink } from '../../codes/find-link.ts';
import { rankCodes } from '../../codes/rank-code.ts';
import { rankLinks } from '../../codes/rank-link.ts';
import type { Message } from '../../message/message.ts';
import type { WaitRequest, Wanted } from './wait-parameters.ts';

/** Content of a message that a wait was for, with the evidence. */
export type Found =
  | { readonly code: string; readonly reasons: readonly string[] }
  | { readonly link: string; readonly reasons: readonly string[] }
  | object;

/** Maximum number of candidates in an answer. */
const MAX_CANDIDATES = 20;

/** Maximum time that the regular expression of a client may take on a message, in milliseconds. */
const PATTERN_LIMIT = 50;

/** Reads a message. @throws TwoFactorError as `findCode()` and `findLink()` */
export function readFound(wanted: Wanted, message: Message, { format, link }: WaitRequest): Found {
  if (wanted === 'message') return {};
  if (wanted === 'code') return format.pattern ? readCodeInTime(message, format) : readCode(message, format);
  const href = findLink(message, link);
  return { link: href, reasons: rankLinks(message).find((one) => one.href === href)?.reasons ?? [] };
}

function readCode(message: Message, format: WaitRequest['format']): Found {
  const code = findCode(message, format);
  return { code, reasons: rankCodes(message, format).find((one) => one.code === code)?.reasons ?? [] };
}

/** Reads a code by a regular expression of a client, which may not stop the sink for the others. */
function readCodeInTime(message: Message, format: WaitRequest['format']): Found {
  try {
    return timeLimited(() => readCode(message, format), PATTERN_LIMIT);
  } catch (error) {
    if (!isTimeLimit(error)) throw error;
    const text = `The pattern took more than ${PATTERN_LIMIT} ms on this message. Simplify it.`;
    throw new TwoFactorError('CODE_NOT_FOUND', text);
  }
}

/** Returns the candidates of a message that holds several equally likely ones, the best first. */
export function candidatesOf(wanted: Wanted, message: Message, { format }: WaitRequest): object[] {
  const ranked =
    wanted === 'code'
      ? rankCodes(message, format).map(({ code, score, where, reasons }) => ({ code, score, where, reasons }))
      : rankLinks(message).map(({ href, text, score, reasons }) => ({ link: href, text, score, reasons }));
  return ranked.slice(0, MAX_CANDIDATES);
}
