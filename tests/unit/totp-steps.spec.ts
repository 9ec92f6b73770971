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
const COUNTED = `otpauth://hotp/a?secret=${SECRET}&counter=0`;
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

test('a code is given once: whoever asks again waits for the next, and is shown who took it', async ({ totp }) => {
  const clock = { time: 0 };
  const [one, other] = [new PatientWorker('worker 1', clock), new PatientWorker('worker 2', clock)];
  const uri = `otpauth://totp/a?secret=${SECRET}`;
  const codes = [await totp(one, uri).code(), await totp(other, uri).code(), await totp(other, uri).code()];
  expect(codes).toEqual(CODES.slice(0, 3));
  expect(other.titles).toEqual([
    'Wait 30.0 s for the next TOTP code: worker 1 took this one',
    'Wait 30.0 s for the next TOTP code: worker 2 took this one',
  ]);
  expect([one.extended, other.extended]).toEqual([0, 60_000]);
});

test('who has to stand in line is shown how long it is, and the two ways out', async ({ totp }) => {
  const workers = ['1', '2', '3'].map((number) => new Worker(`worker ${number}`));
  const codes = await Promise.all(workers.map((worker) => totp(worker).code()));
  expect(new Set(codes).size).toBe(3);
  const lines = workers.flatMap(({ titles }) => titles.filter((title) => title.startsWith('Wait in line')));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^Wait in line for a TOTP code of alice: worker \d .* one in 1 s\. A profile .* personas/);
  // Two are before the last: their codes and its own may take three periods.
  expect(Math.max(...workers.map(({ granted }) => granted))).toBeGreaterThanOrEqual(3000);
});

test('who cannot wait any longer is told for whom it waited', async ({ totp }) => {
  let inLine = (): void => undefined;
  const held = new Promise<void>((resolve) => (inLine = resolve));
  const first = new Worker('worker 1', { now: () => 29_000 }); // waits for a clock that stands still
  first.step = async (_title, _body) => await new Promise<never>(() => inLine());
  void totp(first, `otpauth://totp/a?secret=${SECRET}`).code();
  await held;
  const second = new FakeRuntime({ now: () => 29_000, deadline: 29_300 });
  const work = (): Promise<string> => totp(second, `otpauth://totp/a?secret=${SECRET}`).code();
  await expectThrown(work, 'CODE_TIMEOUT', '"alice"', 'worker 1', 'one code in 30 s', 'A profile');
});

test('two authenticators do not wait for each other', async ({ totp }) => {
  const other = `otpauth://totp/b?secret=MZXW6YTBOI&period=30`;
  const runtime = new FakeRuntime({ now: () => 0 });
  await Promise.all([totp(runtime, `otpauth://totp/a?secret=${SECRET}&period=30`).code(), totp(runtime, other).code()]);
  expect(runtime.titles).toEqual([]);
});

test('the clock of the site decides, where it is told', async ({ totp }) => {
  const runtime = Object.assign(new FakeRuntime({ now: () => 0 }), { clockSkew: 90_000 });
  expect(await totp(runtime, `otpauth://totp/a?secret=${SECRET}`).code()).toBe(CODES[3]);
  expect(await totp(runtime, `otpauth://totp/a?secret=${SECRET}`).codeAt(-1)).toBe(CODES[2]);
});

test('counted codes of RFC 4226, appendix D, come one after the other, whoever asks', async ({ totp }) => {
  const [one, other] = [totp(new Worker('1'), COUNTED), totp(new Worker('2'), COUNTED)];
  const codes: string[] = [];
  for (let taken = 0; taken < CODES.length; taken += 2) codes.push(await one.code(), await other.code());
  expect(codes).toEqual(CODES);
});

test('counting begins where the account says, and never goes back', async ({ totp }) => {
  const from = (counter: number): Totp => totp(new Worker('1'), `otpauth://hotp/a?secret=${SECRET}&counter=${counter}`);
  expect([await from(3).codeAt(0), await from(3).code(), await from(0).code()]).toEqual([CODES[3], CODES[3], CODES[4]]);
  expect(await from(7).code()).toBe(CODES[7]);
});

test('looking at counted codes takes none, and codes can be left out after a refusal', async ({ totp }) => {
  const one = totp(new Worker('1'), COUNTED);
  expect(await Promise.all([-1, 0, 1].map((offset) => one.codeAt(offset)))).toEqual([CODES[0], CODES[0], CODES[1]]);
  expect(await one.code()).toBe(CODES[0]);
  await one.resync(3);
  expect([await one.codeAt(-1), await one.code()]).toEqual([CODES[3], CODES[4]]);
});

test('a counted account without a ledger gives no code, as it could repeat one', async () => {
  const totp = new Totp('alice', readSeed(COUNTED), new FakeRuntime());
  await expectThrown(() => totp.code(), 'LEDGER_REFUSED', '"alice"', 'HOTP');
});
