import { mkdir, readdir, readFile, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { readSeed } from '../../src/otp/seed.ts';
import { Totp } from '../../src/otp/totp.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { expect, kill, test } from '../support/ledger-test.ts';
import { expectThrown } from '../support/thrown.ts';

const KEY = 'profile/alice';
const LONG = { timeout: 20_000, owner: 'the test' };
const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test('the lease of a killed process is freed at once, even with a long ttl', async ({ open, startProcess }) => {
  const holder = startProcess('hold', 60_000);
  await holder.nextMessage();
  await kill(holder);
  const started = Date.now();
  await (await (await open()).lease(KEY, LONG)).release();
  expect(Date.now() - started).toBeLessThan(5000);
});

test('a rename that a killed holder began is completed before the next holder', async ({
  open,
  folder,
  startProcess,
}) => {
  const target = join(folder, 'target');
  await mkdir(target); // a folder in the way, so that the rename begins and does not end
  const holder = startProcess('replace', 60_000);
  await holder.nextMessage();
  const answer = holder.nextMessage();
  holder.process.send('replace');
  expect(await answer).toEqual({ code: 'EISDIR' });
  await kill(holder);
  await rmdir(target);
  await (await (await open()).lease(KEY, LONG)).release();
  expect(await readFile(target, 'utf8')).toBe(`worker ${holder.process.pid}`);
});

test('a timed-out wait names the process that holds the lease', async ({ open, startProcess }) => {
  const holder = startProcess('hold');
  await holder.nextMessage();
  const ledger = await open();
  const work = (): Promise<unknown> => ledger.lease(KEY, { timeout: 50, owner: 'x' });
  await expectThrown(work, 'LEASE_TIMEOUT', `process ${holder.process.pid} on ${hostname()}`);
});

test('no live holder loses its lease if the clock is set by 90 s', async ({ open }) => {
  const { now } = Date;
  const [one, other] = [await open(), await open()];
  const lease = await one.lease(KEY, { ...LONG, ttl: 1000 });
  try {
    for (const offset of [90_000, -90_000]) {
      Date.now = () => now() + offset;
      await expectThrown(() => other.lease(KEY, { timeout: 1500, owner: 'x' }), 'LEASE_TIMEOUT');
      expect([await lease.isHeld(), lease.lost.aborted]).toEqual([true, false]);
    }
  } finally {
    Date.now = now;
  }
});

test('a step claimed by a machine whose clock is 90 s ahead is reported', async ({ open }) => {
  const ledger = await open();
  const totpAt = (offset: number, owner: string): Totp => {
    const runtime = Object.assign(new FakeRuntime({ now: () => 1_000_000 + offset }), { owner });
    return new Totp('alice', readSeed(SEED), runtime, undefined, () => Promise.resolve(ledger));
  };
  await totpAt(90_000, 'worker 1').code();
  await expectThrown(() => totpAt(0, 'worker 2').code(), 'CLOCK_OFF', '"alice"', 'worker 1', '90 s from now', 'NTP');
});

test('the error for a folder that cannot be written says what to set instead', async ({ folder }) => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const ledger = fileLedger({ folder: join(file, 'ledger') });
  const parts = [join(file, 'ledger'), 'ENOTDIR', '`folder`', 'redis://'];
  await expectThrown(() => ledger.claim('a', 'x'), 'LEDGER_REFUSED', ...parts);
  await expectThrown(() => ledger.nextValue('a', { owner: 'x' }), 'LEDGER_REFUSED', ...parts);
  await expectThrown(() => ledger.lease('a', LONG), 'LEDGER_REFUSED', ...parts);
  await expectThrown(() => ledger.compareAndSwap('a', 0, 'x'), 'LEDGER_REFUSED', ...parts);
});

test('a folder of another user is refused', async ({ folder, startProcess }) => {
  test.skip(process.getuid?.() !== 0, 'only root may become another user');
  const holder = startProcess('as-nobody');
  expect(await holder.nextMessage()).toEqual({ code: 'LEDGER_REFUSED', message: expect.stringContaining('EACCES') });
  expect(await readdir(folder)).toEqual([]);
});

test('only the user can read the files, and they contain no part of a seed', async ({ open, address }) => {
  const ledger = await open();
  for (const uri of [`otpauth://totp/a?secret=${SEED}`, `otpauth://hotp/a?secret=${SEED}&counter=0`]) {
    const seed = readSeed(uri);
    await new Totp('alice', seed, new FakeRuntime(), undefined, () => Promise.resolve(ledger)).code();
  }
  await ledger.claim('message/alice@acme.test/1', 'x');
  const files = await filesBelow(address);
  expect(files.length).toBeGreaterThan(2);
  const { key } = readSeed(SEED);
  for (const file of files) {
    expect((await stat(file)).mode & 0o077).toBe(0);
    const all = (file + (await readFile(file, 'latin1'))).toLowerCase();
    for (const secret of [SEED, Buffer.from(key).toString('hex'), Buffer.from(key).toString('latin1')])
      expect(all).not.toContain(secret.toLowerCase());
  }
});

test('ephemeral entries are removed three days after their last use', async ({ folder }) => {
  const use = async (): Promise<void> => {
    const ledger = fileLedger({ folder });
    await ledger.claim('message/new', 'x');
    await ledger.nextValue('totp/new', { owner: 'x', ephemeral: true });
  };
  const ephemeral = join(folder, 'ephemeral');
  await mkdir(ephemeral);
  await writeFile(join(ephemeral, 'pruned'), ''); // just now, so that no ledger prunes yet
  const old = fileLedger({ folder });
  await old.claim('message/old', 'x');
  await old.nextValue('totp/old', { owner: 'x', ephemeral: true });
  await old.nextValue('hotp/old', { owner: 'x' });
  await use();
  const longAgo = new Date(Date.now() - 73 * 3_600_000);
  const entries = await readdir(ephemeral, { recursive: true });
  for (const entry of entries.filter((name) => /old|pruned/.test(name)))
    await utimes(join(ephemeral, entry), longAgo, longAgo);
  await use();
  await expect.poll(async () => (await filesBelow(ephemeral)).filter((name) => name.includes('old'))).toEqual([]);
  expect(await old.highest('hotp/old')).toBe(0);
  expect((await fileLedger({ folder }).claim('message/new', 'x')).isMine).toBe(false);
});
