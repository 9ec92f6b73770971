import { join } from 'node:path';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { ExclusivePersonas } from '../../src/persona/exclusive-personas.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

const NAMES = ['alice', 'bob', 'carol'];

const test = base.extend<{ turns: (owner: string, timeout?: number) => ExclusivePersonas }>({
  turns: async ({ folder }, use) => {
    const made: ExclusivePersonas[] = [];
    await use((who, timeout = 5000) => {
      const ledger = fileLedger({ folder: join(folder, 'ledger') });
      const turns = new ExclusivePersonas({ ledger: () => Promise.resolve(ledger), owner: who, timeout });
      made.push(turns);
      return turns;
    });
    await Promise.all(made.map((one) => one.release()));
  },
});

test('each gets the first that is free', async ({ turns }) => {
  const taken = [];
  for (const who of ['one', 'two', 'three']) taken.push(await turns(who).acquireAny(NAMES));
  expect(taken).toEqual(NAMES);
});

test('all at once get one each', async ({ turns }) => {
  const taken = await Promise.all(['one', 'two', 'three'].map((who) => turns(who).acquireAny(NAMES)));
  expect(taken.toSorted()).toEqual(NAMES);
});

test('one who has one of them keeps it', async ({ turns }) => {
  const one = turns('one');
  expect(await one.acquireAny(['bob'])).toBe('bob');
  expect(await one.acquireAny(NAMES)).toBe('bob');
  await one.acquire('bob');
});

test('who comes too late gets the first that is given back, and holds up nobody in the other lines', async ({
  turns,
}) => {
  const [one, two, late, later] = [turns('one'), turns('two'), turns('late'), turns('later')];
  await one.acquire('alice');
  await two.acquire('bob');
  const [first, second] = [late.acquireAny(['alice', 'bob']), later.acquireAny(['alice', 'bob'])];
  await two.release();
  expect(await Promise.race([first, second])).toBe('bob');
  await one.release();
  expect((await Promise.all([first, second])).toSorted()).toEqual(['alice', 'bob']);
});

test('who waits in vain is told who has it', async ({ turns }) => {
  await turns('"buys a book" in worker 1').acquire('alice');
  const told = '"persona/alice" was still held by "buys a book" in worker 1';
  await expectThrown(() => turns('two', 50).acquireAny(['alice']), 'LEASE_TIMEOUT', told);
});
