import type { Logger } from './logger.ts';

/** Time after which a wait is reported, in milliseconds. */
export const LONG_WAIT = 3000;

/** Reports a wait that has become long. Called once. Returns a function that reports its end, with the duration in milliseconds. */
export type ReportLongWait = (what: string) => (duration: number) => void;

/** An object that may report long waits. */
export interface LongWaits {
  /** Reports a wait that has become long. @default no-op */
  readonly longWait?: ReportLongWait | undefined;
}

/** Returns a function that writes the beginning and the end of each long wait to a logger. */
export function longWaitsTo(logger: Logger): ReportLongWait {
  return (what) => {
    logger.warn(`playwright-2fa: still waiting after ${LONG_WAIT / 1000} s: ${what}`);
    return (duration) => logger.info(`playwright-2fa: waited ${inSeconds(duration)}: ${what}`);
  };
}

/** A wait that others cause. It is reported once it is long: by a timer, so that a short wait costs nothing else. */
export class LongWait {
  readonly #report: ReportLongWait | undefined;
  readonly #what: () => string;
  readonly #after: number;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #end: ((duration: number) => void) | undefined;

  /**
   * @param what returns what is waited for, such as `a code to alice@persona.test`
   * @param after time after which the wait is reported, in milliseconds
   */
  constructor({ longWait }: LongWaits, what: () => string, after: number = LONG_WAIT) {
    this.#after = after;
    this.#report = longWait;
    this.#what = what;
  }

  /** Starts the wait, unless it has begun. */
  begin(): void {
    if (!this.#report || this.#timer) return;
    this.#startedAt = performance.now();
    this.#timer = setTimeout(() => (this.#end = this.#report?.(this.#what())), this.#after).unref();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#end?.(performance.now() - this.#startedAt);
    this.#end = undefined;
  }
}

/** Does work that waits for others, and reports it if it takes long. */
export async function reportLongWait<T>(
  waits: LongWaits,
  what: () => string,
  work: () => Promise<T>,
  after: number = LONG_WAIT,
): Promise<T> {
  const wait = new LongWait(waits, what, after);
  wait.begin();
  try {
    return await work();
  } finally {
    wait.end();
  }
}

/** Returns a duration in seconds, such as `12.3 s`. @param ms milliseconds */
export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
