import { link, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seal } from '../../src/vault/age.ts';
import { expectThrown } from '../support/thrown.ts';
import { ALICE, ALICE_KEY, BOB_KEY, expect, test, vaultIn } from '../support/vault-test.ts';

test('a stored persona is read back, and its file is encrypted', async ({ vault, folder }) => {
  await vault.update('alice', () => ALICE);
  expect(await vault.read('alice')).toEqual(ALICE);
  const file = await readFile(join(vaultIn(folder), 'alice.age'), 'utf8');
  expect(file).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
  expect(file).not.toContain('acme');
});

test('an unknown persona is undefined, without a key or a vault', async ({ openWith, folder }) => {
  const vault = openWith({});
  expect([await vault.read('alice'), await vault.names()]).toEqual([undefined, []]);
  expect(await vault.read('No file can be named: so')).toBeUndefined();
  expect(await vault.read('../../etc/passwd')).toBeUndefined();
  expect(await readdir(folder)).toEqual([]);
});

test('a change receives the current record', async ({ vault }) => {
  await vault.update('alice', (record) => {
    expect(record).toEqual({ version: 1, persona: 'alice', sites: [] });
    return { ...record, email: 'alice@acme.example' };
  });
  await vault.update('alice', (record) => ({ ...record, phone: '+12025552368' }));
  expect(await vault.read('alice')).toMatchObject({ email: 'alice@acme.example', phone: '+12025552368' });
});

test('a change to an invalid document is rejected', async ({ vault }) => {
  await vault.update('alice', () => ALICE);
  await expectThrown(() => vault.update('alice', () => ({ ...ALICE, email: 'no' })), 'VAULT_INVALID', '`email`');
  await expectThrown(() => vault.update('alice', () => ({ ...ALICE, persona: 'bob' })), 'VAULT_INVALID', 'bob');
  expect(await vault.read('alice')).toEqual(ALICE);
});

test('personas are listed in order, and removed', async ({ vault }) => {
  for (const name of ['carol', 'alice@acme.example', 'bob-2']) await vault.update(name, (record) => record);
  expect(await vault.names()).toEqual(['alice@acme.example', 'bob-2', 'carol']);
  expect([await vault.remove('bob-2'), await vault.remove('bob-2')]).toEqual([true, false]);
  expect(await vault.names()).toEqual(['alice@acme.example', 'carol']);
});

test.describe('a persona is not stored under an invalid name', () => {
  for (const name of [
    '',
    '.',
    '..',
    '.alice',
    'alice.',
    '../alice',
    'a/b',
    'a\\b',
    'a b',
    'ünï',
    'a\n',
    'a'.repeat(101),
  ]) {
    test(JSON.stringify(name), async ({ vault, folder }) => {
      await expectThrown(() => vault.update(name, (record) => record), 'VAULT_INVALID', 'letters, digits');
      await expectThrown(() => vault.remove(name), 'VAULT_INVALID', 'letters, digits');
      expect(await readdir(folder)).toEqual([]);
    });
  }
});

test('only the owner can read the files', async ({ openWith, folder }) => {
  test.skip(process.platform === 'win32', 'Windows has no file modes');
  await openWith({}).update('alice', () => ALICE);
  const modeOf = async (...path: string[]): Promise<number> => (await stat(join(folder, ...path))).mode & 0o777;
  expect(await modeOf('vault')).toBe(0o700);
  expect(await modeOf('vault', 'alice.age')).toBe(0o600);
  expect(await modeOf('vault', 'recipients.txt')).toBe(0o600);
  expect(await modeOf('home', '.config', 'playwright-2fa')).toBe(0o700);
  expect(await modeOf('home', '.config', 'playwright-2fa', 'key.txt')).toBe(0o600);
});

test('a file is replaced as a whole, so that a concurrent reader never sees a part of it', async ({
  vault,
  folder,
}) => {
  await vault.update('alice', () => ALICE);
  const path = join(vaultIn(folder), 'alice.age');
  const before = await readFile(path, 'utf8');
  await link(path, join(folder, 'another-name'));
  await vault.update('alice', () => ALICE);
  expect(await readFile(join(folder, 'another-name'), 'utf8')).toBe(before);
  expect(await readFile(path, 'utf8')).not.toBe(before);
});

