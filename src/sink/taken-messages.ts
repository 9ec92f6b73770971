import type { MessageKind } from '../message/address.ts';
import type { Owner } from '../message/owner.ts';

/** Maximum number of messages that are remembered as taken. The oldest are forgotten. */
export const MAX_TAKEN = 10_000;

/** The test, job or program that takes a message. */
export interface Taker {
  readonly owner: Owner;
  /** Tells a taker that asks again, after its connection broke, from another one with the same name. */
  readonly key: unknown;
}

/** A message that was taken for a recipient. */
export interface Take {
  readonly id: string;
  readonly kind: MessageKind;
  /** The recipient, folded for comparison. */
  readonly folded: string;
  readonly taker: Taker;
  /** Milliseconds since the epoch. */
  readonly at: number;
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
   * @returns the earlier taker, which may be the same, or `undefined` if there is none
   */
  take({ id, folded, taker }: Take): Taker | undefined {
    const key = `${id}/${folded}`;
    const earlier = this.#takers.get(key);
    if (earlier) return earlier;
    this.#takers.set(key, taker);
    if (this.#takers.size > MAX_TAKEN) this.#takers.delete(this.#takers.keys().next().value ?? '');
    return undefined;
  }
}
