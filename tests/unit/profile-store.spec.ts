import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProfileStore, type StorageState } from '../../src/profile/store.ts';
import { expect, test } from '../support/temp-folder.ts';

/** A session that only its value tells from others. */
function session(value: string): StorageState {
  const cookie = {
    name: 'session',
    value,
    domain: 'acme.test',
    path: '/',
    expires: -1,
    httpOnly: true,
    secure: false,
    sameSite: 'Lax' as const,
  };
  return { cookies: [cookie], origins: [{ origin: 'https://acme.test', localStorage: [{ name: 'theme', value }] }] };
}

test('what was written is read', async ({ folder }) => {
  const store = new ProfileStore(join(folder, 'not', 'yet', 'there'));
  const written = await store.write('alice', session('one'));
  expect(await store.read('alice')).toEqual({ id: written.id, savedAt: written.savedAt, storageState: session('one') });
});

test('a profile that was never written is none', async ({ folder }) => {
  expect(await new ProfileStore(folder).read('alice')).toBeUndefined();
});

test('a profile is for the eyes of its owner only', async ({ folder }) => {
  const store = new ProfileStore(join(folder, 'profiles'));
  await store.write('alice', session('one'));
  const modes = await Promise.all(
    [store.pathOf('alice'), join(folder, 'profiles')].map(async (path) => (await stat(path)).mode & 0o777),
  );
  expect(modes).toEqual([0o600, 0o700]);
});

test('a profile that was readable for all is not, once it is written anew', async ({ folder }) => {
  const store = new ProfileStore(folder);
  await writeFile(store.pathOf('alice'), '{}', { mode: 0o644 });
  await store.write('alice', session('one'));
  expect((await stat(store.pathOf('alice'))).mode & 0o777).toBe(0o600);
});

test('a reader sees the old one or the new one, never half of either', async ({ folder }) => {
  const store = new ProfileStore(folder);
  const values = ['old', 'new'].map((word) => word.repeat(50_000));
  await store.write('alice', session('old'.repeat(50_000)));
  const progress = { isDone: false };
  const writing = (async () => {
    for (let turn = 0; turn < 100; turn++) await store.write('alice', session(values[turn % 2] ?? ''));
    progress.isDone = true;
  })();
  const read = new Set<string>();
  let reads = 0;
  do {
    const saved = await store.read('alice');
    read.add(saved?.storageState.cookies[0]?.value ?? 'nothing');
    reads++;
  } while (!progress.isDone);
  await writing;
  expect([...read].filter((value) => !values.includes(value))).toEqual([]);
  expect(reads).toBeGreaterThan(1);
});

test('nothing else is left in the folder, also when the profile cannot be replaced', async ({ folder }) => {
  const store = new ProfileStore(folder);
  await store.write('alice', session('one'));
  await new ProfileStore(store.pathOf('bob')).write('inner', session('two')); // a folder in the place of bob's file
  await expect(store.write('bob', session('three'))).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['alice.json', 'bob.json']);
});

test.describe('a file that is no profile counts as none', () => {
  for (const [name, content] of Object.entries({
    'an empty one': '',
    'half a one': '{"savedAt":"2026-01-01T00:00:00.000Z","storageState":{"cookies":[{"na',
    'one without a state': '{"id":"1","savedAt":"2026-01-01T00:00:00.000Z"}',
    'one without a moment': '{"storageState":{"cookies":[],"origins":[]}}',
    'nothing in it': 'null',
    'a text': '"alice"',
  })) {
    test(name, async ({ folder }) => {
      const store = new ProfileStore(folder);
      await writeFile(store.pathOf('alice'), content);
      expect(await store.read('alice')).toBeUndefined();
      await store.write('alice', session('one'));
      expect((await store.read('alice'))?.storageState).toEqual(session('one'));
    });
  }
});

test('a discarded profile is gone, and may be discarded again', async ({ folder }) => {
  const store = new ProfileStore(folder);
  await store.write('alice', session('one'));
  await store.write('bob', session('two'));
  await store.discard('alice');
  await store.discard('alice');
  expect(await store.read('alice')).toBeUndefined();
  expect((await store.read('bob'))?.storageState).toEqual(session('two'));
});
