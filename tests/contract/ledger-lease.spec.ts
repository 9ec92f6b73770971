import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DRIVERS, expect, goAll, kill, test } from '../support/ledger-test.ts';
import { expectThrown } from '../support/thrown.ts';

const KEY = 'profile/alice';
const LONG = { timeout: 20_000, owner: 'the test' };
const SHORT = { timeout: 50, owner: 'the test' };
/** Time without a heartbeat after which a lease is free, in milliseconds. */
const TTL = 1000;

for (const driver of DRIVERS) {
  test.describe(`a lease in ${driver}`, () => {
    test.use({ driver });

    test('has one holder at a time, and its fence always rises', async ({ folder, startProcess }) => {
      test.setTimeout(90_000);
      const processes = Array.from({ length: 8 }, () => startProcess('contend', 10));
      expect(await goAll(processes)).toEqual(processes.map(() => ({ clashes: 0 })));
      const fences = (await readFile(join(folder, 'fences'), 'utf8')).trim().split('\n').map(Number);
      expect(fences).toHaveLength(80);
      expect(fences).toEqual([...new Set(fences)].toSorted((a, b) => a - b));
    });

    test('is taken over from a killed process', async ({ open, startProcess }) => {
      const holder = startProcess('hold', TTL);
      const { fence } = (await holder.nextMessage()) as { fence: number };
      const ledger = await open();
      await expectThrown(() => ledger.lease(KEY, SHORT), 'LEASE_TIMEOUT');
      await kill(holder);
      const killed = Date.now();
      const lease = await ledger.lease(KEY, LONG);
      expect(lease.fence).toBeGreaterThan(fence);
      expect(Date.now() - killed).toBeLessThan(TTL + 2000);
      await lease.release();
    });

    test('is taken over past killed waiters', async ({ open, startProcess }) => {
      const ledger = await open();
      const first = await ledger.lease(KEY, LONG);
      const waiting = startProcess('hold', TTL);
      let ahead = 0;
      // The process starts meanwhile, which takes seconds on a busy machine.
      const position = expect.poll(
        async () => {
          const onWait = (current: { ahead: number }): void => void (ahead = current.ahead);
          await ledger.lease(KEY, { ...SHORT, onWait }).catch(() => undefined);
          return ahead;
        },
        { timeout: 20_000 },
      );
      await position.toBe(2);
      await kill(waiting);
      await first.release();
      await (await ledger.lease(KEY, LONG)).release();
    });

    test('is lost to a suspended process, which is notified when it resumes', async ({ open, startProcess }) => {
      const holder = startProcess('hold', TTL);
      const { fence } = (await holder.nextMessage()) as { fence: number };
      holder.process.kill('SIGSTOP');
      const lease = await (await open()).lease(KEY, LONG);
      expect(lease.fence).toBeGreaterThan(fence);
      const notice = holder.nextMessage();
      holder.process.kill('SIGCONT');
      expect(await notice).toEqual({ lost: 'LEASE_LOST' });
      const answer = holder.nextMessage();
      holder.process.send('isHeld');
      expect(await answer).toEqual({ isHeld: false });
      expect(await lease.isHeld()).toBe(true);
      await lease.release();
    });

    test('names its holder in the error of a timed-out wait', async ({ open, startProcess }) => {
      const holder = startProcess('hold');
      await holder.nextMessage();
      const ledger = await open();
      const work = (): Promise<unknown> => ledger.lease(KEY, { timeout: 300, owner: 'another' });
      await expectThrown(work, 'LEASE_TIMEOUT', `"${KEY}"`, `worker ${holder.process.pid}`, '0.3 s');
    });

    test('goes to the first in the queue', async ({ open }) => {
      const ledger = await open();
      const first = await ledger.lease(KEY, LONG);
      const order: number[] = [];
      const others: Promise<void>[] = [];
      for (const number of [1, 2, 3, 4]) {
        await new Promise<void>((onWait) => {
          const lease = ledger.lease(KEY, { ...LONG, onWait: () => onWait() });
          others.push(
            lease.then(async (own) => {
              order.push(number);
              await own.release();
            }),
          );
        });
      }
      await first.release();
      await Promise.all(others);
      expect(order).toEqual([1, 2, 3, 4]);
    });

    test('passes on within milliseconds of its release', async ({ open }) => {
      const [one, other] = [await open(), await open()];
      const times: number[] = [];
      for (let round = 0; round < 5; round++) {
        const first = await one.lease(KEY, LONG);
        let second: ReturnType<typeof other.lease> | undefined;
        await new Promise<void>((onWait) => (second = other.lease(KEY, { ...LONG, onWait: () => onWait() })));
        const started = performance.now();
        await first.release();
        await (await second)?.release();
        times.push(performance.now() - started);
      }
      expect(Math.min(...times)).toBeLessThan(100); // polling takes 500
    });

    test('is not held after its release, and may be released twice', async ({ open }) => {
      const ledger = await open();
      const first = await ledger.lease(KEY, LONG);
      await first.release();
      expect(await first.isHeld()).toBe(false);
      const second = await ledger.lease(KEY, LONG);
      await first.release();
      expect([await second.isHeld(), first.lost.aborted]).toEqual([true, false]);
      await second.release();
    });

    test('stays with a holder that sends heartbeats for longer than its ttl', async ({ open }) => {
      const [one, other] = [await open(), await open()];
      const lease = await one.lease(KEY, { ...LONG, ttl: 400 });
      await expectThrown(() => other.lease(KEY, { timeout: 1500, owner: 'another' }), 'LEASE_TIMEOUT');
      expect([await lease.isHeld(), lease.lost.aborted]).toEqual([true, false]);
      await lease.release();
    });
  });
}
