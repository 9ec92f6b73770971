import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDraftName } from '../../src/vault/file.ts';
import { emptyRecord } from '../../src/vault/record.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { FULL } from '../support/full.ts';
import { ALICE_KEY, expect, test, vaultIn } from '../support/vault-test.ts';

const SCRIPT = fileURLToPath(new URL('../support/vault-writer.mjs', import.meta.url));
const FIRST = { ...emptyRecord('alice'), email: '0@acme.example', phone: '+10000000000' };
const env = { PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity };

/** As many as the product promises where there is time. */
const KILLS = FULL ? 100 : 24;

function startWriter(folder: string, ...args: string[]): ChildProcess {
  return fork(SCRIPT, [folder, ...args], { env: { ...process.env, ...env } });
}

async function told(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The writer ended with ${code} and told nothing.`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}

test('of eight processes that write fifty entries each, none loses one', async ({ vault, folder }) => {
  test.setTimeout(180_000);
  await vault.update('alice', (record) => record);
  const names = Array.from({ length: 8 }, (_, at) => `writer-${at}`);
  const writers = names.map((name) => startWriter(vaultIn(folder), 'entries', name, '50'));
  await Promise.all(writers.map(told));
  const done = writers.map(told);
  for (const writer of writers) writer.send('go');
  await Promise.all(done);
  const expected = names.flatMap((name) => Array.from({ length: 50 }, (_, at) => `${name}-${at + 1}`));
  const record = await vault.read('alice');
  expect(record?.sites.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
  expect(await vault.verify()).toEqual([]);
});

/** Kills a writer upon the n-th change that is seen in a folder while it writes; the number is what it wrote last. */
async function killAt(change: number, watched: string, vault: Vault, before: number): Promise<number> {
  const changes = new EventEmitter();
  let seen = 0;
  const watcher = watch(watched, () => ++seen === change && changes.emit('reached'));
  const writer = startWriter(vault.path, 'loop');
  const gone = Promise.all([once(writer, 'exit'), once(writer, 'disconnect')]); // it tells nothing after that
  let begun = before;
  writer.on('message', (number) => (begun = Number(number)));
  await once(changes, 'reached');
  writer.kill('SIGKILL');
  await gone;
  watcher.close();
  const { email = '', phone = '' } = (await vault.read('alice')) ?? {};
  const number = Number.parseInt(email, 10);
  expect([Math.max(before, begun - 1), begun]).toContain(number);
  expect(phone).toBe(`+1${String(number).padStart(10, '0')}`);
  return number;
}

for (const half of ['first', 'second']) {
  test(`kill -9 in the middle of a write leaves the old file or the new: the ${half} ${KILLS} kills`, async ({
    folder,
    vault,
  }) => {
    test.setTimeout(180_000);
    await vault.update('alice', () => FIRST);
    let [number, leftBehind] = [0, 0];
    for (let kill = 0; kill < KILLS; kill++) {
      number = await killAt(1 + (kill % 8), vaultIn(folder), vault, number);
      if ((await readdir(vaultIn(folder))).some(isDraftName)) leftBehind++;
    }
    expect(leftBehind).toBeGreaterThan(0); // or else no write was hit
    await vault.update('alice', (record) => record);
    expect(await readdir(vaultIn(folder))).toEqual(['alice.age', 'recipients.txt']);
  });
}

test('kill -9 upon any change of the lock stops no other writer for longer than a dead one is waited for', async ({
  folder,
  vault,
}) => {
  test.setTimeout(120_000);
  await vault.update('alice', () => FIRST);
  // Where the ledger keeps the line of those who wait for the lock.
  const leases = join(folder, '.vault.locks/kept/leases');
  const [lock = ''] = await readdir(leases);
  let number = 0;
  for (const change of [1, 2, 3, 4]) {
    number = await killAt(change, join(leases, lock), vault, number);
    const started = performance.now();
    await vault.update('alice', (record) => record);
    expect(performance.now() - started).toBeLessThan(12_000);
  }
});
