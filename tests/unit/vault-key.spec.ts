import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VAULT_SCHEMA } from '../../src/persona/from-vault.ts';
import { createLocalKey } from '../../src/vault/key-file.ts';
import { openVault } from '../../src/vault/vault.ts';
import { expectThrown } from '../support/thrown.ts';
import { ALICE, ALICE_KEY, BOB_KEY, expect, test } from '../support/vault-test.ts';

async function writeKey(path: string, text = `${ALICE_KEY.identity}\n`, mode = 0o600): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode });
  return path;
}

test.beforeEach(async ({ vault }) => {
  await vault.update('alice', () => ALICE);
});

test.describe('the key is found', () => {
  test('in a variable with several keys', async ({ openWith }) => {
    for (const separator of [' ', '\n', '\r\n']) {
      const key = [BOB_KEY.identity, ALICE_KEY.identity].join(separator);
      expect(await openWith({ PLAYWRIGHT_2FA_KEY: key }).read('alice')).toEqual(ALICE);
    }
  });

  test('in a variable with the whole file of age-keygen', async ({ openWith }) => {
    const file = `# created: 2026-11-22T04:26:46Z\n# public key: ${ALICE_KEY.recipient}\n${ALICE_KEY.identity}\n`;
    expect(await openWith({ PLAYWRIGHT_2FA_KEY: file }).read('alice')).toEqual(ALICE);
  });

  test('in the file that a variable names', async ({ openWith, folder }) => {
    const file = await writeKey(join(folder, 'ci.txt'), `# created: now\n\n${ALICE_KEY.identity}\n`);
    expect(await openWith({ PLAYWRIGHT_2FA_KEY_FILE: file }).read('alice')).toEqual(ALICE);
  });

  test('in the local file', async ({ openWith, folder }) => {
    await writeKey(join(folder, 'home/.config/playwright-2fa/key.txt'));
    expect(await openWith({}).read('alice')).toEqual(ALICE);
  });

  test('in the folder XDG_CONFIG_HOME', async ({ openWith, folder }) => {
    await writeKey(join(folder, 'xdg/playwright-2fa/key.txt'));
    expect(await openWith({ XDG_CONFIG_HOME: join(folder, 'xdg') }).read('alice')).toEqual(ALICE);
  });
});

test('a missing key is reported with all its possible locations', async ({ openWith, folder }) => {
  const local = join(folder, 'home/.config/playwright-2fa/key.txt');
  const parts = ['PLAYWRIGHT_2FA_KEY and PLAYWRIGHT_2FA_KEY_FILE are not set', local, 'vault rekey --recipient'];
  await expectThrown(() => openWith({}).read('alice'), 'VAULT_KEY_MISSING', ...parts);
  const empty = openWith({ PLAYWRIGHT_2FA_KEY: '' });
  await expectThrown(() => empty.read('alice'), 'VAULT_KEY_MISSING', 'empty', 'CI does not pass secrets to forks');
  const named = openWith({ PLAYWRIGHT_2FA_KEY_FILE: join(folder, 'none.txt') });
  await expectThrown(() => named.read('alice'), 'VAULT_KEY_MISSING', 'none.txt', 'PLAYWRIGHT_2FA_KEY_FILE');
});

test('a missing key of an existing vault is not answered with a new key', async ({ openWith, folder }) => {
  for (const env of [{}, { PLAYWRIGHT_2FA_KEY_FILE: join(folder, 'none.txt') }]) {
    const error: unknown = await openWith(env)
      .read('alice')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'VAULT_KEY_MISSING' });
    expect(String(error)).toContain('A new key cannot open an existing vault');
    expect(String(error)).not.toContain('vault init');
  }
});

