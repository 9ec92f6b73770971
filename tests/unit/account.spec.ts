import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { Account } from '../../src/persona/account.ts';
import { Secret } from '../../src/secret/secret.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

const MINUTE = 60_000;

interface Worker {
  readonly account: Account;
  readonly titles: readonly string[];
}

/** Workers that use alice. Each has its own connection to the ledger. The test sets the clock. */
const test = base.extend<{
  clock: { time: number };
  worker: (who: string, password?: string, caller?: 'job') => Worker;
}>({
  clock: async ({}, use) => await use({ time: Date.UTC(2026, 0, 1, 10) }),
  worker: async ({ folder, clock }, use) => {
    await use((who, password = 'Correct-Horse-4711', caller) => {
      const runtime = Object.assign(new FakeRuntime({ now: () => clock.time }), {
        owner: who,
        ...(caller ? { caller } : {}),
      });
      const ledger = fileLedger({ folder: join(folder, 'ledger') });
      const secret = new Secret('alice/password', password);
      const account = new Account({ name: 'alice', password: secret, ledger: () => Promise.resolve(ledger), runtime });
      return { account, titles: runtime.titles };
    });
  },
});

test('a rejected password blocks all other workers, with its sender, time and reason', async ({ worker, clock }) => {
  const [one, other] = [worker('worker 1'), worker('worker 2')];
  expect(await one.account.refused('password', 'Wrong password')).toBe(false);
  clock.time += 10_000;
  await expectThrown(
    () => other.account.check(),
    'SIGN_IN_BLOCKED',
    'for another 50 s',
    'worker 1 was refused its password at 10:00:00 UTC, with "Wrong password"',
    'npx playwright-2fa account reset alice',
  );
  await expectThrown(() => other.account.beginSignIn(), 'SIGN_IN_BLOCKED');
});

test('a different password is not blocked', async ({ worker }) => {
  await worker('worker 1', 'wrong').account.refused('password');
  // Only one byte of a hash is compared, so 1 of 256 different passwords counts as the same.
  const others = ['right', 'Right', 'R1ght', 'r1ght'].map((password) => worker('worker 2', password).account.check());
  const results = await Promise.allSettled(others);
  expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(3);
});

test('a password that was corrected while the site answered is told apart from the one that was sent', ({ worker }) => {
  const sent = worker('keeper', 'wrong').account;
  expect(worker('keeper', 'wrong').account.hasPasswordOf(sent)).toBe(true);
  expect(worker('keeper', 'right').account.hasPasswordOf(sent)).toBe(false);
});

test('a lockout blocks every password', async ({ worker }) => {
  await worker('worker 1').account.refused('lockout', 'Too many attempts');
  await expectThrown(() => worker('worker 2', 'another').account.check(), 'SIGN_IN_BLOCKED', 'was locked out');
});

test('each block lasts twice as long as the previous one, up to 30 minutes, until a sign-in succeeds', async ({
  worker,
  clock,
}) => {
  const { account } = worker('worker 1');
  for (const minutes of [1, 2, 4, 8, 16, 30, 30]) {
    await account.refused('lockout');
    clock.time += minutes * MINUTE - 1;
    await expectThrown(() => account.check(), 'SIGN_IN_BLOCKED');
    clock.time += 1;
    await account.check();
  }
  await account.accepted();
  await account.refused('lockout');
  clock.time += MINUTE;
  await account.check();
});

test('three rejected codes in a row block the persona, even if different workers sent them', async ({ worker }) => {
  const workers = ['1', '2', '3'].map((who) => worker(`worker ${who}`));
  const answers = [];
  for (const { account } of workers) answers.push(await account.refused('code'));
  expect(answers).toEqual([true, true, false]);
  const told = 'worker 3 was refused 3 codes in a row at ';
  await expectThrown(() => worker('worker 4').account.check(), 'SIGN_IN_BLOCKED', told);
});

