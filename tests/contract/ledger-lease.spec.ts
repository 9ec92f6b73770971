import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DRIVERS, expect, goAll, kill, test } from '../support/ledger-test.ts';
import { FULL } from '../support/full.ts';
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
      const processes = Array.from({ length: 8 }, () => startProcess('contend', 10));
      expect(await goAll(processes)).toEqual(processes.map(() => ({ clashes: 0 })));
      const fences = (await readFile(join(folder, 'fences'), 'utf8')).trim().split('\n').map(Number);
      expect(fences).toHaveLength(80);
      expect(fences).toEqual([...new Set(fences)].toSorted((a, b) => a - b));
    });

    test('has one holder at a time, however many wait and however busy the machine is', async ({
      folder,
      startProcess,
    }) => {
      test.setTimeout(FULL ? 600_000 : 120_000);
      const [burners, processes, waiters, rounds] = FULL ? [20, 8, 25, 5] : [3, 4, 8, 2];
      for (const burner of Array.from({ length: burners }, () => startProcess('burn', 600_000)))
        await burner.nextMessage();
      const crowd = Array.from({ length: processes }, () => startProcess('crowd', rounds, waiters));
      expect(await goAll(crowd)).toEqual(crowd.map(() => ({ overlaps: 0 })));
      const lines = (await readFile(join(folder, 'log'), 'utf8')).trim().split('\n');
      const turns = lines.map((line) => line.split(' ').map(BigInt)) as [fence: bigint, start: bigint, end: bigint][];
      expect(turns).toHaveLength(processes * waiters * rounds);
      const clashes = turns.filter(([fence, start], turn) => {
        const [lastFence = 0n, , lastEnd = 0n] = turns[turn - 1] ?? [];
        return fence <= lastFence || start < lastEnd;
      });
      expect(clashes).toEqual([]);
    });

    test('lets a holder that was suspended replace no file', async ({ open, folder, startProcess }) => {
      const holder = startProcess('replace', TTL);
      await holder.nextMessage();
      holder.process.kill('SIGSTOP');
      const lease = await (await open()).lease(KEY, LONG);
      const draft = join(folder, 'draft');
      await writeFile(draft, 'the second holder');
      await lease.renameFile(draft, join(folder, 'target'));
      holder.process.send('replace');
      const answer = holder.nextMessage();
      holder.process.kill('SIGCONT');
      expect(await answer).toEqual({ code: 'LEASE_LOST' });
      expect(await readFile(join(folder, 'target'), 'utf8')).toBe('the second holder');
      await lease.release();
    });

    test('is left by a waiter that is aborted, and by its ticket', async ({ open }) => {
      const ledger = await open();
      const first = await ledger.lease(KEY, LONG);
      const abort = new AbortController();
      const second = ledger.lease(KEY, { ...LONG, signal: abort.signal }).catch((error: unknown) => error);
      let ahead = 0;
      const waits = (): Promise<void> =>
        expect
          .poll(async () => {
            const onWait = (position: { ahead: number }): void => void (ahead = position.ahead);
            await ledger.lease(KEY, { ...SHORT, onWait }).catch(() => undefined);
            return ahead;
          })
          .toBe(2);
      await waits();
      const third = ledger.lease(KEY, LONG);
      abort.abort(new Error('stopped'));
      expect(await second).toEqual(new Error('stopped'));
      const started = performance.now();
      await first.release();
      await (await third).release();
      expect(performance.now() - started).toBeLessThan(5000); // its ticket would take 10 s to expire
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
