import { MINUTE } from '../core/durations.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Minimum time between two records, in milliseconds. */
const MIN_INTERVAL = MINUTE;

/** Records when a profile was last found alive, by any process. The command line shows it. */
export class LastVerified {
  readonly #ledger: Pick<Ledger, 'nextValue' | 'highest'>;
  readonly #recorded = new Map<string, number>();

  constructor(ledger: Pick<Ledger, 'nextValue' | 'highest'>) {
    this.#ledger = ledger;
  }

  async note(name: string, now: number): Promise<void> {
    if (now - (this.#recorded.get(name) ?? -Infinity) < MIN_INTERVAL) return;
    this.#recorded.set(name, now);
    await this.#ledger.nextValue(keyOf(name), { owner: `process ${process.pid}`, atLeast: now });
  }

  /** Returns the time in milliseconds since the epoch; `undefined` if the profile was never found alive. */
  async of(name: string): Promise<number | undefined> {
    return await this.#ledger.highest(keyOf(name));
  }
}

function keyOf(name: string): string {
  return `profile/${name}/alive`;
}
