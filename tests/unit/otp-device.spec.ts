import { join } from 'node:path';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import type { DeviceCode } from '../../src/otp/otp-device.ts';
import { Totp } from '../../src/otp/totp.ts';
import { PatientWorker } from '../support/fake-worker.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

interface Clock {
  time: number;
}

/** The code of a device, which contains the number of its period. */
function codeAt({ time }: Clock): DeviceCode {
  const step = Math.floor(time / 30_000);
  return { code: String(700_000 + step), step, endsAt: (step + 1) * 30_000 };
}

const test = base.extend<{
  clock: Clock;
  /** The authenticator of a worker. All workers share one device. */
  totp: (runtime: PatientWorker, code?: () => DeviceCode) => Totp;
}>({
  clock: async ({}, use) => await use({ time: 0 }),
  totp: async ({ clock, folder }, use) => {
    const ledger = fileLedger({ folder: join(folder, 'ledger') });
    await use((runtime, code = () => codeAt(clock)) => {
      const device = { name: 'the device "alice phone"', code: async () => code() };
      return new Totp('alice', device, runtime, undefined, () => Promise.resolve(ledger));
    });
  },
});

test('a code is given once, and the title of a wait names the worker that claimed it', async ({ clock, totp }) => {
  const [one, other] = [new PatientWorker('worker 1', clock), new PatientWorker('worker 2', clock)];
  const codes = [await totp(one).code(), await totp(other).code(), await totp(other).code()];
  expect(codes).toEqual(['700000', '700001', '700002']);
  expect(other.titles).toEqual([
    'Wait 30.0 s for the next TOTP code: worker 1 claimed this one',
    'Wait 30.0 s for the next TOTP code: worker 2 claimed this one',
  ]);
});

test('a code that is about to expire is not used', async ({ clock, totp }) => {
  clock.time = 26_000;
  const worker = new PatientWorker('worker 1', clock);
  expect(await totp(worker).code()).toBe('700001');
  expect(worker.titles).toEqual(['Wait 4.0 s for the next TOTP code']);
});

test('a device that always shows the same code is given up', async ({ clock, totp }) => {
  const worker = new PatientWorker('worker 1', clock);
  const stuck = totp(worker, () => ({ ...codeAt({ time: 0 }), endsAt: clock.time + 30_000 }));
  expect(await stuck.code()).toBe('700000');
  await expectThrown(() => stuck.code(), 'CODE_TIMEOUT', '"alice"', 'alice phone', '10 codes in a row');
});

test('a device is an authenticator that gives only the current code', async ({ clock, totp }) => {
  const device = totp(new PatientWorker('worker 1', clock));
  expect([device.isEnrolled, device.isCounterBased]).toEqual([true, false]);
  await expectThrown(() => device.codeAt(-1), 'OTP_SEED_MISSING', 'alice phone', 'only the current code');
});

test('a seed that a test enrolls takes precedence over the device', async ({ clock, totp }) => {
  const both = totp(new PatientWorker('worker 1', clock));
  await both.enroll('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(await both.code()).toBe('755224'); // RFC 4226, appendix D
});
