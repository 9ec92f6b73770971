import { setTimeout as after } from 'node:timers/promises';
import { TwoFactorError } from '../../core/errors.ts';
import type { Backoff } from './backoff.ts';

/** How long whoever does not wait has faults ridden out, in milliseconds. */
const RIDE_OUT = 5000;

export interface RideOutOptions {
  readonly pace: Backoff;
  readonly signal: AbortSignal;
  /** The error of who has tried so often in vain. */
  readonly unreachable: (cause: unknown, attempts: number) => TwoFactorError;
}

/** Repeats what fails by a fault that may pass, for some seconds. */
export async function retryTransient<T>(
  work: () => Promise<T>,
  { pace, signal, unreachable }: RideOutOptions,
): Promise<T> {
  const giveUp = Date.now() + RIDE_OUT;
  for (let faults = 1; ; faults++) {
    try {
      await pace.respected(signal, giveUp);
      return await work();
    } catch (error) {
      if (signal.aborted || isFinal(error)) throw error;
      const delay = pace.slowDown(error, faults);
      if (Date.now() + delay > giveUp) throw unreachable(error, faults);
      await after(delay, undefined, { signal });
    }
  }
}

/** Whether asking again cannot help. */
export function isFinal(error: unknown): boolean {
  return error instanceof TwoFactorError && error.code !== 'SOURCE_UNREACHABLE';
}
