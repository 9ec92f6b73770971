import { readFile, readdir, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileLedger } from '../../src/ledger/file.ts';
import { expect, kill, test } from '../support/lease-takers.ts';
import { expectThrown } from '../support/thrown.ts';

const KEY = 'profile/alice';
const LONG = { timeout: 20_000, holder: 'the test' };
const SHORT = { timeout: 50, holder: 'the test' };

/** Makes the holder of a lease look like one that has not been heard of for a minute. */
async function silence(folder: string, fence: number): Promise<void> {
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(join(folder, 'leases', encodeURIComponent(KEY), String(fence)), longAgo, longAgo);
}

test('of eight processes only one at a time holds a lease, and its number always rises', async ({
  folder,
  startTaker,
}) => {
  test.setTimeout(90_000);
  const takers = Array.from({ length: 8 }, () => startTaker('contend', '10'));
  await Promise.all(takers.map((taker) => taker.told()));
  const results = takers.map((taker) => taker.told());
  for (const taker of takers) taker.process.send('go');
  expect(await Promise.all(results)).toEqual(takers.map(() => ({ clashes: 0 })));
  const fences = (await readFile(join(folder, 'fences'), 'utf8')).trim().split('\n').map(Number);
  expect(fences).toHaveLength(80);
  expect(fences).toEqual([...new Set(fences)].toSorted((a, b) => a - b));
});

test('a lease is taken over from a process that was killed', async ({ folder, startTaker }) => {
  const holder = startTaker('hold');
  const { fence } = (await holder.told()) as { fence: number };
  const ledger = fileLedger({ folder });
  await expectThrown(() => ledger.lease(KEY, SHORT), 'LEASE_TIMEOUT');
  await kill(holder);
  const started = Date.now();
  const lease = await ledger.lease(KEY, LONG);
  expect(lease.fence).toBeGreaterThan(fence);
  expect(Date.now() - started).toBeLessThan(5000);
  await lease.release();
});

test('who waits in vain is told who holds it', async ({ folder, startTaker }) => {
  const holder = startTaker('hold');
  await holder.told();
  const { pid } = holder.process;
  const work = (): Promise<unknown> => fileLedger({ folder }).lease(KEY, { timeout: 300, holder: 'another' });
  await expectThrown(work, 'LEASE_TIMEOUT', `"${KEY}"`, `taker ${pid}`, `process ${pid} on ${hostname()}`, '0.3 s');
});

test('a holder that was silent for too long has lost its lease, and cannot give back the next one', async ({
  folder,
}) => {
  const ledger = fileLedger({ folder });
  const lost = await ledger.lease(KEY, LONG);
  expect(await lost.isHeld()).toBe(true);
  await silence(folder, lost.fence);
  const lease = await ledger.lease(KEY, LONG);
  expect([await lost.isHeld(), await lease.isHeld(), lease.fence > lost.fence]).toEqual([false, true, true]);
  await lost.release();
  expect(await lease.isHeld()).toBe(true);
  await expectThrown(() => ledger.lease(KEY, SHORT), 'LEASE_TIMEOUT');
  await lease.release();
});

test('who waits gets it as soon as it is given back', async ({ folder }) => {
  const ledger = fileLedger({ folder });
  const first = await ledger.lease(KEY, LONG);
  const second = ledger.lease(KEY, LONG);
  const order: string[] = [];
  const taken = second.then(() => order.push('taken'));
  await expectThrown(() => ledger.lease(KEY, SHORT), 'LEASE_TIMEOUT');
  order.push('given back');
  await first.release();
  await taken;
  expect(order).toEqual(['given back', 'taken']);
  expect((await second).fence).toBeGreaterThan(first.fence);
  await (await second).release();
});

test('a lease that was given back is not held, and may be given back twice', async ({ folder }) => {
  const ledger = fileLedger({ folder });
  const first = await ledger.lease(KEY, LONG);
  await first.release();
  expect(await first.isHeld()).toBe(false);
  const second = await ledger.lease(KEY, LONG);
  await first.release();
  expect(await second.isHeld()).toBe(true);
  await second.release();
});

test('keys do not stand in each other’s way, whatever they are named', async ({ folder }) => {
  const ledger = fileLedger({ folder });
  const keys = ['profile/alice', 'profile/bob', 'profile', '../alice', 'a b%2F', 'ünï'];
  const leases = await Promise.all(keys.map((key) => ledger.lease(key, LONG)));
  expect(await Promise.all(leases.map((lease) => lease.isHeld()))).toEqual(keys.map(() => true));
  expect(await readdir(folder)).toEqual(['leases']);
  await Promise.all(leases.map((lease) => lease.release()));
});

test('old numbers are cleared away, and only the owner may look', async ({ folder }) => {
  const ledger = fileLedger({ folder });
  for (let turn = 0; turn < 20; turn++) await (await ledger.lease(KEY, LONG)).release();
  const [name = ''] = await readdir(join(folder, 'leases'));
  const files = await readdir(join(folder, 'leases', name));
  expect(files.length).toBeLessThan(3);
  expect((await stat(join(folder, 'leases', name, files[0] ?? ''))).mode & 0o077).toBe(0);
});
