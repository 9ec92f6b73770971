import { race } from './abortable.ts';

/**
 * Settles as `work` does, or fails at the end of a time limit. The clock is Node's: a page may stop its own clock, show a
 * dialog, or run a script that never ends. Work that is late goes on, and its result is ignored.
 *
 * @param limit in milliseconds
 * @param late returns the error at the end
 */
export async function withTimeLimit<T>(work: Promise<T>, limit: number, late: () => Error): Promise<T> {
  const end = AbortSignal.timeout(Math.max(1, Math.min(limit, 2 ** 31 - 1)));
  return await race(work, end).catch((error: unknown) => {
    throw end.aborted && error === end.reason ? late() : error;
  });
}
