import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDraftName } from '../../src/vault/file.ts';
import { type Vault, openVault } from '../../src/vault/vault.ts';
import { ALICE_KEY, expect, test, vaultIn } from '../support/vault-test.ts';

const SCRIPT = fileURLToPath(new URL('../support/vault-writer.mjs', import.meta.url));
const env = { PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity };

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

/** Kills a writer at any moment of a write; answers with whether it left a half-written file behind. */
async function killOne(folder: string, vault: Vault, patience: number): Promise<boolean> {
  const writer = startWriter(folder, 'loop');
  const gone = Promise.all([once(writer, 'exit'), once(writer, 'disconnect')]); // it tells nothing after that
  const started = { number: Number(await told(writer)) };
  writer.on('message', (number) => (started.number = Number(number)));
  const until = performance.now() + patience;
  while (performance.now() < until) await new Promise(setImmediate);
  writer.kill('SIGKILL');
  await gone;
  const { email = '', phone = '' } = (await vault.read('alice')) ?? {};
  const number = Number.parseInt(email, 10);
  expect([started.number - 1, started.number]).toContain(number);
  expect(phone).toBe(`+1${String(number).padStart(10, '0')}`);
  return (await readdir(folder)).some(isDraftName);
}

for (const half of [1, 2]) {
  test(`kill -9 in the middle of a write leaves the old file or the new, a hundred times (${half} of 2)`, async ({
    folder,
  }) => {
    test.setTimeout(180_000);
    const path = join(folder, 'vault');
    const vault = openVault({ folder: path, env });
    await vault.update('alice', (record) => ({ ...record, email: '0@acme.example', phone: '+10000000000' }));
    let leftBehind = 0;
    for (let kill = 0; kill < 100; kill++) {
      // Every fifth of a millisecond of the first write, and some of the one after.
      if (await killOne(path, vault, kill / 5)) leftBehind++;
    }
    test.info().annotations.push({ type: 'half-written files left behind', description: String(leftBehind) });
    const started = performance.now();
    await vault.update('alice', (record) => record);
    expect(performance.now() - started).toBeLessThan(2000); // the lock of a dead process is taken over at once
    expect(await readdir(path)).toEqual(['alice.age', 'recipients.txt']);
    expect(leftBehind).toBeGreaterThan(0); // or else no write was hit
  });
}
