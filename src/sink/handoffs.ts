import { randomBytes, randomUUID } from 'node:crypto';
import { type HandoffAnswer, type HandoffRequest, readRequest } from '../protocol/handoff.ts';
import type { OpenHandoff } from '../protocol/push.ts';
import { Secret } from '../secret/secret.ts';
import { Listeners } from './listeners.ts';

/** Maximum number of open handoffs. */
const MAX_OPEN = 1000;
const TOKEN_BYTES = 32;

/** Path prefix of handoff pages. */
export const HANDOFF_PATH = '/handoff/';

/** Query of a handoff page whose field takes letters. */
export const LETTERS_QUERY = 'letters';

/** True if a request path is exactly that of a handoff page. Paths that a router could normalize to another do not match. */
export function isHandoffRequest(path = ''): boolean {
  return /^\/handoff\/[\w-]+(?:\?letters)?$/.test(path);
}

interface HandoffEntry {
  readonly request: HandoffRequest;
  readonly token: Secret;
  answer: HandoffAnswer | undefined;
  readonly waiters: Set<(answer: HandoffAnswer) => void>;
}

/** The open handoffs. Each has its own token, valid for one answer. */
export class Handoffs {
  readonly #entries = new Map<string, HandoffEntry>();
  readonly #now: () => number;
  readonly #changes = new Listeners<void>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Opens a handoff. @throws Error if the request is invalid, or if too many are open */
  open(value: unknown): OpenHandoff {
    this.#removeExpired();
    const request = readRequest(value, this.#now());
    if (!request) throw new Error('The handoff request is invalid.');
    if (this.#entries.size >= MAX_OPEN) throw new Error(`${MAX_OPEN} handoffs are open already.`);
    const id = randomUUID();
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    this.#entries.set(id, {
      request,
      token: new Secret('handoff token', token),
      answer: undefined,
      waiters: new Set(),
    });
    this.#changes.notify();
    return { id, path: HANDOFF_PATH + token };
  }

  /** Resolves with the answer of the person. @throws Error if there is no such handoff */
  async answerOf(id: string): Promise<HandoffAnswer> {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error('The handoff does not exist: it expired, was withdrawn, or the sink was restarted.');
    return entry.answer ?? (await new Promise<HandoffAnswer>((resolve) => entry.waiters.add(resolve)));
  }

  withdraw(id: string): void {
    this.#entries.delete(id);
    this.#changes.notify();
  }

  /** The requests that wait for an answer, newest first. */
  get waiting(): HandoffRequest[] {
    this.#removeExpired();
    return [...this.#entries.values()]
      .filter(({ answer }) => !answer)
      .map(({ request }) => request)
      .toReversed();
  }

  /** Calls the listener when a handoff is opened, answered or withdrawn. Returns a function that removes the listener. */
  onChange(listener: () => void): () => void {
    return this.#changes.add(listener);
  }

  /** Returns the request for a token, or `undefined` if it has been answered or does not exist. */
  find(token: string): HandoffRequest | undefined {
    return this.#entry(token)?.request;
  }

  /** Accepts the first answer for a token. Returns `false` if there is no unanswered request for it. */
  answer(token: string, answer: HandoffAnswer): boolean {
    const entry = this.#entry(token);
    if (!entry) return false;
    entry.answer = answer;
    for (const resolve of entry.waiters) resolve(answer);
    this.#changes.notify();
    return true;
  }

  /** Compares the token with every entry, each in constant time. */
  #entry(token: string): HandoffEntry | undefined {
    this.#removeExpired();
    const matching = [...this.#entries.values()].filter((entry) => entry.token.equals(token));
    return matching.find(({ answer }) => !answer);
  }

  #removeExpired(): void {
    const now = this.#now();
    for (const [id, { request }] of this.#entries) if (request.expiresAt <= now) this.#entries.delete(id);
  }
}
