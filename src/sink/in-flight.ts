import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { MessageKind } from '../message/address.ts';

/** What is on its way into the sink, and whom it may still be for. */
export class DeliveriesInFlight {
  readonly #open = new Map<object, Delivery>();

  /** Somebody called: what will come, and for whom, is not known yet. */
  opened(kind: MessageKind, source: object): void {
    this.#open.set(source, new Delivery(kind));
  }

  /** A message was announced; a line that was open takes it up. */
  begun(kind: MessageKind, source: object): void {
    const delivery = this.#open.get(source) ?? new Delivery(kind);
    delivery.isBegun = true;
    this.#open.set(source, delivery);
  }

  /** From now on it is for these only, in the spelling that addresses are compared in. */
  addressed(source: object, folded: readonly string[]): void {
    this.#open.get(source)?.address(folded);
  }

  /** What was begun has come, or will not; the line may stay open for more. */
  over(source: object): void {
    if (this.#open.get(source)?.isBegun) this.closed(source);
  }

  closed(source: object): void {
    this.#open.get(source)?.end();
    this.#open.delete(source);
  }

  /**
   * Resolves when nothing that was begun within a quiet moment can still come to an address. What others begin after
   * that moment is not waited for, so that a busy sink does not hold anybody up.
   *
   * @param folded the address
   * @param quiet the moment, in milliseconds
   */
  async settled(kind: MessageKind, folded: string, quiet: number): Promise<void> {
    await sleep(quiet);
    await setImmediate(); // whoever has called while this process was busy is let in first
    const open = [...this.#open.values()].filter((delivery) => delivery.kind === kind);
    await Promise.all(open.map((delivery) => delivery.passes(folded)));
  }
}

class Delivery {
  readonly kind: MessageKind;
  isBegun = false;
  #to: readonly string[] | undefined;
  #isOver = false;
  readonly #waiting = new Set<() => void>();

  constructor(kind: MessageKind) {
    this.kind = kind;
  }

  address(folded: readonly string[]): void {
    this.#to = folded;
    this.#changed();
  }

  end(): void {
    this.#isOver = true;
    this.#changed();
  }

  /** Resolves when it can no longer come to an address. */
  async passes(folded: string): Promise<void> {
    while (!this.#isOver && (this.#to === undefined || this.#to.includes(folded)))
      await new Promise<void>((done) => this.#waiting.add(done));
  }

  #changed(): void {
    for (const done of this.#waiting) done();
    this.#waiting.clear();
  }
}
