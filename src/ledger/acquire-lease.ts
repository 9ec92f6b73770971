import type { Runtime } from '../core/runtime.ts';
import type { Lease, LeaseOptions, Ledger, Place } from './ledger.ts';

export interface InLineOptions extends Pick<LeaseOptions, 'timeout' | 'passing'> {
  readonly runtime: Runtime;
  /** How long one who is before takes at most, in milliseconds. */
  readonly eachTakes: number;
  /** What the wait is called in the report. */
  readonly title: (place: Place) => string;
}

/**
 * Takes a lease. A wait for it is shown in the report, and is not the test's own time.
 *
 * @throws TwoFactorError `LEASE_TIMEOUT`
 */
export async function standInLine(
  ledger: Ledger,
  key: string,
  { runtime, eachTakes, title, ...options }: InLineOptions,
): Promise<Lease> {
  let onWait = (_place: Place): void => undefined;
  const waits = new Promise<Place>((resolve) => (onWait = resolve));
  const lease = ledger.lease(key, { ...options, holder: whoOf(runtime), onWait: (place) => onWait(place) });
  const first = await Promise.race([lease, waits]);
  if ('release' in first) return first;
  const begun = runtime.now();
  // One more, as the first of them may have just begun.
  const granted = (first.ahead + 1) * eachTakes;
  runtime.extend?.(granted);
  const taken = await runtime.step(title(first), () => lease);
  runtime.extend?.(runtime.now() - begun - granted);
  return taken;
}

/** Who asks, for those who have to wait for it. */
export function whoOf({ who }: Runtime): string {
  return who ?? `process ${process.pid}`;
}