test('no drafts stay in the folder of the vault, and git ignores the locks beside it', async ({ vault, folder }) => {
  await vault.update('alice', () => ALICE);
  const stale = `.alice.age.draft-${crypto.randomUUID()}`;
  const foreign = `.bob.age.draft-${crypto.randomUUID()}`;
  for (const name of [stale, foreign]) await writeFile(join(vaultIn(folder), name), 'half a fi');
  await vault.update('alice', () => ALICE);
  expect(await readdir(vaultIn(folder))).toEqual([foreign, 'alice.age', 'recipients.txt']);
  expect(await readFile(join(folder, '.vault.locks', '.gitignore'), 'utf8')).toBe('*\n');
});

test.describe('a file is rejected', () => {
  test('that was renamed', async ({ vault, folder }) => {
    await vault.update('alice', () => ALICE);
    await vault.update('bob', (record) => record);
    await rename(join(vaultIn(folder), 'alice.age'), join(vaultIn(folder), 'bob.age'));
    await expectThrown(() => vault.read('bob'), 'VAULT_INVALID', 'document of "alice"', 'renamed');
    expect(await vault.verify()).toEqual([expect.stringContaining('document of "alice"')]);
  });

  test('that a newer version wrote', async ({ vault, plant }) => {
    await plant('alice', { version: 3, persona: 'alice', vaults: [] });
    await expectThrown(
      () => vault.read('alice'),
      'VAULT_INVALID',
      'version 3',
      'A newer playwright-2fa wrote it: update yours',
    );
  });

  test('that is too large, before it is read', async ({ vault, plant }) => {
    const path = await plant('alice', ALICE);
    await writeFile(path, Buffer.alloc(1024 * 1024 + 1));
    await expectThrown(() => vault.read('alice'), 'VAULT_INVALID', '1048577 bytes', path);
  });

  test('that would be too large to read', async ({ vault }) => {
    const recoveryCodes = ['x'.repeat(900_000)];
    const large = { ...ALICE, sites: ALICE.sites.map((site) => ({ ...site, recoveryCodes })) };
    await expectThrown(() => vault.update('alice', () => large), 'VAULT_INVALID', 'too large');
    expect(await vault.read('alice')).toBeUndefined();
  });

  test('that is truncated', async ({ vault, plant }) => {
    const path = await plant('alice', ALICE);
    const text = await readFile(path, 'utf8');
    for (const length of [0, 1, 40, 300, text.length - 1]) {
      await writeFile(path, text.slice(0, length));
      await expectThrown(() => vault.read('alice'), 'VAULT_INVALID', path, 'damaged');
    }
  });
});

test('a file with Windows line ends, as git may write it, is read', async ({ vault, plant }) => {
  const path = await plant('alice', ALICE);
  await writeFile(path, (await readFile(path, 'utf8')).replaceAll('\n', '\r\n'));
  expect(await vault.read('alice')).toEqual(ALICE);
});

test('nothing is written without a list of recipients', async ({ vault, plant, folder }) => {
  await plant('alice', ALICE);
  await writeFile(join(vaultIn(folder), 'recipients.txt'), '# nobody\n');
  await expectThrown(() => vault.update('alice', () => ALICE), 'VAULT_INVALID', 'lists no recipient');
});

test.describe('verify reports', () => {
  test('no problem of a valid vault', async ({ vault }) => {
    await vault.update('alice', () => ALICE);
    expect(await vault.verify()).toEqual([]);
  });

  test('a missing vault', async ({ vault }) => {
    expect(await vault.verify()).toEqual([expect.stringContaining('vault init')]);
  });

  test('several problems at once', async ({ vault, folder, plant }) => {
    await vault.update('alice', () => ALICE);
    await plant('bob', { version: 1, persona: 'bob', sites: 'none' });
    const inVault = (name: string): string => join(vaultIn(folder), name);
    await writeFile(inVault('carol.age'), 'no age file');
    await writeFile(inVault('dave.age'), await seal('{}', [BOB_KEY.recipient]));
    await writeFile(inVault('no name.age'), '');
    await writeFile(inVault(`.alice.age.draft-${crypto.randomUUID()}`), '', { mode: 0o600 });
    const problems = (await vault.verify()).join('\n');
    for (const part of ['sites', 'carol.age is damaged', 'does not open', 'dave.age', 'no name.age', 'left behind']) {
      expect(problems).toContain(part);
    }
  });

  test('files that are not encrypted to the listed recipients', async ({ vault, folder }) => {
    await vault.update('alice', () => ALICE);
    await writeFile(join(vaultIn(folder), 'recipients.txt'), `${ALICE_KEY.recipient}\n${BOB_KEY.recipient}\n`);
    expect(await vault.verify()).toEqual([expect.stringContaining('vault rekey')]);
  });
});
