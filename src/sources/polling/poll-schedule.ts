import type { ArrivalPredictor, PollPlan } from './arrival-predictor.ts';
import type { Backoff } from './backoff.ts';

/** Plans the polls of one watch while somebody waits. Times are in milliseconds since the epoch. */
export class PollSchedule {
  readonly #backoff: Backoff;
  readonly #predictor: ArrivalPredictor;
  #waiters = 0;
  #plan: PollPlan | undefined;
  #emptyPolls = 0;
  #lastPoll = 0;
  /** End of the delay after a fault. */
  #notBefore = 0;
  #nextPoll = 0;

  constructor(backoff: Backoff, predictor: ArrivalPredictor) {
    this.#backoff = backoff;
    this.#predictor = predictor;
  }

  /** Milliseconds until the next poll. */
  left(): number {
    return Math.max(0, this.#nextPoll - Date.now());
  }

  /** Adds a waiter. Waiters at the same time share the polls of the first. @returns a function that removes the waiter */
  enter(): () => void {
    if (this.#waiters++ === 0) this.#begin();
    return () => {
      if (--this.#waiters === 0) this.#plan!.end(Date.now());
    };
  }

  /** @param startedAt start of the poll */
  foundNothing(startedAt: number): void {
    this.#lastPoll = Date.now();
    this.#emptyPolls++;
    if (this.#waiters === 0) return;
    if (!this.#backoff.isPushed) this.#plan!.foundNothing(startedAt);
    this.#planNext();
  }

  /**
   * @param startedAt start of the poll
   * @param receivedAt time at which the first message came, by this machine's clock, if known
   */
  found(startedAt: number, receivedAt: number | undefined): void {
    this.#lastPoll = Date.now();
    if (this.#waiters === 0) return;
    if (!this.#backoff.isPushed) this.#plan!.found(startedAt, receivedAt);
    this.#begin();
  }

  failed(error: unknown, consecutiveFaults: number): void {
    this.#notBefore = Date.now() + this.#backoff.delayAfterFault(error, consecutiveFaults);
    this.#nextPoll = this.#notBefore;
  }

  #begin(): void {
    this.#emptyPolls = 0;
    this.#plan = this.#predictor.begin(Date.now());
    this.#planNext(this.#lastPoll + this.#backoff.delay(1));
  }

  #planNext(earliest = 0): void {
    const { isPushed } = this.#backoff;
    const planned = isPushed ? this.#lastPoll + this.#backoff.delay(Math.max(1, this.#emptyPolls)) : this.#plan!.next();
    this.#nextPoll = Math.max(planned, earliest, this.#notBefore);
  }
}