test('a wrong key is reported by its public key, with the right ones', async ({ openWith }) => {
  const stranger = openWith({ PLAYWRIGHT_2FA_KEY: BOB_KEY.identity });
  const work = (): Promise<unknown> => stranger.read('alice');
  await expectThrown(work, 'VAULT_KEY_WRONG', BOB_KEY.recipient, ALICE_KEY.recipient, 'alice.age', 'vault rekey');
  const { message } = await expectThrown(
    () => stranger.update('bob', (record) => record),
    'VAULT_KEY_WRONG',
    'could not read its own files',
  );
  expect(message).not.toContain(BOB_KEY.identity);
});

test('a passphrase does not open a file that is encrypted to keys', async ({ openWith }) => {
  const work = (): Promise<unknown> => openWith({ PLAYWRIGHT_2FA_KEY: 'correct horse battery' }).read('alice');
  const { message } = await expectThrown(work, 'VAULT_KEY_WRONG', 'holds a passphrase', 'encrypted to age keys');
  expect(message).not.toContain('horse');
});

test.describe('a key is rejected', () => {
  const cases: Record<string, [text: string, ...reasons: string[]]> = {
    'that is truncated': [ALICE_KEY.identity.slice(0, -3), 'key 1 of 1', 'is incomplete'],
    'with a typing error': [ALICE_KEY.identity.replace('M2Y7', 'M2Y8'), 'key 1 of 1', 'is incomplete'],
    'in lower case': [ALICE_KEY.identity.toLowerCase(), 'in capitals'],
    'of another kind': [ALICE_KEY.identity.replace('KEY-1', 'KEY-PQ-1'), 'not an age X25519 identity'],
    'next to a good one': [`${BOB_KEY.identity} ${ALICE_KEY.identity}X`, 'key 2 of 2'],
    'that is public': [ALICE_KEY.recipient, 'public key'],
    'of ssh': ['-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', 'of another program'],
    'of several lines': ['first line\nsecond line', 'several lines'],
    'that is a weak passphrase': ['hunter2hunter2hunter2', 'too weak', 'at least 16 characters'],
    'that is blank': [' \n', 'is empty'],
  };
  for (const [name, [text, ...reasons]] of Object.entries(cases)) {
    test(name, async ({ openWith }) => {
      const vault = openWith({ PLAYWRIGHT_2FA_KEY: text });
      const error = await expectThrown(
        () => vault.read('alice'),
        'VAULT_KEY_REFUSED',
        'PLAYWRIGHT_2FA_KEY',
        ...reasons,
      );
      expect(`${error.message} ${String(error.cause)}`).not.toMatch(/M2Y|MX08|m2y7|AAAA|first line|hunter2/);
    });
  }

  test('if two variables hold one', async ({ openWith, folder }) => {
    const file = await writeKey(join(folder, 'key.txt'));
    const vault = openWith({ PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity, PLAYWRIGHT_2FA_KEY_FILE: file });
    await expectThrown(() => vault.read('alice'), 'VAULT_KEY_REFUSED', 'both set', 'Unset one');
  });

  for (const mode of [0o640, 0o604, 0o660]) {
    test(`in a file with mode ${mode.toString(8)}`, async ({ openWith, folder }) => {
      test.skip(process.platform === 'win32', 'Windows has no file modes');
      for (const text of [ALICE_KEY.identity, 'a passphrase']) {
        const file = await writeKey(join(folder, 'key.txt'), text);
        await chmod(file, mode);
        const vault = openWith({ PLAYWRIGHT_2FA_KEY_FILE: file });
        await expectThrown(() => vault.read('alice'), 'VAULT_KEY_REFUSED', 'other users can read', `chmod 600 ${file}`);
      }
    });
  }
});

