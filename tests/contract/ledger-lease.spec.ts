import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DRIVERS, expect, goAll, kill, test } from '../support/ledger-test.ts';
import { expectThrown } from '../support/thrown.ts';

const KEY = 'profile/alice';
const LONG = { timeout: 20_000, owner: 'the test' };
const SHORT = { timeout: 50, owner: 'the test' };
/** A dead holder on another machine is noticed after so long, in milliseconds. */
const TTL = 1000;

for (const driver of DRIVERS) {
  test.describe(`a lease in ${driver}`, () => {
    test.use({ driver });

    test('is held by one process at a time, and its number always rises', async ({ folder, startProcess }) => {
      test.setTimeout(90_000);
      const processes = Array.from({ length: 8 }, () => startProcess('contend', 10));
      expect(await goAll(processes)).toEqual(processes.map(() => ({ clashes: 0 })));
      const fences = (await readFile(join(folder, 'fences'), 'utf8')).trim().split('\n').map(Number);
      expect(fences).toHaveLength(80);
      expect(fences).toEqual([...new Set(fences)].toSorted((a, b) => a - b));
    });

    test('is taken over from a process that was killed', async ({ open, startProcess }) => {
      const holder = startProcess('hold', TTL);
      const { fence } = (await holder.told()) as { fence: number };
      const ledger = await open();
      await expectThrown(() => ledger.lease(KEY, SHORT), 'LEASE_TIMEOUT');
      await kill(holder);
      const killed = Date.now();
      const lease = await ledger.lease(KEY, LONG);
      expect(lease.fence).toBeGreaterThan(fence);
      expect(Date.now() - killed).toBeLessThan(TTL + 2000);
      await lease.release();
    });

    test('is taken over past those who were killed while they waited', async ({ open, startProcess }) => {
      const ledger = await open();
      const first = await ledger.lease(KEY, LONG);
      const waiting = startProcess('hold', TTL);
      let ahead = 0;
      const inLine = expect.poll(async () => {
        const onWait = (place: { ahead: number }): void => void (ahead = place.ahead);
        await ledger.lease(KEY, { ...SHORT, onWait }).catch(() => undefined);
        return ahead;
      });
      await inLine.toBe(2);
      await kill(waiting);
      await first.release();
      await (await ledger.lease(KEY, LONG)).release();
    });

    test('that another took from a process that stood still is lost to it, and it is told', async ({
      open,
      startProcess,
    }) => {
      const holder = startProcess('hold', TTL);
      const { fence } = (await holder.told()) as { fence: number };
      holder.process.kill('SIGSTOP');
      const lease = await (await open()).lease(KEY, LONG);
      expect(lease.fence).toBeGreaterThan(fence);
      const news = holder.told();
      holder.process.kill('SIGCONT');
      expect(await news).toEqual({ lost: 'LEASE_LOST' });
      const answer = holder.told();
      holder.process.send('isHeld');
      expect(await answer).toEqual({ isHeld: false });
      expect(await lease.isHeld()).toBe(true);
      await lease.release();
    });

    test('tells who waits in vain who holds it', async ({ open, startProcess }) => {
      const holder = startProcess('hold');
      await holder.told();
      const ledger = await open();
      const work = (): Promise<unknown> => ledger.lease(KEY, { timeout: 300, owner: 'another' });
      await expectThrown(work, 'LEASE_TIMEOUT', `"${KEY}"`, `worker ${holder.process.pid}`, '0.3 s');
    });

    test('goes to whoever came first', async ({ open }) => {
      const ledger = await open();
      const first = await ledger.lease(KEY, LONG);
      const order: number[] = [];
      const others: Promise<void>[] = [];
      for (const number of [1, 2, 3, 4]) {
        await new Promise<void>((inLine) => {
          const lease = ledger.lease(KEY, { ...LONG, onWait: () => inLine() });
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

    test('passes on within milliseconds of being given back', async ({ open }) => {
      const [one, other] = [await open(), await open()];
      const passed: number[] = [];
      for (let turn = 0; turn < 5; turn++) {
        const first = await one.lease(KEY, LONG);
        let second: ReturnType<typeof other.lease> | undefined;
        await new Promise<void>((inLine) => (second = other.lease(KEY, { ...LONG, onWait: () => inLine() })));
        const started = performance.now();
        await first.release();
        await (await second)?.release();
        passed.push(performance.now() - started);
      }
      expect(Math.min(...passed)).toBeLessThan(100); // looking again by itself takes 500
    });

    test('that was given back is not held, and may be given back twice', async ({ open }) => {
      const ledger = await open();
      const first = await ledger.lease(KEY, LONG);
      await first.release();
      expect(await first.isHeld()).toBe(false);
      const second = await ledger.lease(KEY, LONG);
      await first.release();
      expect([await second.isHeld(), first.lost.aborted]).toEqual([true, false]);
      await second.release();
    });

    test('is kept by a holder that shows life for longer than its ttl', async ({ open }) => {
      const [one, other] = [await open(), await open()];
      const lease = await one.lease(KEY, { ...LONG, ttl: 400 });
      await expectThrown(() => other.lease(KEY, { timeout: 1500, owner: 'another' }), 'LEASE_TIMEOUT');
      expect([await lease.isHeld(), lease.lost.aborted]).toEqual([true, false]);
      await lease.release();
    });
  });
}
