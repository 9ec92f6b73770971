import { expect, test } from '@playwright/test';
import { generateCode } from '../../src/otp/generate.ts';
import { readSeed } from '../../src/otp/seed.ts';
import { normalizeOtp } from '../../src/vault/otp.ts';

const SEED = '63BEDWCQZKTQWPESARIERL5DTTQFCJTK';
const SPELLINGS = [
  `steam://${SEED}`,
  `otpauth://totp/Steam:alice?secret=${SEED}&issuer=Valve&encoder=steam`,
  `otpauth://totp/Steam:alice?secret=${SEED}&issuer=Steam`,
  `otpauth://totp/alice?secret=${SEED}&issuer=Steam&digits=6`,
  `otpauth://totp/Steam%3Aalice?secret=${SEED}&digits=5`,
  `otpauth://steam/alice?secret=${SEED}`,
];

for (const spelling of SPELLINGS) {
  test(`a Steam account has codes of Steam Guard: ${spelling.replace(SEED, '…')}`, async () => {
    for (const text of [spelling, normalizeOtp(spelling, 'alice')]) {
      const seed = readSeed(text);
      expect(await generateCode(seed, Math.floor(1_511_200_518 / 30))).toBe('FR8RV');
      expect(await generateCode(seed, Math.floor(1_511_200_714 / 30))).toBe('9P3VP');
    }
  });
}

test('another account with the word in its name has six digits', async () => {
  for (const label of ['Steamline:alice', 'alice@steam.example']) {
    expect(readSeed(`otpauth://totp/${label}?secret=${SEED}`)).toMatchObject({ digits: 6 });
  }
});
