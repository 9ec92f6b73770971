import type { Runtime } from './runtime.ts';

/** Our error shall be read before Playwright's own time-out cuts the test off: this much earlier, in milliseconds. */
const AHEAD_OF_DEADLINE = 1000;
/** Node's longest timer; one that is asked for longer fires at once. */
const MAX_TIMER = 2 ** 31 - 1;

/** How long a wait still may take. */
export class Deadline {
  readonly signal: AbortSignal;
  /** Whether the test's own time is up before the wait's. */
  readonly isCutShort: boolean;
  readonly #runtime: Runtime;
  readonly #started: number;
  readonly #timer = new AbortController();
  #over = 0;
  #timeout: NodeJS.Timeout | undefined;

  constructor(runtime: Runtime, timeout: number, signal: AbortSignal | undefined) {
    this.#runtime = runtime;
    this.#started = runtime.now();
    this.isCutShort = this.#start(timeout) < timeout;
    this.signal = signal ? AbortSignal.any([this.#timer.signal, signal]) : this.#timer.signal;
  }

  isOver(): boolean {
    return this.#timer.signal.aborted;
  }

  /** Leaves out a piece of work that takes as long as others make it take: meanwhile this time stands still. */
  async notCounting<T>(work: () => Promise<T>): Promise<T> {
    const left = this.left();
    this.end();
    try {
      return await work();
    } finally {
      this.#start(left);
    }
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

  /** @returns how long it may take, in milliseconds */
  #start(wanted: number): number {
    const now = this.#runtime.now();
    const left = Math.min(wanted, this.#runtime.deadline() - AHEAD_OF_DEADLINE - now);
    this.#over = now + left;
    this.#timeout = setTimeout(() => this.#timer.abort(), Math.max(0, Math.min(left, MAX_TIMER)));
    return left;
  }
}
