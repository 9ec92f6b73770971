import { Script, createContext } from 'node:vm';
import { memoize } from './memoize.ts';

/** Calls a function in a context of its own, because only Node's `vm` can end work that does not return. */
const runner = memoize(() => {
  const context = createContext({});
  const script = new Script('work()');
  return (work: () => unknown, timeout: number): unknown => {
    context['work'] = work;
    try {
      return script.runInContext(context, { timeout });
    } finally {
      context['work'] = undefined;
    }
  };
});

/** True for the error of a function that took too long. */
export function isTimeLimit(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

/**
 * Runs a synchronous function, and ends it after a time: for a regular expression that somebody else wrote.
 *
 * @param timeout time limit, in milliseconds
 * @throws Error with the code `ERR_SCRIPT_EXECUTION_TIMEOUT` if it takes longer
 */
export function timeLimited<T>(work: () => T, timeout: number): T {
  return runner()(work, timeout) as T;
}