test('a successful sign-in resets the count of rejected codes', async ({ worker }) => {
  const { account } = worker('worker 1');
  for (let round = 0; round < 4; round++) {
    expect(await account.refused('code')).toBe(true);
    expect(await account.refused('code')).toBe(true);
    await account.accepted();
  }
});

test('an unconfirmed password is sent by one worker at a time, and only once if it is wrong', async ({ worker }) => {
  const first = worker('worker 0');
  const turn = await first.account.beginSignIn();
  const others = Array.from({ length: 5 }, (_, index) => worker(`worker ${index + 1}`));
  const entries = others.map(({ account }) => account.beginSignIn().catch((error: { code: string }) => error.code));
  await expect.poll(() => others.every(({ titles }) => titles.length === 1)).toBe(true);
  expect(others[0]!.titles[0]).toMatch(
    /^Wait for the sign-in of worker 0 .*: the password of alice was not accepted yet/,
  );
  await first.account.refused('password');
  await turn.release();
  expect(await Promise.all(entries)).toEqual(Array.from({ length: 5 }, () => 'SIGN_IN_BLOCKED'));
});

test('a worker that was suspended until another one took its turn learns it before it sends the password', async ({
  worker,
  folder,
}) => {
  const turn = await worker('worker 1').account.beginSignIn();
  await turn.check();
  const names = await readdir(folder, { recursive: true });
  const queue = names.find((name) => /leases[^\d]*account-alice-sign-in[^/]*\/1$/.test(name)) ?? '';
  // As another worker leaves the queue after it took over.
  await writeFile(join(folder, queue.replace(/1$/, '2')), JSON.stringify({ entries: [] }));
  await expectThrown(() => turn.check(), 'LEASE_LOST', 'account/alice/sign-in');
  await turn.release();
});

test('after a password is accepted, sign-ins run in parallel; a day later, it counts as unconfirmed', async ({
  worker,
  clock,
}) => {
  const [one, other] = [worker('worker 1'), worker('worker 2')];
  const turn = await one.account.beginSignIn();
  await one.account.accepted();
  await turn.release();
  const sideBySide = await Promise.all([one.account.beginSignIn(), other.account.beginSignIn()]);
  expect([...one.titles, ...other.titles]).toEqual([]);
  await Promise.all(sideBySide.map((entry) => entry.release()));
  clock.time += 24 * 60 * MINUTE;
  const next = await one.account.beginSignIn();
  const waiting = other.account.beginSignIn();
  await expect.poll(() => other.titles.length).toBe(1);
  await one.account.accepted();
  await next.release();
  await waiting;
});

test('reset() removes the block', async ({ worker }) => {
  const { account } = worker('worker 1');
  await account.refused('lockout');
  await account.reset();
  await account.check();
});

test('the ledger contains no secret', async ({ worker, folder }) => {
  await worker('worker 1', 'Correct-Horse-4711').account.refused('password', 'no');
  const { readdir, readFile } = await import('node:fs/promises');
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8'));
  const all = (await Promise.all(texts)).join('\n');
  expect(all).toContain('refusal');
  expect(all).not.toContain('Correct-Horse-4711');
});

test('a refused password stays refused after the pause, a lockout and a refused code, until another is accepted', async ({
  worker,
  clock,
}) => {
  const { account } = worker('worker 1');
  await account.refused('password');
  await account.refused('lockout');
  await account.refused('code');
  clock.time += 24 * 60 * MINUTE;
  await account.check();
  await expectThrown(() => account.checkPassword(), 'SIGN_IN_BLOCKED', 'npx playwright-2fa account reset alice');
  await account.accepted();
  await account.checkPassword();
  await account.refused('password');
  await account.reset();
  await account.checkPassword();
});

test('a job does not send a refused password again after the pause either', async ({ worker, clock }) => {
  const job = worker('a job', undefined, 'job').account;
  await job.refused('password');
  clock.time += 24 * 60 * MINUTE;
  await expectThrown(() => job.check(), 'SIGN_IN_BLOCKED', 'so it is not sent again', 'account reset alice');
  await worker('a test').account.check();
  await job.reset();
  await job.check();
});
