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

/** The path of an answer by API, with the id of its handoff. */
const ANSWER_PATH = /^\/api\/handoffs\/([\w-]+)\/answer$/;
/** Number of answered handoffs that are remembered, so that a second answer is told from one that comes too late. */
const MAX_REMEMBERED = 1000;

/** A request that waits for a person, as programs see it. It has no token. */
export interface ListedHandoff extends HandoffRequest {
  readonly id: string;
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
  /** Ids of answered handoffs, oldest first. */
  readonly #answered = new Set<string>();
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
  list(): ListedHandoff[] {
    this.#removeExpired();
    const waiting = [...this.#entries].filter(([, { answer }]) => !answer);
    return waiting.map(([id, { request }]) => ({ id, ...request })).toReversed();
  }

  /** Returns the request that waits under an id. `answered` if it has been answered. */
  get(id: string): HandoffRequest | 'answered' | undefined {
    this.#removeExpired();
    if (this.#answered.has(id)) return 'answered';
    return this.#entries.get(id)?.request;
  }

  /** Accepts the first answer for an id. Returns `false` if no unanswered request has it. */
  answerById(id: string, answer: HandoffAnswer): boolean {
    this.#removeExpired();
    const entry = this.#entries.get(id);
    return entry !== undefined && !entry.answer && this.#accept(id, entry, answer);
  }

  /** True if a token lets its owner answer by API, without access to the sink. Tokens are compared in constant time. */
  admits(path: string, token: string): boolean {
    const id = ANSWER_PATH.exec(path)?.[1];
    return id !== undefined && token !== '' && (this.#entries.get(id)?.token.equals(token) ?? false);
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
    const found = [...this.#entries].find(([, one]) => one === entry);
    return found !== undefined && this.#accept(found[0], found[1], answer);
  }

  #accept(id: string, entry: HandoffEntry, answer: HandoffAnswer): true {
    entry.answer = answer;
    this.#answered.add(id);
    const [oldest] = this.#answered;
    if (this.#answered.size > MAX_REMEMBERED && oldest !== undefined) this.#answered.delete(oldest);
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
