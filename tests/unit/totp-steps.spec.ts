import { join } from 'node:path';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readSeed } from '../../src/otp/seed.ts';
import { Totp } from '../../src/otp/totp.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { PatientWorker, Worker } from '../support/fake-worker.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const EACH_SECOND = `otpauth://totp/a?secret=${SECRET}&digits=8&period=1`;
const COUNTER_BASED = `otpauth://hotp/a?secret=${SECRET}&counter=0`;
/** RFC 4226, appendix D. */
const CODES = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];

const test = base.extend<{ ledger: Ledger; totp: (runtime: FakeRuntime, uri?: string) => Totp }>({
  ledger: async ({ folder }, use) => await use(fileLedger({ folder: join(folder, 'ledger') })),
  totp: async ({ ledger }, use) => {
    await use((runtime, uri = EACH_SECOND) => {
      return new Totp('alice', readSeed(uri), runtime, undefined, () => Promise.resolve(ledger));
    });
  },
});

test('a code is given once, and the title of a wait names the worker that claimed it', async ({ totp }) => {
  const clock = { time: 0 };
  const [one, other] = [new PatientWorker('worker 1', clock), new PatientWorker('worker 2', clock)];
  const uri = `otpauth://totp/a?secret=${SECRET}`;
  const codes = [await totp(one, uri).code(), await totp(other, uri).code(), await totp(other, uri).code()];
  expect(codes).toEqual(CODES.slice(0, 3));
  expect(other.titles).toEqual([
    'Wait 30.0 s for the next TOTP code: worker 1 claimed this one',
    'Wait 30.0 s for the next TOTP code: worker 2 claimed this one',
  ]);
  expect([one.extended, other.extended]).toEqual([0, 60_000]);
});

test('the title of a queued wait says how many are ahead, and how to wait less', async ({ totp }) => {
  const workers = ['1', '2', '3'].map((number) => new Worker(`worker ${number}`));
  const codes = await Promise.all(workers.map((worker) => totp(worker).code()));
  expect(new Set(codes).size).toBe(3);
  const waits = workers.flatMap(({ titles }) => titles.filter((title) => title.startsWith('Wait for a TOTP code')));
  expect(waits).toHaveLength(2);
  expect(waits[0]).toMatch(/^Wait for a TOTP code of alice: worker \d .* one code per 1 s\. .* a profile.* personas/);
  // Two are ahead of the last: their codes and its own may take three periods.
  expect(Math.max(...workers.map(({ granted }) => granted))).toBeGreaterThanOrEqual(3000);
});

test('a timed-out wait names the worker that it waited for', async ({ totp }) => {
  let onHeld = (): void => undefined;
  const held = new Promise<void>((resolve) => (onHeld = resolve));
  const first = new Worker('worker 1', { now: () => 29_000 }); // waits for a stopped clock
  first.step = async (_title, _body) => await new Promise<never>(() => onHeld());
  void totp(first, `otpauth://totp/a?secret=${SECRET}`).code();
  await held;
  const second = new FakeRuntime({ now: () => 29_000, deadline: 29_300 });
  const work = (): Promise<string> => totp(second, `otpauth://totp/a?secret=${SECRET}`).code();
  await expectThrown(work, 'CODE_TIMEOUT', '"alice"', 'worker 1', 'one code per 30 s', 'a profile');
});

test('two authenticators do not wait for each other', async ({ totp }) => {
  const other = `otpauth://totp/b?secret=MZXW6YTBOI&period=30`;
  const runtime = new FakeRuntime({ now: () => 0 });
  await Promise.all([totp(runtime, `otpauth://totp/a?secret=${SECRET}&period=30`).code(), totp(runtime, other).code()]);
  expect(runtime.titles).toEqual([]);
});

test('the clock of the site decides if it is known', async ({ totp }) => {
  const runtime = Object.assign(new FakeRuntime({ now: () => 0 }), { clockSkew: 90_000 });
  expect(await totp(runtime, `otpauth://totp/a?secret=${SECRET}`).code()).toBe(CODES[3]);
  expect(await totp(runtime, `otpauth://totp/a?secret=${SECRET}`).codeAt(-1)).toBe(CODES[2]);
});

test('counter-based codes of RFC 4226, appendix D, follow each other across workers', async ({ totp }) => {
  const [one, other] = [totp(new Worker('1'), COUNTER_BASED), totp(new Worker('2'), COUNTER_BASED)];
  const codes: string[] = [];
  for (let index = 0; index < CODES.length; index += 2) codes.push(await one.code(), await other.code());
  expect(codes).toEqual(CODES);
});

test('a counter starts where the account says, and never goes back', async ({ totp }) => {
  const from = (counter: number): Totp => totp(new Worker('1'), `otpauth://hotp/a?secret=${SECRET}&counter=${counter}`);
  expect([await from(3).codeAt(0), await from(3).code(), await from(0).code()]).toEqual([CODES[3], CODES[3], CODES[4]]);
  expect(await from(7).code()).toBe(CODES[7]);
});

test('codeAt() claims no counter-based code, and resync() skips codes', async ({ totp }) => {
  const one = totp(new Worker('1'), COUNTER_BASED);
  expect(await Promise.all([-1, 0, 1].map((offset) => one.codeAt(offset)))).toEqual([CODES[0], CODES[0], CODES[1]]);
  expect(await one.code()).toBe(CODES[0]);
  await one.resync(3);
  expect([await one.codeAt(-1), await one.code()]).toEqual([CODES[3], CODES[4]]);
});

test('a counter-based account without a ledger gives no code, because it could repeat one', async () => {
  const totp = new Totp('alice', readSeed(COUNTER_BASED), new FakeRuntime());
  await expectThrown(() => totp.code(), 'LEDGER_REFUSED', '"alice"', 'HOTP');
});
