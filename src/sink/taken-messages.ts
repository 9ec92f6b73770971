import { type MessageKind, foldAddress } from '../message/address.ts';
import type { Owner } from '../message/owner.ts';

/** Maximum number of messages that are remembered as taken. The oldest are forgotten. */
const MAX_REMEMBERED = 10_000;

/** The test, job or program that takes a message. */
export interface Taker {
  readonly owner: Owner;
  /** Tells a taker that asks again, after its connection broke, from another one with the same name. */
  readonly key: unknown;
}

/**
 * The messages that waits have taken, by recipient. They outlive the messages: one that is deleted once it was taken may
 * be decoded for another wait already.
 */
export class TakenMessages {
  readonly #takers = new Map<string, Taker>();

  /**
   * Takes a message for a recipient.
   *
   * @returns the name of the earlier taker, or `undefined` on success
   */
  take(id: string, kind: MessageKind, address: string, taker: Taker): string | undefined {
    const key = `${id}/${foldAddress(kind, address)}`;
    const earlier = this.#takers.get(key);
    if (earlier) return earlier.key === taker.key ? undefined : earlier.owner.title;
    this.#takers.set(key, taker);
    if (this.#takers.size > MAX_REMEMBERED) this.#takers.delete(this.#takers.keys().next().value ?? '');
    return undefined;
  }
}
