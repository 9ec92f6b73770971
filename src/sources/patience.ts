import type { Runtime } from '../runtime.ts';

/** Our error shall be read before Playwright's own time-out cuts the test off: this much earlier, in milliseconds. */
const AHEAD_OF_DEADLINE = 1000;
/** Node's longest timer; one that is asked for longer fires at once. */
const MAX_TIMER = 2 ** 31 - 1;

/** How long a wait still may take. */
export class Patience {
  readonly signal: AbortSignal;
  /** Whether the test's own time is up before the wait's. */
  readonly isCutShort: boolean;
  readonly #runtime: Runtime;
  readonly #started: number;
  #over: number;
  readonly #timer = new AbortController();
  #timeout: NodeJS.Timeout;

  constructor(runtime: Runtime, timeout: number, signal: AbortSignal | undefined) {
    this.#runtime = runtime;
    this.#started = runtime.now();
    const left = runtime.deadline() - AHEAD_OF_DEADLINE - this.#started;
    this.isCutShort = left < timeout;
    this.#over = this.#started + Math.min(timeout, left);
    this.#timeout = setTimeout(() => this.#timer.abort(), Math.max(0, Math.min(timeout, left, MAX_TIMER)));
    this.signal = signal ? AbortSignal.any([this.#timer.signal, signal]) : this.#timer.signal;
  }

  /** Gives it so many milliseconds more, or takes them back. */
  extend(ms: number): void {
    this.#over += ms;
    clearTimeout(this.#timeout);
    this.#timeout = setTimeout(() => this.#timer.abort(), Math.min(this.left(), MAX_TIMER));
  }

  isOver(): boolean {
    return this.#timer.signal.aborted;
  }

  /** Milliseconds until it is over. */
  left(): number {
    return Math.max(0, this.#over - this.#runtime.now());
  }

  /** Milliseconds. */
  waited(): number {
    return this.#runtime.now() - this.#started;
  }

  end(): void {
    clearTimeout(this.#timeout);
  }
}
