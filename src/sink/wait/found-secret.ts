import { TwoFactorError } from '../../core/errors.ts';
import { isTimeLimit, timeLimited } from '../../core/time-limited.ts';
import { bestCode } from '../../codes/find-code.ts';
import { bestLink } from '../../codes/find-link.ts';
import { rankCodes } from '../../codes/rank-code.ts';
import { type RankedLink, rankLinks } from '../../codes/rank-link.ts';
import type { RankedCode } from '../../codes/ranked-code.ts';
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

/** Maximum number of forms of a code that a message is read for and that are remembered. */
const MAX_FORMS = 8;

type CodeForm = WaitRequest['format'];

/** Reads messages for waits. A message is ranked once for all waits of the same form, as long as one of them holds it. */
export class SecretReader {
  readonly #codes = new WeakMap<Message, Map<string, readonly RankedCode[]>>();
  readonly #links = new WeakMap<Message, readonly RankedLink[]>();

  /** Reads a message. @throws TwoFactorError as `findCode()` and `findLink()` */
  read(wanted: Wanted, message: Message, { format, link }: WaitRequest): Found {
    if (wanted === 'message') return {};
    if (wanted === 'link') {
      const { href, reasons } = bestLink(message, link, this.#linksOf(message));
      return { link: href, reasons };
    }
    const { code, reasons } = bestCode(message, format, this.#codesOf(message, format));
    return { code, reasons };
  }

  /** Returns the candidates of a message that holds several equally likely ones, the best first. */
  candidates(wanted: Wanted, message: Message, { format }: WaitRequest): object[] {
    const ranked =
      wanted === 'code'
        ? this.#codesOf(message, format).map(({ code, score, where, reasons }) => ({ code, score, where, reasons }))
        : this.#linksOf(message).map(({ href, text, score, reasons }) => ({ link: href, text, score, reasons }));
    return ranked.slice(0, MAX_CANDIDATES);
  }

  #codesOf(message: Message, format: CodeForm): readonly RankedCode[] {
    const key = JSON.stringify([format.length, format.charset, format.pattern?.source]);
    const byForm = this.#codes.get(message) ?? new Map<string, readonly RankedCode[]>();
    const ranked = byForm.get(key) ?? (format.pattern ? rankInTime(message, format) : rankCodes(message, format));
    if (byForm.size < MAX_FORMS) this.#codes.set(message, byForm.set(key, ranked));
    return ranked;
  }

  #linksOf(message: Message): readonly RankedLink[] {
    const ranked = this.#links.get(message) ?? rankLinks(message);
    this.#links.set(message, ranked);
    return ranked;
  }
}

/** Ranks codes by a regular expression of a client, which may not stop the sink for the others. */
function rankInTime(message: Message, format: CodeForm): readonly RankedCode[] {
  try {
    return timeLimited(() => rankCodes(message, format), PATTERN_LIMIT);
  } catch (error) {
    if (!isTimeLimit(error)) throw error;
    const text = `The pattern took more than ${PATTERN_LIMIT} ms on this message. Simplify it.`;
    throw new TwoFactorError('CODE_NOT_FOUND', text);
  }
}
