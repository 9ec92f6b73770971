import type { KeeperClock } from '../../src/keep/clock.ts';

/** Time within which sleepers wake together, in milliseconds, so that they meet. */
const TOGETHER = 2000;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still while somebody works, and leaps to the next alarm as soon as all sleep. */
export class SimulatedClock implements KeeperClock {
  #now: number;
  #seed: number;
  readonly #actors: number;
  readonly #sleepers = new Set<Sleeper>();

  /** @param actors number of those that sleep and work */
  constructor(start: number, actors: number, seed: number) {
    this.#now = start;
    this.#actors = actors;
    this.#seed = seed;
  }

  now(): number {
    return this.#now;
  }

  /** Returns a number of a sequence that the seed determines. */
  random(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 32;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    let abort!: () => void;
    let sleeper!: Sleeper;
    const slept = new Promise<void>((wake, reject) => {
      abort = () => reject(signal.reason as Error);
      sleeper = { at: this.#now + ms, wake };
    });
    signal.addEventListener('abort', abort);
    this.#sleepers.add(sleeper);
    if (this.#sleepers.size === this.#actors) this.#leap();
    try {
      await slept;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#sleepers.delete(sleeper);
    }
  }

  #leap(): void {
    this.#now = Math.max(this.#now, Math.min(...[...this.#sleepers].map(({ at }) => at)));
    for (const sleeper of [...this.#sleepers]) {
      if (sleeper.at > this.#now + TOGETHER) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}