test.describe('in the work tree of a git repository', () => {
  const git = (...args: string[]): Buffer => execFileSync('git', args, { stdio: 'pipe' });

  test.beforeEach(async ({ folder }) => {
    git('init', '--quiet', join(folder, 'repo'));
  });

  test('a key that git would track is rejected', async ({ openWith, folder }) => {
    const file = await writeKey(join(folder, 'repo', 'keys', 'key.txt'));
    const vault = openWith({ PLAYWRIGHT_2FA_KEY_FILE: file });
    await expectThrown(() => vault.read('alice'), 'VAULT_KEY_REFUSED', 'git repository', 'Move it out');
    expect(await vault.verify()).toEqual([expect.stringContaining('git repository')]);
  });

  test('a link to such a key is rejected too', async ({ openWith, folder }) => {
    const file = await writeKey(join(folder, 'repo', 'key.txt'));
    const link = join(folder, 'link.txt');
    await symlink(file, link);
    const vault = openWith({ PLAYWRIGHT_2FA_KEY_FILE: link });
    await expectThrown(() => vault.read('alice'), 'VAULT_KEY_REFUSED', 'git repository');
  });

  test('an ignored key is accepted, unless it is tracked nevertheless', async ({ openWith, folder }) => {
    const file = await writeKey(join(folder, 'repo', 'key.txt'));
    await writeFile(join(folder, 'repo', '.gitignore'), 'key.txt\n');
    const vault = openWith({ PLAYWRIGHT_2FA_KEY_FILE: file });
    expect(await vault.read('alice')).toEqual(ALICE);
    git('-C', join(folder, 'repo'), 'add', '--force', 'key.txt');
    await expectThrown(() => vault.read('alice'), 'VAULT_KEY_REFUSED', 'git repository');
  });

  test('every key is rejected if git fails', async ({ openWith, folder }) => {
    const file = await writeKey(join(folder, 'repo', 'key.txt'));
    await writeFile(join(folder, 'repo', '.gitignore'), 'key.txt\n');
    await writeFile(join(folder, 'repo', '.git', 'HEAD'), 'no repository any more');
    const vault = openWith({ PLAYWRIGHT_2FA_KEY_FILE: file });
    await expectThrown(() => vault.read('alice'), 'VAULT_KEY_REFUSED', 'git repository');
  });

  test('no key is created', async ({ folder }) => {
    const locations = { env: {}, home: join(folder, 'repo', 'home') };
    const vault = openVault({ folder: join(folder, 'another'), schema: VAULT_SCHEMA, ...locations });
    await expectThrown(() => vault.init(), 'VAULT_KEY_REFUSED', 'git repository');
    const { code } = await stat(join(locations.home, '.config/playwright-2fa/key.txt')).catch((error) => error);
    expect(code).toBe('ENOENT');
  });
});

test.describe('the local key', () => {
  test('has the format of age-keygen', async ({ folder }) => {
    await createLocalKey({ env: {}, home: folder });
    const text = await readFile(join(folder, '.config/playwright-2fa/key.txt'), 'utf8');
    expect(text).toMatch(/^# created: \S+\n# public key: age1[a-z0-9]{58}\nAGE-SECRET-KEY-1[A-Z0-9]{58}\n$/);
  });

  test('is the same for all processes that create it at once', async ({ folder }) => {
    const path = join(folder, '.config/playwright-2fa/key.txt');
    const texts = await Promise.all(
      Array.from({ length: 8 }, async () => {
        await createLocalKey({ env: {}, home: folder });
        return await readFile(path, 'utf8');
      }),
    );
    await createLocalKey({ env: {}, home: folder });
    expect(new Set([...texts, await readFile(path, 'utf8')]).size).toBe(1);
  });

  test('is created with the first vault, and used from then on', async ({ folder }) => {
    const locations = { env: {}, home: join(folder, 'new-home') };
    await openVault({ folder: join(folder, 'another'), schema: VAULT_SCHEMA, ...locations }).update(
      'alice',
      () => ALICE,
    );
    expect(
      await openVault({ folder: join(folder, 'another'), schema: VAULT_SCHEMA, ...locations }).read('alice'),
    ).toEqual(ALICE);
  });

  test('is not created for a vault that it could not read', async ({ openWith, folder }) => {
    await expectThrown(() => openWith({}).update('bob', (record) => record), 'VAULT_KEY_MISSING');
    const { code } = await stat(join(folder, 'home')).catch((error) => error);
    expect(code).toBe('ENOENT');
  });
});
