import { expect, test } from '@playwright/test';
import type { OtpSeed } from '../../src/otp/seed.ts';
import { readSeed } from '../../src/otp/seed.ts';
import { Totp } from '../../src/otp/totp.ts';
import { variableOf } from '../../src/persona/credential-sources.ts';
import { FakeRuntime, LeapingRuntime } from '../support/fake-runtime.ts';
import { expectThrown } from '../support/thrown.ts';

const DIGITS = '1234567890'.repeat(7);
/** The key of RFC 4226 appendix D. */
const RFC_4226: OtpSeed = { ...seedOf('sha1', 20), digits: 6 };

function seedOf(algorithm: OtpSeed['algorithm'], bytes: number): OtpSeed {
  return { key: Buffer.from(DIGITS.slice(0, bytes)), algorithm, digits: 8, period: 30 };
}

/** Returns an authenticator whose clock is stopped, in seconds. */
function totpAt(seconds: number, seed?: OtpSeed): Totp {
  return new Totp('alice', seed, new FakeRuntime({ now: () => seconds * 1000 }));
}

test.describe('the codes of RFC 6238, appendix B', () => {
  for (const [seconds, sha1, sha256, sha512] of [
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [1111111111, '14050471', '67062674', '99943326'],
    [1234567890, '89005924', '91819424', '93441116'],
    [2000000000, '69279037', '90698825', '38618901'],
    [20000000000, '65353130', '77737706', '47863826'],
  ] as const) {
    test(`at ${seconds} s`, async () => {
      const seeds = [seedOf('sha1', 20), seedOf('sha256', 32), seedOf('sha512', 64)];
      expect(await Promise.all(seeds.map((seed) => totpAt(seconds, seed).codeAt(0)))).toEqual([sha1, sha256, sha512]);
    });
  }
});

test('the codes of RFC 4226, appendix D, follow each other, one per period', async () => {
  const codes = [755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489].map(String);
  expect(await Promise.all(codes.map((_, step) => totpAt(30 * step, RFC_4226).code()))).toEqual(codes);
});

test('codeAt() returns earlier and later codes', async () => {
  const totp = totpAt(65, RFC_4226);
  expect(await Promise.all([-2, -1, 0, 1, 2].map((offset) => totp.codeAt(offset)))).toEqual([
    '755224',
    '287082',
    '359152',
    '969429',
    '338314',
  ]);
});

test.describe('a code', () => {
  test('that is valid for 5 s more is returned at once', async () => {
    const runtime = new LeapingRuntime(25_000, 5000);
    expect(await new Totp('alice', RFC_4226, runtime).code()).toBe('755224');
    expect(runtime.titles).toEqual([]);
  });

  test('that expires sooner is replaced by the next one, and the wait is shown', async () => {
    const runtime = new LeapingRuntime(25_001, 4999);
    expect(await new Totp('alice', RFC_4226, runtime).code()).toBe('287082');
    expect(runtime.titles).toEqual(['Wait 5.0 s for the next TOTP code']);
  });

  for (const [left, isAwaited] of [
    [500, false],
    [499, true],
  ] as const) {
    test(`with a period of 1 s is ${isAwaited ? 'replaced by the next one' : 'returned at once'} with ${left} ms left`, async () => {
      const runtime = new LeapingRuntime(1000 - left, left);
      const code = await new Totp('alice', { ...RFC_4226, period: 1 }, runtime).code();
      expect([code, runtime.titles.length]).toEqual(isAwaited ? ['287082', 1] : ['755224', 0]);
    });
  }

  test('after a wait is never the old one, by the clock of the machine', async () => {
    const started = performance.now();
    const runtime = new FakeRuntime({ now: () => 29_800 + performance.now() - started });
    expect(await new Totp('alice', RFC_4226, runtime).code()).toBe('287082');
    expect(runtime.titles).toEqual([expect.stringMatching(/^Wait 0\.[012] s/)]);
  });
});

test.describe('a persona without an authenticator has no code', () => {
  for (const name of ['alice', 'alice-smith', 'Alice (2)', 'job.1']) {
    test(`${name}, and the error names the variable for its seed`, async () => {
      const totp = new Totp(name, undefined, new FakeRuntime());
      await expectThrown(() => totp.code(), 'OTP_SEED_MISSING', `"${name}"`, `${variableOf(name, 'totp')}.`, 'enroll');
      await expectThrown(() => totp.codeAt(-1), 'OTP_SEED_MISSING');
    });
  }
});

test('enroll() replaces the seed at once, and is a step of its own', async () => {
  const runtime = new FakeRuntime({ now: () => 0 });
  const totp = new Totp('alice', readSeed('MZXW6YTBOI'), runtime);
  await totp.enroll('otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(await totp.code()).toBe('755224');
  expect(runtime.titles).toEqual(['Enroll authenticator']);
});

test('a failed enroll() leaves the authenticator unchanged', async () => {
  const totp = totpAt(0, RFC_4226);
  await expectThrown(() => totp.enroll('123456'), 'OTP_SEED_INVALID');
  expect(await totp.code()).toBe('755224');
});
