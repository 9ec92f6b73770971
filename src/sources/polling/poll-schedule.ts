import type { ArrivalPredictor, Outlook } from './arrival-predictor.ts';
import type { Backoff } from './backoff.ts';

/** When to look for messages to one address, as long as somebody waits. Times are in milliseconds since the epoch. */
export class PollSchedule {
  readonly #pace: Backoff;
  readonly #forecast: ArrivalPredictor;
  #waits = 0;
  #outlook: Outlook | undefined;
  #inVain = 0;
  #lookedAt = 0;
  /** After a fault the source is left alone until then. */
  #leftAloneUntil = 0;
  #next = 0;

  constructor(pace: Backoff, forecast: ArrivalPredictor) {
    this.#pace = pace;
    this.#forecast = forecast;
  }

  /** Milliseconds until the next look. */
  left(): number {
    return Math.max(0, this.#next - Date.now());
  }

  /** Somebody waits. Whoever waits at the same time shares the looks of the first. @returns what ends it */
  enter(): () => void {
    if (this.#waits++ === 0) this.#begin();
    return () => {
      if (--this.#waits === 0) this.#outlook!.end(Date.now());
    };
  }

  /** @param startedAt when the look began */
  foundNothing(startedAt: number): void {
    this.#lookedAt = Date.now();
    this.#inVain++;
    if (this.#waits === 0) return;
    if (!this.#pace.isPushed) this.#outlook!.lookedInVain(startedAt);
    this.#plan();
  }

  /**
   * @param startedAt when the look began
   * @param cameAt when the first that was found had come, by this machine's clock, where that is known
   */
  found(startedAt: number, cameAt: number | undefined): void {
    this.#lookedAt = Date.now();
    if (this.#waits === 0) return;
    if (!this.#pace.isPushed) this.#outlook!.found(startedAt, cameAt);
    this.#begin();
  }

  failed(error: unknown, faultsInARow: number): void {
    this.#leftAloneUntil = Date.now() + this.#pace.slowDown(error, faultsInARow);
    this.#next = this.#leftAloneUntil;
  }

  #begin(): void {
    this.#inVain = 0;
    this.#outlook = this.#forecast.begin(Date.now());
    this.#plan(this.#lookedAt + this.#pace.delay(1));
  }

  #plan(earliest = 0): void {
    const { isPushed } = this.#pace;
    const planned = isPushed ? this.#lookedAt + this.#pace.delay(Math.max(1, this.#inVain)) : this.#outlook!.next();
    this.#next = Math.max(planned, earliest, this.#leftAloneUntil);
  }
}
