import { sleep } from '../../core/abortable.ts';
import { TwoFactorError } from '../../core/errors.ts';
import type { Backoff } from './backoff.ts';

/** Retry budget for calls that are not part of a wait, in milliseconds. */
const RETRY_BUDGET = 5000;

export interface RetryOptions {
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
  /** Returns the error for a call that failed until the budget was used up. */
  readonly unreachable: (cause: unknown, attempts: number) => TwoFactorError;
}

/** Repeats a call that fails by a transient fault, for a few seconds. */
export async function retryTransient<T>(
  work: () => Promise<T>,
  { backoff, signal, unreachable }: RetryOptions,
): Promise<T> {
  const deadline = Date.now() + RETRY_BUDGET;
  for (let attempt = 1; ; attempt++) {
    try {
      await backoff.ready(signal, deadline);
      return await work();
    } catch (error) {
      if (signal.aborted || isFinal(error)) throw error;
      const delay = backoff.delayAfterFault(error, attempt);
      if (Date.now() + delay > deadline) throw unreachable(error, attempt);
      await sleep(delay, { signal });
    }
  }
}

/** True if a retry cannot help. */
export function isFinal(error: unknown): boolean {
  return error instanceof TwoFactorError && error.code !== 'SOURCE_UNREACHABLE';
}
