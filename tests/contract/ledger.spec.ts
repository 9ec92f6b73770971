import { FULL } from '../support/full.ts';
import { DRIVERS, expect, goAll, test } from '../support/ledger-test.ts';
import { expectThrown } from '../support/thrown.ts';

const SIMILAR_KEYS = [
  'totp/ab/1',
  'totp/ab',
  'totp',
  '../totp',
  'a b%2F',
  '{a}',
  'ünï',
  'UPPER',
  'upper',
  'x'.repeat(500),
];

for (const driver of DRIVERS) {
  test.describe(`the ledger in ${driver}`, () => {
    test.use({ driver });

    test('each key has one winner among many processes that claim it', async ({ startProcess }) => {
      const keys = FULL ? 200 : 50;
      const processes = Array.from({ length: FULL ? 16 : 8 }, () => startProcess('claim', keys));
      const won = ((await goAll(processes)) as { won: number[] }[]).flatMap(({ won }) => won);
      expect(won.toSorted((a, b) => a - b)).toEqual(Array.from({ length: keys }, (_, key) => key));
    });

    test('a late claim names the owner, and affects no other key', async ({ open }) => {
      const [one, other] = [await open(), await open()];
      expect((await one.claim('message/1', 'worker 1')).isMine).toBe(true);
      const late = await other.claim('message/1', 'worker 2');
      expect([late.isMine, late.owner]).toEqual([false, expect.stringContaining('worker 1')]);
      expect((await one.claim('message/1', 'worker 1')).isMine).toBe(false);
      expect((await other.claim('message/2', 'worker 2')).isMine).toBe(true);
    });

    test('numbers that several processes take rise without gaps or repeats', async ({ startProcess }) => {
      const processes = Array.from({ length: 4 }, () => startProcess('nextValue', 50));
      const taken = ((await goAll(processes)) as { numbers: number[] }[]).map(({ numbers }) => numbers);
      for (const numbers of taken) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(taken.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 5));
    });

    test('a number above the limit is not taken, and stays available', async ({ open }) => {
      const ledger = await open();
      const at = (atLeast: number, atMost: number): Promise<unknown> =>
        ledger.nextValue('steps', { owner: `at ${atLeast}`, atLeast, atMost, ephemeral: true });
      expect(await at(7, 7)).toMatchObject({ isMine: true, number: 7 });
      expect(await at(7, 7)).toEqual({ isMine: false, number: 7, owner: 'at 7' });
      expect(await at(8, 8)).toMatchObject({ isMine: true, number: 8 });
      expect(await at(20, 20)).toMatchObject({ isMine: true, number: 20 });
      expect(await at(9, 9)).toEqual({ isMine: false, number: 20, owner: 'at 20' });
      expect((await ledger.nextValue('others', { owner: 'x', atMost: -1 })).isMine).toBe(false);
      expect(await ledger.highest('others')).toBeUndefined();
    });

    test('the highest number taken can be read', async ({ open }) => {
      const ledger = await open();
      expect(await ledger.highest('counter')).toBeUndefined();
      await ledger.nextValue('counter', { owner: 'x', atLeast: 41 });
      expect((await ledger.nextValue('counter', { owner: 'x' })).number).toBe(42);
      expect(await ledger.highest('counter')).toBe(42);
    });

    test('no increment is lost if processes add by compare and swap', async ({ open, startProcess }) => {
      const processes = Array.from({ length: 4 }, () => startProcess('add', 25));
      await goAll(processes);
      expect(await (await open()).read('sum')).toEqual({ version: 100, value: '100' });
    });

    test('a value is replaced only if it has the version that was read', async ({ open }) => {
      const ledger = await open();
      expect(await ledger.read('state')).toEqual({ version: 0, value: undefined });
      expect(await ledger.compareAndSwap('state', 0, 'a')).toBe(true);
      expect(await ledger.compareAndSwap('state', 0, 'b')).toBe(false);
      expect(await ledger.read('state')).toEqual({ version: 1, value: 'a' });
      expect(await ledger.compareAndSwap('state', 1, undefined)).toBe(true);
      expect(await ledger.compareAndSwap('state', 1, 'c')).toBe(false);
      expect(await ledger.read('state')).toEqual({ version: 2, value: undefined });
      expect(await ledger.compareAndSwap('state', 2, '')).toBe(true);
      expect(await ledger.read('state')).toEqual({ version: 3, value: '' });
    });

    test('events are counted until their window ends', async ({ open }) => {
      const [one, other] = [await open(), await open()];
      const window = 400;
      expect(await one.count('attempts', { window, add: 0 })).toBe(0);
      expect(await one.count('attempts', { window, add: 1 })).toBe(1);
      expect(await other.count('attempts', { window, add: 1 })).toBe(2);
      expect(await one.count('attempts', { window: 60_000, add: 0 })).toBe(2);
      await expect.poll(() => other.count('attempts', { window, add: 0 })).toBe(0);
    });

    test('keys with similar or unusual names do not collide', async ({ open }) => {
      const ledger = await open();
      for (const key of SIMILAR_KEYS) {
        expect((await ledger.claim(key, 'x')).isMine).toBe(true);
        expect((await ledger.nextValue(key, { owner: 'x' })).number).toBe(0);
        expect(await ledger.compareAndSwap(key, 0, key)).toBe(true);
        expect(await ledger.count(key, { window: 60_000, add: 1 })).toBe(1);
      }
      const options = { timeout: 50, owner: 'x' };
      const leases = await Promise.all(SIMILAR_KEYS.map((key) => ledger.lease(key, options)));
      expect(await Promise.all(leases.map((lease) => lease.isHeld()))).toEqual(SIMILAR_KEYS.map(() => true));
      for (const key of SIMILAR_KEYS) expect((await ledger.read(key)).value).toBe(key);
      await expectThrown(() => ledger.lease('totp', options), 'LEASE_TIMEOUT');
      await Promise.all(leases.map((lease) => lease.release()));
    });
  });
}
