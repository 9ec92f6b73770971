import { setTimeout as after } from 'node:timers/promises';

/** The first delay after a fault, in milliseconds; each doubles it, up to the longest. */
const FIRST = 100;
const LONGEST = 5000;

/** As `delay` of a `SourceDriver`. */
type Schedule = (looks: number, isPushed: boolean) => number;

/** How fast a source may be asked, by all who ask it. */
export class Backoff {
  /** Whether the source says by itself that something came. */
  isPushed = false;
  readonly #schedule: Schedule;
  #notBefore = 0;

  constructor(schedule: Schedule = growing) {
    this.#schedule = schedule;
  }

  /** How long after a look to look again, in milliseconds, when so many found nothing, from 1 on. */
  delay(looks: number): number {
    return this.#schedule(looks, this.isPushed);
  }

  /**
   * Waits until the source may be asked again.
   *
   * @param giveUp in milliseconds since the epoch: who cannot wait that long throws
   */
  async respected(signal: AbortSignal, giveUp: number = Infinity): Promise<void> {
    for (let left; (left = this.#notBefore - Date.now()) > 0;) {
      if (this.#notBefore > giveUp)
        throw new Error(`it asks to be left alone for ${(left / 1000).toFixed(1)} s more (429)`);
      await after(left, undefined, { signal });
    }
  }

  /** How long to wait after a fault, in milliseconds. What the source asks for holds for all who ask. */
  slowDown(fault: unknown, faultsInARow: number): number {
    const { retryAfter } = (fault ?? {}) as { readonly retryAfter?: unknown };
    if (typeof retryAfter !== 'number') return Math.min(LONGEST, FIRST * 2 ** (faultsInARow - 1));
    this.#notBefore = Math.max(this.#notBefore, Date.now() + retryAfter);
    return retryAfter;
  }
}

/** Mostly a code comes within seconds of being asked for, so the first looks are close. */
export function growing(looks: number, isPushed: boolean): number {
  return isPushed ? 5000 : Math.min(5000, 250 * 1.5 ** (looks - 1));
}
