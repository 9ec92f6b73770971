import { type ChildProcess, execFile, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { VAULT_SCHEMA } from '../../src/persona/from-vault.ts';
import { emptyRecord } from '../../src/vault/record.ts';
import { type Vault, openVault } from '../../src/vault/vault.ts';
import { FULL } from '../support/full.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { ALICE_KEY } from '../support/vault-test.ts';

const SCRIPT = fileURLToPath(new URL('../support/keeper-writer.mjs', import.meta.url));
const FIRST = {
  ...emptyRecord('alice'),
  sites: [{ name: 'acme', origins: ['https://acme.example'], password: '0' }],
};

/** The full number is tested with `PLAYWRIGHT_2FA_FULL=1`. */
const KILLS = FULL ? 400 : 15;

const test = base.extend<{ kept: Vault }>({
  kept: async ({ folder }, use) => {
    await writeFile(join(folder, '.env'), `PLAYWRIGHT_2FA_KEY=${ALICE_KEY.identity}\n`);
    await mkdir(join(folder, '.playwright-2fa'));
    const vault = openVault({
      folder: join(folder, '.playwright-2fa/vault'),
      schema: VAULT_SCHEMA,
      env: { PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity },
      home: folder,
    });
    await vault.update('alice', () => FIRST);
    await use(vault);
  },
});

function startWriter(folder: string, ...args: string[]): ChildProcess {
  return fork(SCRIPT, [folder, ...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The writer exited with ${code} before it sent a message.`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}

/** Passwords that the document has, confirmed or not. */
async function passwordsIn(vault: Vault): Promise<number[]> {
  const [site] = (await vault.read('alice'))?.sites ?? [];
  const unconfirmed = (site?.unconfirmed ?? []).map(({ members }) => members['password']);
  return [site?.password, ...unconfirmed].map(Number);
}

test(`kill -9 at any moment of a change leaves the password that the site has (${KILLS} kills)`, async ({
  folder,
  kept,
}) => {
  test.setTimeout(60_000 + KILLS * 4000);
  let [last, unconfirmed] = [0, 0];
  for (let kill = 0; kill < KILLS; kill++) {
    const before = await passwordsIn(kept);
    const writer = startWriter(folder, 'changes');
    const gone = Promise.all([once(writer, 'exit'), once(writer, 'disconnect')]); // no message arrives after these
    let accepted: number | undefined;
    writer.on('message', (number) => (accepted = Number(number)));
    // The n-th change in the folder: drafts, renames and removals of two to three writes.
    const changes = 1 + (kill % 12);
    let count = 0;
    await new Promise<void>((resolve) => {
      const watcher = watch(kept.path, () => {
        if (++count < changes) return;
        watcher.close();
        resolve();
      });
    });
    writer.kill('SIGKILL');
    await gone;
    const after = await passwordsIn(kept);
    // The site has the password that was sent last, or one that was written down and not sent.
    last = accepted ?? last;
    expect(after).toContain(last);
    // A value that was confirmed before is there, or was replaced by an accepted one.
    expect([...after].some((number) => number >= before[0]!)).toBe(true);
    if (after.length > 1) unconfirmed++;
  }
  expect(unconfirmed).toBeGreaterThan(0); // otherwise no kill fell into a change
  expect(await kept.verify().then((problems) => problems.filter((one) => !one.includes('was killed')))).toEqual([]);
});

test('two processes that learn about one persona at the same time lose nothing', async ({ folder, kept }) => {
  test.setTimeout(180_000);
  const names = ['first', 'second'];
  const writers = names.map((name) => startWriter(folder, 'codes', name, '15'));
  await Promise.all(writers.map(nextMessage));
  const done = writers.map(nextMessage);
  for (const writer of writers) writer.send('go');
  await Promise.all(done);
  const [site] = (await kept.read('alice'))?.sites ?? [];
  const codes = (site?.unconfirmed ?? []).flatMap(({ members }) => members['recoveryCodes'] as readonly string[]);
  const expected = names.flatMap((name) => Array.from({ length: 15 }, (_, at) => `${name}-${at + 1}`));
  expect(codes.toSorted()).toEqual(expected.toSorted());
});

test('the program age reads what a persona has learned', async ({ folder, kept }) => {
  test.skip(spawnSync('age', ['--version']).status !== 0, 'the program `age` is not installed');
  const writer = startWriter(folder, 'codes', 'only', '1');
  await nextMessage(writer);
  const done = nextMessage(writer);
  writer.send('go');
  await done;
  const key = join(folder, 'key.txt');
  await writeFile(key, `${ALICE_KEY.identity}\n`, { mode: 0o600 });
  const { stdout } = await promisify(execFile)('age', ['-d', '-i', key, join(kept.path, 'alice.age')]);
  expect(JSON.parse(stdout)).toMatchObject({
    sites: [{ password: '0', unconfirmed: [{ members: { recoveryCodes: ['only-1'] } }] }],
  });
});
