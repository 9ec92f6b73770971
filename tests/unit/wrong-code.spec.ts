import { expect, test } from '@playwright/test';
import { generateCode } from '../../src/otp/generate.ts';
import { readSeed } from '../../src/otp/seed.ts';
import { Totp } from '../../src/otp/totp.ts';
import { generateWrongCode } from '../../src/otp/wrong-code.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { expectThrown } from '../support/thrown.ts';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const SEEDS = {
  TOTP: `otpauth://totp/a?secret=${SECRET}`,
  'TOTP of 8 digits': `otpauth://totp/a?secret=${SECRET}&digits=8`,
  HOTP: `otpauth://hotp/a?secret=${SECRET}&counter=1000`,
  Steam: `steam://${SECRET}`,
};
const FACTOR = 1000;

for (const [name, uri] of Object.entries(SEEDS)) {
  const seed = readSeed(uri);

  test(`a wrong code of ${name} has the form of a right one, and is none of those around it`, async () => {
    const [first, last] = [FACTOR - 20, FACTOR + (name === 'HOTP' ? 100 : 20)];
    const factors = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const right = await Promise.all(factors.map((factor) => generateCode(seed, factor)));
    const characters = name === 'Steam' ? '23456789BCDFGHJKMNPQRTVWXY' : '0123456789';
    const numberOf = (code: string): number =>
      [...code].reduce((number, character) => number * characters.length + characters.indexOf(character), 0);
    // Chance hits each right code.
    for (const code of right) {
      const wrong = await generateWrongCode(seed, FACTOR, () => numberOf(code));
      expect(right).not.toContain(wrong);
      expect(wrong).toMatch(new RegExp(`^[${characters}]{${code.length}}$`));
      expect(wrong).not.toBe(code);
    }
    // The last code of all is followed by the first.
    expect(await generateWrongCode(seed, FACTOR, (limit) => limit - 1)).toHaveLength(right[0]?.length ?? 0);
    expect(new Set(await Promise.all(right.map(() => generateWrongCode(seed, FACTOR)))).size).toBeGreaterThan(1);
  });
}

test('a wrong code claims nothing, and follows the clock of the site and the counter', async () => {
  const ledger = new MemoryLedger();
  const runtime = new FakeRuntime({ now: () => 30_000 * FACTOR + 1000 });
  for (const uri of [SEEDS.TOTP, SEEDS.HOTP]) {
    const totp = new Totp('alice', readSeed(uri), runtime, undefined, () => Promise.resolve(ledger));
    await totp.wrongCode();
    expect(await totp.code()).toBe(await generateCode(readSeed(uri), FACTOR));
  }
});

test('a persona without a seed has no wrong codes', async () => {
  await expectThrown(() => new Totp('alice', undefined, new FakeRuntime()).wrongCode(), 'OTP_SEED_MISSING');
});
