import type { Delivery, DeliveryTarget } from './delivery.ts';

/** Maximum number of deliveries that are held at the same time. */
const MAX_HELD = 1000;

interface Held {
  readonly delivery: Delivery;
  /** Fault that holds it. */
  readonly by: object;
  readonly size: number;
  readonly timer: NodeJS.Timeout | undefined;
  readonly onReleased: () => void;
}

/** Deliveries that faults hold back: for a time, or until others come. */
export class HeldDeliveries {
  readonly #target: DeliveryTarget;
  readonly #held = new Set<Held>();
  #bytes = 0;

  constructor(target: DeliveryTarget) {
    this.#target = target;
  }

  /** Number of deliveries that are held. */
  get count(): number {
    return this.#held.size;
  }

  /**
   * Holds a delivery. It is stored at once if too many are held.
   *
   * @param by fault that holds it
   * @param ms time after which it is stored, in milliseconds. @default when it is released
   * @returns a promise that resolves when it is stored
   */
  async hold(delivery: Delivery, by: object, ms?: number): Promise<void> {
    const size = delivery.chunks.reduce((sum, { length }) => sum + length, 0);
    if (this.#held.size >= MAX_HELD || this.#bytes + size > this.#target.maxBytes) {
      this.#target.put(delivery);
      return;
    }
    await new Promise<void>((onReleased) => {
      const timer = ms === undefined ? undefined : setTimeout(() => this.#release(held), ms).unref();
      const held: Held = { delivery, by, size, timer, onReleased };
      this.#held.add(held);
      this.#bytes += size;
    });
  }

  /** Returns how many deliveries a fault holds. */
  countOf(by: object): number {
    return this.#of(by).length;
  }

  /** Stores the deliveries that a fault holds. @param newestFirst true to store the last one first */
  release(by: object, newestFirst: boolean = false): void {
    const held = this.#of(by);
    for (const one of newestFirst ? held.toReversed() : held) this.#release(one);
  }

  #of(by: object): Held[] {
    return [...this.#held].filter((held) => held.by === by);
  }

  #release(held: Held): void {
    if (!this.#held.delete(held)) return;
    this.#bytes -= held.size;
    clearTimeout(held.timer);
    this.#target.put(held.delivery);
    held.onReleased();
  }
}
