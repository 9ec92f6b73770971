import type { Runtime } from './runtime.ts';

/** A wait ends this long before the test's own timeout, so that its error is reported. In milliseconds. */
const DEADLINE_MARGIN = 1000;
/** Node's longest timer, in milliseconds. A longer one fires at once. */
const MAX_TIMER = 2 ** 31 - 1;

/** The deadline of a wait: its own timeout, or the end of the test if that comes first. */
export class Deadline {
  /** Aborted at the deadline, or with the signal of the caller. */
  readonly signal: AbortSignal;
  /** True if the end of the test comes before the timeout of the wait. */
  readonly isCutShort: boolean;
  readonly #runtime: Runtime;
  readonly #startedAt: number;
  readonly #timer = new AbortController();
  /** In milliseconds since the epoch. */
  #endsAt = 0;
  #timeout: NodeJS.Timeout | undefined;

  /** @param timeout in milliseconds */
  constructor(runtime: Runtime, timeout: number, signal: AbortSignal | undefined) {
    this.#runtime = runtime;
    this.#startedAt = runtime.now();
    this.isCutShort = this.#startTimer(timeout) < timeout;
    this.signal = signal ? AbortSignal.any([this.#timer.signal, signal]) : this.#timer.signal;
  }

  /** True if the deadline has passed. */
  isOver(): boolean {
    return this.#timer.signal.aborted;
  }

  /** Pauses the deadline during work whose duration depends on others. */
  async notCounting<T>(work: () => Promise<T>): Promise<T> {
    const left = this.left();
    this.end();
    try {
      return await work();
    } finally {
      this.#startTimer(left);
    }
  }

  /** Milliseconds until the deadline. */
  left(): number {
    return Math.max(0, this.#endsAt - this.#runtime.now());
  }

  /** Milliseconds since the start. */
  waited(): number {
    return this.#runtime.now() - this.#startedAt;
  }

  /** Stops the timer. */
  end(): void {
    clearTimeout(this.#timeout);
  }

  /** @returns the time until the deadline, in milliseconds */
  #startTimer(timeout: number): number {
    const now = this.#runtime.now();
    const left = Math.min(timeout, this.#runtime.deadline() - DEADLINE_MARGIN - now);
    this.#endsAt = now + left;
    this.#timeout = setTimeout(() => this.#timer.abort(), Math.max(0, Math.min(left, MAX_TIMER)));
    return left;
  }
}
