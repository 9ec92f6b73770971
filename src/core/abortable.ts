import { setTimeout as delay } from 'node:timers/promises';

export interface SleepOptions {
  /** Ends the sleep early. @default it cannot be ended */
  readonly signal?: AbortSignal | undefined;
  /** Set to `false` to let the process exit during the sleep. @default true */
  readonly ref?: boolean;
}

/**
 * Waits for `ms` milliseconds.
 *
 * @throws the reason of `signal`, as soon as it is aborted
 */
export async function sleep(ms: number, { signal, ref = true }: SleepOptions = {}): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal, ref } : { ref });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Settles as `work` does, unless `signal` is aborted first. A later failure of `work` is ignored.
 *
 * @throws the reason of `signal`, as soon as it is aborted
 */
export async function race<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
