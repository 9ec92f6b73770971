import { sleep } from '../../core/abortable.ts';

/** Delay after the first fault, in milliseconds. Each further fault doubles it, up to the maximum. */
const FIRST_DELAY = 100;
const MAX_DELAY = 5000;

/** As `delay` of a `SourceDriver`. */
type Schedule = (polls: number, isPushed: boolean) => number;

/** Limits how often a source is polled. All watches of a source share one. */
export class Backoff {
  /** True while a push connection to the source is open. */
  isPushed = false;
  readonly #schedule: Schedule;
  #notBefore = 0;

  constructor(schedule: Schedule = defaultSchedule) {
    this.#schedule = schedule;
  }

  /** Returns the delay before the next poll, in milliseconds. @param polls polls of this wait without a message, from 1 on */
  delay(polls: number): number {
    return this.#schedule(polls, this.isPushed);
  }

  /**
   * Waits until the source may be polled again.
   *
   * @param deadline in milliseconds since the epoch
   * @throws Error if the source may not be polled before the deadline
   */
  async ready(signal: AbortSignal, deadline: number = Infinity): Promise<void> {
    for (let left; (left = this.#notBefore - Date.now()) > 0;) {
      if (this.#notBefore > deadline)
        throw new Error(`rate limited (HTTP 429); retry in ${(left / 1000).toFixed(1)} s`);
      await sleep(left, { signal });
    }
  }

  /** Returns the delay after a fault, in milliseconds. A `retryAfter` of the fault delays all watches. */
  delayAfterFault(fault: unknown, consecutiveFaults: number): number {
    const { retryAfter } = (fault ?? {}) as { readonly retryAfter?: unknown };
    if (typeof retryAfter !== 'number') return Math.min(MAX_DELAY, FIRST_DELAY * 2 ** (consecutiveFaults - 1));
    this.#notBefore = Math.max(this.#notBefore, Date.now() + retryAfter);
    return retryAfter;
  }
}

/** Polls often at first: most codes come within seconds of the request. */
export function defaultSchedule(polls: number, isPushed: boolean): number {
  return isPushed ? 5000 : Math.min(5000, 250 * 1.5 ** (polls - 1));
}
