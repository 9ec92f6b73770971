import { execFile, spawnSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ALICE, ALICE_KEY, BOB_KEY, expect, test, vaultIn } from '../support/vault-test.ts';

const run = promisify(execFile);
const hasAge = spawnSync('age', ['--version']).status === 0;

test.skip(!hasAge, 'the program `age` is not installed');

test('age reads our files with our key', async ({ openWith, folder }) => {
  const vault = openWith({});
  await vault.update('alice', () => ALICE);
  const key = join(folder, 'home/.config/playwright-2fa/key.txt');
  const { stdout } = await run('age', ['-d', '-i', key, join(vaultIn(folder), 'alice.age')]);
  const { stdout: recipient } = await run('age-keygen', ['-y', key]);
  expect(JSON.parse(stdout)).toEqual({ ...ALICE, recipients: [recipient.trim()] });
  expect(await readFile(join(vaultIn(folder), 'recipients.txt'), 'utf8')).toContain(recipient.trim());
});

test('each recipient reads our files with age', async ({ vault, folder }) => {
  await vault.init({ recipients: [BOB_KEY.recipient] });
  await vault.update('alice', () => ALICE);
  for (const { identity } of [ALICE_KEY, BOB_KEY]) {
    const key = join(folder, 'key.txt');
    await writeFile(key, `${identity}\n`);
    const { stdout } = await run('age', ['-d', '-i', key, join(vaultIn(folder), 'alice.age')]);
    expect(JSON.parse(stdout)).toEqual({ ...ALICE, recipients: [ALICE_KEY.recipient, BOB_KEY.recipient] });
  }
});

for (const [name, ...args] of [['in ASCII armor', '--armor'], ['in binary']] as const) {
  test(`we read a file that age wrote ${name} to our list of recipients`, async ({ vault, folder }) => {
    await vault.init({ recipients: [BOB_KEY.recipient] });
    const plain = join(folder, 'alice.json');
    await writeFile(plain, JSON.stringify(ALICE));
    const file = join(vaultIn(folder), 'alice.age');
    await run('age', ['-e', '-R', join(vaultIn(folder), 'recipients.txt'), ...args, '-o', file, plain]);
    expect(await vault.read('alice')).toEqual(ALICE);
    expect(await vault.verify()).toEqual([]);
    await vault.update('alice', (record) => ({ ...record, email: 'new@acme.example' }));
    expect(await vault.read('alice')).toMatchObject({ email: 'new@acme.example' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
}

test('a key of age-keygen is accepted', async ({ openWith, folder }) => {
  const key = join(folder, 'key.txt');
  await run('age-keygen', ['-o', key]);
  const vault = openWith({ PLAYWRIGHT_2FA_KEY_FILE: key });
  await vault.update('alice', () => ALICE);
  expect(await vault.read('alice')).toEqual(ALICE);
});

test.describe('with a passphrase, which age reads from a terminal', () => {
  const hasScript = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
  test.skip(!hasScript, 'the program `script` is not installed, and age reads a passphrase from a terminal only');
  test.slow();
  const PASSPHRASE = 'correct horse battery staple';

  /** Runs age in a pseudo-terminal, and types the passphrase at each prompt. */
  async function runAge(command: string): Promise<void> {
    const work = run('script', ['-qec', command, '/dev/null']);
    let shown = '';
    work.child.stdout?.on('data', (text: string) => {
      shown += text;
      if (!/passphrase[^\n]*:\s*$/i.test(shown)) return;
      shown = '';
      work.child.stdin?.write(`${PASSPHRASE}\r`);
    });
    await work;
  }

  test('age reads our files', async ({ openWith, folder }) => {
    await openWith({ PLAYWRIGHT_2FA_KEY: PASSPHRASE }).update('alice', () => ALICE);
    const plain = join(folder, 'alice.json');
    await runAge(`age -d -o ${plain} ${join(vaultIn(folder), 'alice.age')}`);
    expect(JSON.parse(await readFile(plain, 'utf8'))).toEqual(ALICE);
  });

  test('we read files of age', async ({ openWith, folder }) => {
    const vault = openWith({ PLAYWRIGHT_2FA_KEY: PASSPHRASE });
    await vault.init({ passphrase: true });
    const plain = join(folder, 'alice.json');
    await writeFile(plain, JSON.stringify(ALICE));
    await runAge(`age -p -a -o ${join(vaultIn(folder), 'alice.age')} ${plain}`);
    expect(await vault.read('alice')).toEqual(ALICE);
  });
});
