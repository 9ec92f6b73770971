import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FileLeaseQueue, type Queue } from '../../src/ledger/file-lease-queue.ts';
import { waitForLease } from '../../src/ledger/lease.ts';
import type { Lease } from '../../src/ledger/ledger.ts';
import { PredecessorWatch } from '../../src/ledger/predecessor-watch.ts';
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
    // The others that the same event wakes look at the file in this turn.
    for (let turn = 0; turn < 3; turn++) await setImmediate();
    reads.push(file.reads - before);
  }
  // The next in line also polls, once in half a second.
  expect(Math.min(...reads)).toBeLessThanOrEqual(2);
  expect(Math.max(...reads)).toBeLessThan(10);
  for (const waiter of [Promise.resolve(holder), ...waiters.slice(5)]) await (await waiter).release();
});

test('a waiter leaves the tickets before its predecessor to that one', async ({ folder }) => {
  const file = new CountingFile({ folder: join(folder, 'versions'), drafts: join(folder, 'drafts'), durable: false });
  const ticket = { owner: 'the test', ttl: TTL, fence: 1, machine: 'here' };
  // The process of the holder is gone, and that of the next in line is another one that runs.
  const [gone, next] = [
    { ...ticket, id: 'gone', pid: 999_999_999 },
    { ...ticket, id: 'next', pid: process.ppid },
  ];
  file.update(() => ({ entries: [gone, next] }));
  const queue = new FileLeaseQueue({ file, folder, machine: 'here' });
  expect(await queue.enqueueOrRenew({ id: 'own', owner: 'the test', ttl: TTL }, true)).toMatchObject({ ahead: 2 });
  file.update((state) => ({ entries: state!.entries.filter(({ id }) => id !== 'next') }));
  expect(await queue.enqueueOrRenew({ id: 'own', owner: 'the test', ttl: TTL }, true)).toMatchObject({ ahead: 0 });
});

test('only the next in line polls', async ({ folder }) => {
  const predecessor = join(folder, 'heartbeat');
  writeFileSync(predecessor, '');
  const order: string[] = [];
  const watches = [false, true].map(async (isNext) => {
    const watch = new PredecessorWatch(() => ({ predecessor, isNext }));
    await watch.next(1500);
    order.push(isNext ? 'next' : 'later');
    watch.close();
  });
  await Promise.all(watches);
  expect(order).toEqual(['next', 'later']);
});
