import type { Ledger } from '../ledger/ledger.ts';

/** So long nothing new is written down, in milliseconds: people look at it, to the minute. */
const PAUSE = 60_000;

/** When a profile was last found alive by anybody, for people. */
export class LastVerified {
  readonly #ledger: Pick<Ledger, 'nextValue' | 'highest'>;
  readonly #noted = new Map<string, number>();

  constructor(ledger: Pick<Ledger, 'nextValue' | 'highest'>) {
    this.#ledger = ledger;
  }

  async note(name: string, now: number): Promise<void> {
    if (now - (this.#noted.get(name) ?? -Infinity) < PAUSE) return;
    this.#noted.set(name, now);
    await this.#ledger.nextValue(keyOf(name), { owner: `process ${process.pid}`, atLeast: now });
  }

  /** Milliseconds since the epoch. */
  async of(name: string): Promise<number | undefined> {
    return await this.#ledger.highest(keyOf(name));
  }
}

function keyOf(name: string): string {
  return `profile/${name}/alive`;
}
