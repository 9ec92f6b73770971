import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { MessageKind } from '../message/address.ts';

/** Time after which a client that has only connected no longer counts as a delivery, in milliseconds. */
const IDLE_AFTER = 1000;

/** Tracks the deliveries that are in progress, and the recipients that each may still have. */
export class DeliveriesInFlight {
  readonly #open = new Map<object, Delivery>();

  /** Number of open connections and requests. */
  get count(): number {
    return this.#open.size;
  }

  /** Records a new connection, whose message and recipients are not known yet. */
  opened(kind: MessageKind, source: object): void {
    this.#open.set(source, new Delivery(kind));
  }

  /** Records that a connection has begun a message. */
  begun(kind: MessageKind, source: object): void {
    const delivery = this.#open.get(source) ?? new Delivery(kind);
    this.#open.set(source, delivery);
    delivery.begin();
  }

  /** Sets the final recipients of a message, folded for comparison. */
  addressed(source: object, folded: readonly string[]): void {
    this.#open.get(source)?.address(folded);
  }

  /** Records that the message was stored or abandoned. The connection may stay open for more. */
  ended(source: object): void {
    if (this.#open.get(source)?.hasBegun) this.closed(source);
  }

  /** Records that a connection was closed. */
  closed(source: object): void {
    this.#open.get(source)?.end();
    this.#open.delete(source);
  }

  /**
   * Waits for a quiet period, then for every delivery open at its end that may be for the address. Deliveries that begin
   * later are not waited for, so that a busy sink does not delay the result.
   *
   * @param folded the address, folded for comparison
   * @param quiet the quiet period, in milliseconds
   */
  async settled(kind: MessageKind, folded: string, quiet: number): Promise<void> {
    await sleep(quiet);
    await setImmediate(); // first accept the connections that arrived while this process was busy
    const open = [...this.#open.values()].filter((delivery) => delivery.kind === kind);
    await Promise.all(open.map((delivery) => delivery.excludes(folded)));
  }
}

class Delivery {
  readonly kind: MessageKind;
  readonly #openedAt = performance.now();
  #hasBegun = false;
  #to: readonly string[] | undefined;
  #hasEnded = false;
  readonly #waiters = new Set<() => void>();

  constructor(kind: MessageKind) {
    this.kind = kind;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  begin(): void {
    this.#hasBegun = true;
    this.#notify();
  }

  address(folded: readonly string[]): void {
    this.#to = folded;
    this.#notify();
  }

  end(): void {
    this.#hasEnded = true;
    this.#notify();
  }

  /** Resolves when the delivery can no longer be for the address. */
  async excludes(folded: string): Promise<void> {
    while (!this.#hasEnded && (this.#to === undefined || this.#to.includes(folded))) {
      const idle = this.#hasBegun ? undefined : IDLE_AFTER - (performance.now() - this.#openedAt);
      if (idle !== undefined && idle <= 0) return;
      await this.#changed(idle);
    }
  }

  /** Resolves at the next change, or after a time in milliseconds. */
  async #changed(time: number | undefined): Promise<void> {
    const over = new AbortController();
    const changed = new Promise<void>((done) => this.#waiters.add(done));
    const idle = time === undefined ? [] : [sleep(time, undefined, { signal: over.signal }).catch(() => undefined)];
    await Promise.race([changed, ...idle]);
    over.abort();
  }

  #notify(): void {
    for (const done of this.#waiters) done();
    this.#waiters.clear();
  }
}
