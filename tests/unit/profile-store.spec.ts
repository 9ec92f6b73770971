import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VAULT_SCHEMA } from '../../src/persona/from-vault.ts';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { FolderStore } from '../../src/profile/store/folder-store.ts';
import { openSealing } from '../../src/vault/sealing.ts';
import { openVault } from '../../src/vault/vault.ts';
import { saved, session } from '../support/profile-state.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { ALICE_KEY, BOB_KEY } from '../support/vault-test.ts';

type Open = (key?: string) => FolderStore;

const test = base.extend<{ profiles: string; open: Open }>({
  profiles: async ({ folder }, use) => use(join(folder, 'not', 'yet', 'there')),
  open: async ({ folder, profiles }, use) => {
    const ledger = fileLedger({ folder: join(folder, 'ledger') });
    await use((key) => {
      const env = key === undefined ? {} : { PLAYWRIGHT_2FA_KEY: key };
      const sealing = openSealing({ folder: join(folder, 'vault'), env, home: join(folder, 'home') });
      return new FolderStore({ folder: profiles, ledger, sealing: () => sealing });
    });
  },
});

const KEYS = {
  'with a key': ALICE_KEY.identity,
  'with a passphrase': 'correct horse battery',
  'without a key': undefined,
};

for (const [name, key] of Object.entries(KEYS)) {
  test.describe(name, () => {
    test('a profile is read as it was written, also by others, and only the user can read the file', async ({
      open,
      profiles,
    }) => {
      const state = saved('one');
      expect(await open(key).write('alice', state, undefined)).toBe(true);
      expect(await open(key).read('alice')).toEqual(state);
      const [file = ''] = await readdir(profiles);
      expect(file).toBe(key === undefined ? 'alice.json' : 'alice.age');
      const modes = [join(profiles, file), profiles].map(async (path) => (await stat(path)).mode & 0o777);
      expect(await Promise.all(modes)).toEqual([0o600, 0o700]);
      expect((await readFile(join(profiles, file), 'utf8')).includes('cookies')).toBe(key === undefined);
    });
  });
}

test('a plain profile is read, and encrypted when it is saved again', async ({ open, profiles }) => {
  await open().write('other', saved('other'), undefined);
  const old = { id: '1', savedAt: '2026-01-01T00:00:00.000Z', storageState: session('old') };
  await writeFile(join(profiles, 'alice.json'), JSON.stringify(old), { mode: 0o644 });
  const store = open(ALICE_KEY.identity);
  expect(await store.read('alice')).toEqual(old);
  expect(await store.write('alice', saved('new'), '1')).toBe(true);
  expect(await readdir(profiles)).toEqual(['alice.age', 'other.json']);
  expect((await stat(join(profiles, 'alice.age'))).mode & 0o777).toBe(0o600);
});

test('only the recipients of the vault can read a profile', async ({ open, folder }) => {
  const vault = openVault({
    folder: join(folder, 'vault'),
    schema: VAULT_SCHEMA,
    env: { PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity },
    home: join(folder, 'home'),
  });
  await vault.init({ recipients: [ALICE_KEY.recipient] });
  await open(ALICE_KEY.identity).write('alice', saved('one'), undefined);
  expect(await open(BOB_KEY.identity).read('alice')).toBeUndefined();
  await vault.rekey({ add: [BOB_KEY.recipient] });
  const state = saved('two');
  const [before] = [await open(ALICE_KEY.identity).read('alice')];
  await open(ALICE_KEY.identity).write('alice', state, before?.id);
  expect(await open(BOB_KEY.identity).read('alice')).toEqual(state);
});

test('a reader sees the old profile or the new one, never a part of either', async ({ open }) => {
  const store = open();
  const values = ['old', 'new'].map((word) => word.repeat(50_000));
  let last = saved(values[1] ?? '');
  await store.write('alice', last, undefined);
  const progress = { isDone: false };
  const writing = (async () => {
    for (let round = 0; round < 50; round++) {
      const next = saved(values[round % 2] ?? '');
      await store.write('alice', next, last.id);
      last = next;
    }
    progress.isDone = true;
  })();
  const seen = new Set<string>();
  const reader = open();
  let reads = 0;
  do {
    seen.add((await reader.read('alice'))?.storageState.cookies[0]?.value ?? 'nothing');
    reads++;
  } while (!progress.isDone);
  await writing;
  expect([...seen].filter((value) => !values.includes(value))).toEqual([]);
  expect(reads).toBeGreaterThan(1);
});

test.describe('a file that is not a profile is ignored', () => {
  for (const [name, content] of Object.entries({
    'an empty file': '',
    'a truncated file': '{"savedAt":"2026-01-01T00:00:00.000Z","storageState":{"cookies":[{"na',
    'a file without a state': '{"id":"1","savedAt":"2026-01-01T00:00:00.000Z"}',
    'a file without a time': '{"storageState":{"cookies":[],"origins":[]}}',
    null: 'null',
    'a string': '"alice"',
    'a damaged file': '-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n',
  })) {
    test(name, async ({ open, profiles }) => {
      const store = open(ALICE_KEY.identity);
      await store.write('bob', saved('bob'), undefined);
      for (const extension of ['json', 'age']) await writeFile(join(profiles, `alice.${extension}`), content);
      expect(await store.read('alice')).toBeUndefined();
      const state = saved('one');
      expect(await store.write('alice', state, undefined)).toBe(true);
      expect(await store.read('alice')).toEqual(state);
    });
  }
});

test('no other file stays in the folder, even if the profile cannot be replaced', async ({ open, profiles }) => {
  const store = open();
  await store.write('alice', saved('one'), undefined);
  const bob = join(profiles, 'bob.json');
  await new FolderStore({ folder: bob, ledger: fileLedger({ folder: join(profiles, '..', 'l') }) }).write(
    'inner',
    saved('two'),
    undefined,
  );
  await expect(store.write('bob', saved('three'), undefined)).rejects.toThrow();
  expect(await readdir(profiles)).toEqual(['alice.json', 'bob.json']);
});
