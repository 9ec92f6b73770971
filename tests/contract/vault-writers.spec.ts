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

/** The full number is tested with `PLAYWRIGHT_2FA_FULL=1`. */
const KILLS = FULL ? 100 : 10;
/** Writes of each of eight processes. */
const WRITES = FULL ? 50 : 15;

function startWriter(folder: string, ...args: string[]): ChildProcess {
  return fork(SCRIPT, [folder, ...args], { env: { ...process.env, ...env } });
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The writer exited with ${code} before it sent a message.`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}

test(`eight concurrent processes with ${WRITES} writes each lose no entry`, async ({ vault, folder }) => {
  test.setTimeout(180_000);
  await vault.update('alice', (record) => record);
  const names = Array.from({ length: 8 }, (_, at) => `writer-${at}`);
  const writers = names.map((name) => startWriter(vaultIn(folder), 'entries', name, String(WRITES)));
  await Promise.all(writers.map(nextMessage));
  const done = writers.map(nextMessage);
  for (const writer of writers) writer.send('go');
  await Promise.all(done);
  const expected = names.flatMap((name) => Array.from({ length: WRITES }, (_, at) => `${name}-${at + 1}`));
  const record = await vault.read('alice');
  expect(record?.sites.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
  expect(await vault.verify()).toEqual([]);
});

/** Kills a writer at the n-th change in a folder. Returns the number that it wrote last. */
async function killAt(change: number, watched: string, vault: Vault, before: number): Promise<number> {
  const changes = new EventEmitter();
  let count = 0;
  const watcher = watch(watched, () => ++count === change && changes.emit('reached'));
  const writer = startWriter(vault.path, 'loop');
  const gone = Promise.all([once(writer, 'exit'), once(writer, 'disconnect')]); // no message arrives after these
  let started = before;
  writer.on('message', (number) => (started = Number(number)));
  await once(changes, 'reached');
  writer.kill('SIGKILL');
  await gone;
  watcher.close();
  const { email = '', phone = '' } = (await vault.read('alice')) ?? {};
  const number = Number.parseInt(email, 10);
  expect([Math.max(before, started - 1), started]).toContain(number);
  expect(phone).toBe(`+1${String(number).padStart(10, '0')}`);
  return number;
}

for (const half of ['first', 'second']) {
  test(`kill -9 during a write leaves the old or the new file (${half} ${KILLS} kills)`, async ({ folder, vault }) => {
    test.setTimeout(60_000 + KILLS * 4000);
    await vault.update('alice', () => FIRST);
    let [number, leftBehind] = [0, 0];
    for (let kill = 0; kill < KILLS; kill++) {
      number = await killAt(1 + (kill % 8), vaultIn(folder), vault, number);
      if ((await readdir(vaultIn(folder))).some(isDraftName)) leftBehind++;
    }
    expect(leftBehind).toBeGreaterThan(0); // otherwise no kill interrupted a write
    await vault.update('alice', (record) => record);
    expect(await readdir(vaultIn(folder))).toEqual(['alice.age', 'recipients.txt']);
  });
}

test('kill -9 at any change of the lock delays other writers by no more than the timeout of a dead holder', async ({
  folder,
  vault,
}) => {
  await vault.update('alice', () => FIRST);
  // The ledger keeps the queue of the lock here.
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
