import { readdir } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { VersionedFile } from '../../src/ledger/versioned-file.ts';
import { expect, test } from '../support/temp-folder.ts';

/** Opens a file twice, as two processes would: each knows only what it has read from disk. */
function openTwice(folder: string): [VersionedFile<number[]>, VersionedFile<number[]>] {
  const options = { folder: join(folder, 'versions'), drafts: join(folder, 'drafts'), durable: false };
  return [new VersionedFile<number[]>(options), new VersionedFile<number[]>(options)];
}

/** Adds a number to the state. `meanwhile` runs after the state is read, and before the change is written. */
function add(file: VersionedFile<number[]>, number: number, meanwhile = (): void => undefined): void {
  let isFirst = true;
  file.update((state = []) => {
    if (isFirst) meanwhile();
    isFirst = false;
    return state.includes(number) ? undefined : [...state, number];
  });
}

test('the second of two writers applies its change to the state of the first', ({ folder }) => {
  const [one, other] = openTwice(folder);
  add(one, 1, () => add(other, 2));
  add(other, 3, () => add(one, 4));
  expect(one.read()).toMatchObject({ number: 4, state: [2, 1, 4, 3] });
  expect(other.read().state).toEqual([2, 1, 4, 3]);
});

test('a writer that was suspended until old versions were removed does not restore one', ({ folder }) => {
  const [one, other] = openTwice(folder);
  add(one, 1);
  const { now } = performance;
  try {
    add(one, 2, () => {
      for (const number of [3, 4, 5]) add(other, number);
      for (const old of [1, 2, 3]) rmSync(join(folder, 'versions', String(old)));
      performance.now = () => now.call(performance) + 60_000;
    });
  } finally {
    performance.now = now;
  }
  expect(one.read().state).toEqual([1, 3, 4, 5, 2]);
  expect(openTwice(folder)[0].read().state).toEqual([1, 3, 4, 5, 2]);
});

test('a reader that was suspended until newer versions were removed finds the newest', ({ folder }) => {
  const [one, other] = openTwice(folder);
  add(one, 1);
  const { now } = performance;
  try {
    performance.now = () => {
      const seen = now.call(performance);
      // The reader is suspended right after it has looked at the clock.
      performance.now = now;
      for (const number of [2, 3, 4]) add(other, number);
      for (const number of [1, 2, 3]) rmSync(join(folder, 'versions', String(number)));
      performance.now = () => now.call(performance) + 60_000;
      return seen;
    };
    expect(one.read().state).toEqual([1, 2, 3, 4]);
  } finally {
    performance.now = now;
  }
});

test('a reader that is 50 versions behind finds the newest version', ({ folder }) => {
  const [one, other] = openTwice(folder);
  add(one, 0);
  for (let number = 1; number <= 50; number++) add(other, number);
  expect(one.read().number).toBe(51);
});

test('superseded versions are removed, and no draft is left', async ({ folder }) => {
  const [one] = openTwice(folder);
  const { now } = performance;
  let later = 0;
  performance.now = () => now.call(performance) + later;
  try {
    for (let number = 0; number < 30; number++) {
      add(one, number);
      later += 3000;
    }
  } finally {
    performance.now = now;
  }
  await expect.poll(async () => (await readdir(join(folder, 'versions'))).length).toBeLessThan(6);
  expect(await readdir(join(folder, 'drafts'))).toEqual([]);
  expect(one.read().state).toHaveLength(30);
});

test('superseded versions stay while another process may still link the next one', async ({ folder }) => {
  const [one] = openTwice(folder);
  for (let number = 0; number < 30; number++) {
    add(one, number);
    // A removal that had begun before has ended by then.
    await readdir(folder);
  }
  expect(await readdir(join(folder, 'versions'))).toHaveLength(30);
});
