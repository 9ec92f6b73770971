import { join } from 'node:path';
import { FileLeaseQueue, type Queue } from '../../src/ledger/file-lease-queue.ts';
import { waitForLease } from '../../src/ledger/lease.ts';
import type { Lease } from '../../src/ledger/ledger.ts';
import { VersionedFile } from '../../src/ledger/versioned-file.ts';
import { expect, test } from '../support/temp-folder.ts';

/** Long enough that no waiter sends a heartbeat during the test, in milliseconds. */
const TTL = 600_000;

/** The file of a queue, which counts how often it is looked at. */
class CountingFile extends VersionedFile<Queue> {
  reads = 0;

  override read(): ReturnType<VersionedFile<Queue>['read']> {
    this.reads++;
    return super.read();
  }
}

test('a release wakes only the next of 30 waiters', async ({ folder }) => {
  const paths = { folder: join(folder, 'versions'), drafts: join(folder, 'drafts') };
  const file = new CountingFile({ ...paths, durable: false });
  const options = { timeout: TTL, owner: 'the test', ttl: TTL };
  const enter = (onWait?: () => void): Promise<Lease> => {
    const queue = new FileLeaseQueue({ file, folder, machine: 'here' });
    return waitForLease(queue, 'key', { ...options, ...(onWait ? { onWait } : {}) });
  };
  let holder = await enter();
  const waiters: Promise<Lease>[] = [];
  for (let waiter = 0; waiter < 30; waiter++) await new Promise<void>((onWait) => waiters.push(enter(() => onWait())));
  const reads: number[] = [];
  for (const waiter of waiters.slice(0, 5)) {
    const before = file.reads;
    await holder.release();
    holder = await waiter;
    reads.push(file.reads - before);
  }
  // The next in line also polls, once in half a second.
  expect(Math.min(...reads)).toBeLessThanOrEqual(2);
  expect(Math.max(...reads)).toBeLessThan(10);
  for (const waiter of [Promise.resolve(holder), ...waiters.slice(5)]) await (await waiter).release();
});
