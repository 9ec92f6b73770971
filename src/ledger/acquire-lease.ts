import type { Runtime } from '../core/runtime.ts';
import type { Lease, LeaseOptions, Ledger, QueuePosition } from './ledger.ts';

export interface AcquireLeaseOptions extends Pick<LeaseOptions, 'timeout' | 'ephemeral'> {
  readonly runtime: Runtime;
  /** How long one who is before takes at most, in milliseconds. */
  readonly eachTakes: number;
  /** What the wait is called in the report. */
  readonly title: (place: QueuePosition) => string;
}

/**
 * Takes a lease. A wait for it is shown in the report, and is not the test's own time.
 *
 * @throws TwoFactorError `LEASE_TIMEOUT`
 */
export async function acquireLease(
  ledger: Ledger,
  key: string,
  { runtime, eachTakes, title, ...options }: AcquireLeaseOptions,
): Promise<Lease> {
  let onWait = (_place: QueuePosition): void => undefined;
  const waits = new Promise<QueuePosition>((resolve) => (onWait = resolve));
  const lease = ledger.lease(key, { ...options, owner: ownerName(runtime), onWait: (place) => onWait(place) });
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
export function ownerName({ owner: who }: Runtime): string {
  return who ?? `process ${process.pid}`;
}
