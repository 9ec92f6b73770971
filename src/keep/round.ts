/** Variable with the request for a round, for the process that runs it. */
export const ROUND_VARIABLE = 'PLAYWRIGHT_2FA_KEEP_ROUND';
/** Type of the annotation with the results of a round. */
export const ROUND_ANNOTATION = 'playwright-2fa/keep';

/** Request for a round: which profiles to visit, and how. It has no secrets. */
export interface RoundRequest {
  /** Names of the profiles; empty for all of the configuration. */
  readonly names: readonly string[];
  /** True to visit profiles that are not due, too. */
  readonly force: boolean;
  /** Milliseconds. */
  readonly every?: number;
  /** Milliseconds. */
  readonly before?: number;
  /** Milliseconds. */
  readonly slack?: number;
  /** Hours in which sign-ins may run, such as `09:00-17:00`. */
  readonly between?: string;
}

/** Runs work for each item, at most `limit` at a time, and returns the results in order. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const run = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, run));
  return results;
}
