import { createHash } from 'node:crypto';
import type { Gateway, GatewayReply, GatewayRequest } from './gateway.ts';

/** Maximum number of requests that are remembered. The oldest are forgotten. */
const MAX_REMEMBERED = 10_000;

interface AnsweredRequest {
  readonly at: number;
  readonly digest: string;
  /** Undefined while the request is in progress. */
  reply: GatewayReply | undefined;
}

/** The requests with an idempotency key that were answered. One that is sent again is answered alike, and delivers nothing. */
export class AnsweredRequests {
  readonly #now: () => number;
  readonly #known = new Map<string, AnsweredRequest>();

  /** @param now clock, in milliseconds */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Answers a request, once for each key. A request that fails can be sent again.
   *
   * @throws GatewayProblem if the key belongs to another request, or to one that is in progress
   */
  async once(
    { name, idempotency }: Gateway,
    request: GatewayRequest,
    answer: () => Promise<GatewayReply>,
  ): Promise<GatewayReply> {
    const given = idempotency?.keyOf(request);
    if (!idempotency || given === undefined) return await answer();
    // An account is known by its API key.
    const key = digestOf([name, request.path, request.header('authorization'), given]);
    const digest = digestOf([request.body]);
    const known = this.#known.get(key);
    if (known && this.#now() - known.at < idempotency.lifetime) {
      if (known.digest !== digest) throw idempotency.otherRequest();
      if (!known.reply) throw idempotency.inProgress();
      return known.reply;
    }
    const entry: AnsweredRequest = { at: this.#now(), digest, reply: undefined };
    this.#remember(key, entry);
    try {
      const { status, body, headers } = await answer();
      entry.reply = { status, ...(body && { body }), ...(headers && { headers }) };
      return entry.reply;
    } finally {
      if (!entry.reply && this.#known.get(key) === entry) this.#known.delete(key);
    }
  }

  #remember(key: string, entry: AnsweredRequest): void {
    this.#known.delete(key); // so that the oldest one comes first
    this.#known.set(key, entry);
    if (this.#known.size > MAX_REMEMBERED) this.#known.delete(this.#known.keys().next().value ?? '');
  }
}

function digestOf(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length} `).update(part);
  return hash.digest('base64');
}
