import { randomBytes, randomUUID } from 'node:crypto';
import { type HandoffAnswer, type HandoffRequest, readRequest } from '../protocol/handoff.ts';
import type { OpenHandoff } from '../protocol/push.ts';
import { Secret } from '../secret/secret.ts';

/** So many people are asked at a time at most. */
const MOST = 1000;
const TOKEN_BYTES = 32;

/** Where the pages of hand-overs are. */
export const HANDOFF_PATH = '/hand-over/';

/** Whether a request is for one of them, to the letter: nothing that is read as another path later on. */
export function isHandoffRequest(path = ''): boolean {
  return /^\/hand-over\/[\w-]+$/.test(path);
}

interface Entry {
  readonly request: HandoffRequest;
  readonly token: Secret;
  answer: HandoffAnswer | undefined;
  readonly waiting: Set<(answer: HandoffAnswer) => void>;
}

/** What people are asked at present, each behind a token of its own that is good for one answer. */
export class Handoffs {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @throws Error for what is no request, or when too many are open */
  open(value: unknown): OpenHandoff {
    this.#sweep();
    const request = readRequest(value, this.#now());
    if (!request) throw new Error('That is no request of a person.');
    if (this.#entries.size >= MOST) throw new Error(`${MOST} requests are open already.`);
    const id = randomUUID();
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    this.#entries.set(id, {
      request,
      token: new Secret('hand-over token', token),
      answer: undefined,
      waiting: new Set(),
    });
    return { id, path: HANDOFF_PATH + token };
  }

  /** Resolves when a person has answered, at once if one has. @throws Error when there is no such request */
  async answerOf(id: string): Promise<HandoffAnswer> {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error('Nobody is asked that (any more): it was withdrawn, or the sink was started anew.');
    return entry.answer ?? (await new Promise<HandoffAnswer>((resolve) => entry.waiting.add(resolve)));
  }

  withdraw(id: string): void {
    this.#entries.delete(id);
  }

  /** What is asked behind a token, as long as nobody has answered. */
  find(token: string): HandoffRequest | undefined {
    return this.#entry(token)?.request;
  }

  /** Takes the answer to what is asked behind a token: the first, and no other. */
  answer(token: string, answer: HandoffAnswer): boolean {
    const entry = this.#entry(token);
    if (!entry) return false;
    entry.answer = answer;
    for (const resolve of entry.waiting) resolve(answer);
    return true;
  }

  /** Compares with each in constant time. */
  #entry(token: string): Entry | undefined {
    this.#sweep();
    const fitting = [...this.#entries.values()].filter((entry) => entry.token.equals(token));
    return fitting.find(({ answer }) => !answer);
  }

  #sweep(): void {
    const now = this.#now();
    for (const [id, { request }] of this.#entries) if (request.expiresAt <= now) this.#entries.delete(id);
  }
}
