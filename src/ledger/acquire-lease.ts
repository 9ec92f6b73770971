import { MINUTE } from '../core/durations.ts';
import { reportLongWait } from '../core/long-wait.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Lease, LeaseOptions, Ledger, QueuePosition } from './ledger.ts';

/** Maximum wait for a lease whose holder runs a whole test, in milliseconds. Crashed holders are detected sooner. */
export const LEASE_TIMEOUT: number = 30 * MINUTE;

export interface AcquireLeaseOptions extends Pick<LeaseOptions, 'timeout' | 'ephemeral'> {
  readonly runtime: Runtime;
  /** Longest time that one holder is expected to keep the lease, in milliseconds. */
  readonly holdTime: number;
  /** Returns what is waited for, such as `the passkeys of alice, held by worker 1`. */
  readonly what: (position: QueuePosition) => string;
}

/**
 * Acquires a lease. A wait is shown as a step, is reported if it is long, and does not count against the time limit of the test.
 *
 * @throws TwoFactorError `LEASE_TIMEOUT`
 */
export async function acquireLease(
  ledger: Ledger,
  key: string,
  { runtime, holdTime, what, ...options }: AcquireLeaseOptions,
): Promise<Lease> {
  let onWait = (_position: QueuePosition): void => undefined;
  const queued = new Promise<QueuePosition>((resolve) => (onWait = resolve));
  const lease = ledger.lease(key, { ...options, owner: ownerName(runtime), onWait: (position) => onWait(position) });
  const first = await Promise.race([lease, queued]);
  if ('release' in first) return first;
  const startedAt = runtime.now();
  // One more than are ahead: the holder may have acquired the lease just now.
  const granted = (first.ahead + 1) * holdTime;
  runtime.extend?.(granted);
  const awaited = what(first);
  const acquired = await runtime.step(`Wait for ${awaited}`, () =>
    reportLongWait(
      runtime,
      () => awaited,
      () => lease,
    ),
  );
  runtime.extend?.(runtime.now() - startedAt - granted);
  return acquired;
}

/** Returns the name of the test or process behind a runtime. Waiters see it in step titles and errors. */
export function ownerName({ owner }: Runtime): string {
  return owner ?? `process ${process.pid}`;
}
