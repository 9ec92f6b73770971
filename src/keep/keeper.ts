import { reasonOf } from '../core/errors.ts';
import { type KeeperClock, SYSTEM_CLOCK } from './clock.ts';
import type { KeeperStatus } from './keeper-status.ts';
import { DEFAULT_EVERY } from './schedule.ts';
import type { Visit } from './visit.ts';

/** Pause after the first round that failed, in milliseconds. It doubles with each in a row. */
const FIRST_PAUSE = 5000;

export interface KeeperOptions {
  /** Visits the profiles that are due. It ends early if the signal is aborted. */
  readonly round: (signal: AbortSignal) => Promise<readonly Visit[]>;
  readonly status: KeeperStatus;
  /** Longest time between two rounds, in milliseconds. @default 600_000 */
  readonly every?: number | undefined;
  /** Shortest time between two rounds, in milliseconds. @default 1000 */
  readonly atLeast?: number | undefined;
  /** Called after each round. */
  readonly onRound?: ((visits: readonly Visit[]) => void) | undefined;
  /** Called with the reason if a round fails. */
  readonly onFailure?: ((reason: string) => void) | undefined;
  /** @default the clock of this machine */
  readonly clock?: KeeperClock | undefined;
}

/** Runs rounds, each when the first profile is due, until the signal is aborted. A round that fails is tried again. */
export async function runKeeper(options: KeeperOptions, signal: AbortSignal): Promise<void> {
  const { status, every = DEFAULT_EVERY, atLeast = 1000, clock = SYSTEM_CLOCK, onRound, onFailure } = options;
  let failures = 0;
  while (!signal.aborted) {
    let pause = every;
    try {
      const visits = await options.round(signal);
      failures = 0;
      status.note(visits);
      onRound?.(visits);
      pause = Math.min(...visits.map(({ status: { nextAt } }) => nextAt - clock.now()), every);
    } catch (error) {
      if (signal.aborted) return;
      const reason = reasonOf(error);
      status.failed(reason);
      onFailure?.(reason);
      pause = Math.min(FIRST_PAUSE * 2 ** Math.min(failures++, 20), every);
    }
    await clock.sleep(Math.max(pause, atLeast), signal).catch(() => undefined); // aborted: the loop ends
  }
}
