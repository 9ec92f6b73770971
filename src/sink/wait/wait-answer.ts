import type { Context } from 'hono';
import { warmUp } from '../../codes/warm-up.ts';
import type { Mark, Message } from '../../message/message.ts';
import type { MessageStore } from '../store.ts';
import { SecretReader } from './found-secret.ts';
import { type WaitEnd, waitForFound } from './message-wait.ts';
import { MessageWaits } from './message-waits.ts';
import { type Wanted, readWait } from './wait-parameters.ts';

/** Answers hold codes: no cache keeps them. */
const HEADERS = { 'cache-control': 'no-store' };
const TOO_MANY =
  'Too many clients wait at the same time. End waits that nobody needs: hang up, or give them a shorter `timeout`.';

/** Answers requests that wait for a message. */
export class WaitAnswers {
  readonly #store: MessageStore;
  readonly #country: string | undefined;
  readonly #waits: MessageWaits;
  readonly #reader = new SecretReader();

  /** @param country the country of numbers without a country code. @default they are refused */
  constructor(store: MessageStore, country?: string) {
    this.#store = store;
    this.#country = country;
    this.#waits = new MessageWaits(store);
    setImmediate(warmUp);
  }

  /** Waits, and answers. @param begun mark of the time of the request */
  async answer(context: Context, wanted: Wanted, begun: Mark): Promise<Response> {
    const request = await readWait(wanted, context.req.queries(), {
      store: this.#store,
      begun,
      country: this.#country,
    });
    if ('problems' in request) return context.json({ error: `${request.problems.join('; ')}.`, ...request }, 400);
    if (this.#waits.isFull) return context.json({ error: TOO_MANY }, 429, { 'retry-after': '1' });
    const surroundings = { store: this.#store, reader: this.#reader };
    const queue = this.#waits.open(request.kind, request.to, request.after.mark.seq);
    try {
      const end = await waitForFound(wanted, request, queue, surroundings, context.req.raw.signal);
      return answerOf(context, wanted, end);
    } finally {
      queue.close();
    }
  }
}

function answerOf(context: Context, wanted: Wanted, end: WaitEnd): Response {
  if ('timeout' in end) {
    const { code, message, details } = end.timeout;
    return context.json({ error: message, reason: code, ...details }, 408, HEADERS);
  }
  if ('tie' in end) {
    const { tie, candidates, message } = end;
    return context.json({ error: tie.message, reason: tie.code, candidates, message: shown(message) }, 409, HEADERS);
  }
  const { found, message } = end;
  return context.json({ ...found, message: wanted === 'message' ? withoutRaw(message) : shown(message) }, 200, HEADERS);
}

/** Returns the members that name a message. Its id is the mark of the time after it. */
function shown({ id, kind, from, to, subject, receivedAt }: Message): object {
  return { id, kind, from, to, subject, receivedAt };
}

/** Returns a message with its texts, links and headers. `GET /api/messages/{id}/raw` has its bytes. */
function withoutRaw({ raw: _raw, ...message }: Message): object {
  return message;
}
