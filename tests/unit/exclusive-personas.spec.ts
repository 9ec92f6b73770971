import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { ExclusivePersonas } from '../../src/persona/exclusive-personas.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

const NAMES = ['alice', 'bob', 'carol'];

const test = base.extend<{ personasOf: (owner: string, timeout?: number) => ExclusivePersonas }>({
  personasOf: async ({ folder }, use) => {
    const opened: ExclusivePersonas[] = [];
    await use((owner, timeout = 5000) => {
      const ledger = fileLedger({ folder: join(folder, 'ledger') });
      const personas = new ExclusivePersonas({ ledger: () => Promise.resolve(ledger), owner, timeout });
      opened.push(personas);
      return personas;
    });
    await Promise.all(opened.map((personas) => personas.release()));
  },
});

test('each test gets the first free persona', async ({ personasOf }) => {
  const acquired = [];
  for (const owner of ['one', 'two', 'three']) acquired.push(await personasOf(owner).acquireAny(NAMES));
  expect(acquired).toEqual(NAMES);
});

test('tests that ask at the same time get a persona each', async ({ personasOf }) => {
  const acquired = await Promise.all(['one', 'two', 'three'].map((owner) => personasOf(owner).acquireAny(NAMES)));
  expect(acquired.toSorted()).toEqual(NAMES);
});

test('a test that has one of the personas already gets the same one', async ({ personasOf }) => {
  const one = personasOf('one');
  expect(await one.acquireAny(['bob'])).toBe('bob');
  expect(await one.acquireAny(NAMES)).toBe('bob');
  await one.acquire('bob');
});

test('a waiter gets the first persona that is released, and does not block the queues of the others', async ({
  personasOf,
}) => {
  const [one, two] = [personasOf('one'), personasOf('two')];
  const [late, later] = [personasOf('late'), personasOf('later')];
  await one.acquire('alice');
  await two.acquire('bob');
  const [first, second] = [late.acquireAny(['alice', 'bob']), later.acquireAny(['alice', 'bob'])];
  await two.release();
  expect(await Promise.race([first, second])).toBe('bob');
  await one.release();
  expect((await Promise.all([first, second])).toSorted()).toEqual(['alice', 'bob']);
});

test('a test that blocked its process until another one took its persona fails', async ({ folder }) => {
  const ledger = fileLedger({ folder: join(folder, 'ledger') });
  const one = new ExclusivePersonas({ ledger: () => Promise.resolve(ledger), owner: 'one' });
  await one.acquire('alice');
  const path =
    (await readdir(folder, { recursive: true })).find(
      (name) => name.includes('persona-alice') && /\/\d+$/.test(name),
    ) ?? '';
  // As another process leaves the queue that has taken over; timers of this process did not run since.
  await writeFile(join(folder, path.replace(/\d+$/, '2')), JSON.stringify({ entries: [] }));
  await expectThrown(() => one.release(), 'LEASE_LOST', 'persona/alice');
});

test('a timed-out wait names the holder', async ({ personasOf }) => {
  await personasOf('"buys a book" in worker 1').acquire('alice');
  const text = '"persona/alice" was still held by "buys a book" in worker 1';
  await expectThrown(() => personasOf('two', 50).acquireAny(['alice']), 'LEASE_TIMEOUT', text);
});
