import { randomBytes, randomUUID } from 'node:crypto';
import { race } from '../core/abortable.ts';
import { type HandoffAnswer, type HandoffRequest, type ListedHandoff, readRequest } from '../protocol/handoff.ts';
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

/** True if a request path is exactly that of a handoff page or of its answer by API. Paths that a router could normalize to another do not match. */
export function isHandoffRequest(path = ''): boolean {
  return /^\/(?:handoff\/[\w-]+(?:\?letters)?|api\/handoffs\/[\w-]+\/answer)$/.test(path);
}

/** An answered handoff whose sign-in went on. The answer itself is gone. */
interface ClosedEntry {
  readonly request: HandoffRequest;
  readonly token: Secret;
}

interface HandoffEntry extends ClosedEntry {
  answer: HandoffAnswer | undefined;
  readonly waiters: Set<(answer: HandoffAnswer) => void>;
}

/** The open handoffs. Each has its own token, valid for one answer. */
export class Handoffs {
  readonly #entries = new Map<string, HandoffEntry>();
  /** Remembered until they expire, so that a second answer is told from an unknown handoff. */
  readonly #answered = new Map<string, ClosedEntry>();
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

  /** Number of clients that wait for the answer of a person. */
  get waiters(): number {
    return [...this.#entries.values()].reduce((sum, { waiters }) => sum + waiters.size, 0);
  }

  /**
   * Resolves with the answer of the person.
   *
   * @param signal ends the wait
   * @throws Error if there is no such handoff
   */
  async answerOf(id: string, signal: AbortSignal): Promise<HandoffAnswer> {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error('The handoff does not exist: it expired, was withdrawn, or the sink was restarted.');
    if (entry.answer) return entry.answer;
    let resolve!: (answer: HandoffAnswer) => void;
    const answered = new Promise<HandoffAnswer>((done) => (resolve = done));
    entry.waiters.add(resolve);
    return await race(answered, signal).finally(() => entry.waiters.delete(resolve));
  }

  withdraw(id: string): void {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    this.#changes.notify();
    if (!entry?.answer) return;
    this.#answered.set(id, { request: entry.request, token: entry.token });
    if (this.#answered.size > MAX_OPEN) this.#answered.delete(this.#answered.keys().next().value ?? '');
  }

  /** Returns the handoffs that wait for an answer, oldest first. */
  list(): ListedHandoff[] {
    this.#removeExpired();
    const open = [...this.#entries].filter(([, { answer }]) => !answer);
    return open.map(([id, { request }]) => ({ id, ...request }));
  }

  /** Returns the path of the page of an open handoff. The path contains its token. */
  pathOf(id: string): string | undefined {
    this.#removeExpired();
    const entry = this.#entries.get(id);
    return entry && !entry.answer ? HANDOFF_PATH + entry.token.reveal() : undefined;
  }

  /** Returns a handoff if the token is its own, compared in constant time. */
  authorize(id: string, token: string): { readonly request: HandoffRequest; readonly isAnswered: boolean } | undefined {
    this.#removeExpired();
    const open = this.#entries.get(id);
    const entry = open ?? this.#answered.get(id);
    if (!entry?.token.equals(token)) return undefined;
    return { request: entry.request, isAnswered: !open || open.answer !== undefined };
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
    return this.#accept(this.#entry(token), answer);
  }

  /** Accepts the first answer to a handoff, from a person who has access to the sink. Returns `false` if it is not open. */
  answerById(id: string, answer: HandoffAnswer): boolean {
    this.#removeExpired();
    return this.#accept(this.#entries.get(id), answer);
  }

  #accept(entry: HandoffEntry | undefined, answer: HandoffAnswer): boolean {
    if (!entry || entry.answer) return false;
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
    for (const entries of [this.#entries, this.#answered])
      for (const [id, { request }] of entries) if (request.expiresAt <= now) entries.delete(id);
  }
}
