import { expect, test } from '@playwright/test';
import { encodeBase32, readSeed } from '../../src/otp/seed.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import { SecretSet } from '../../src/redaction/secret-set.ts';

const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const groups = (size: number, separator: string): string =>
  (SEED.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(separator);

for (const [name, spelling] of Object.entries({
  'small letters': SEED.toLowerCase(),
  'small letters with dashes': groups(4, '-').toLowerCase(),
  'groups of five': groups(5, ' '),
  'groups of eight': groups(8, ' '),
  'groups of three': groups(3, ' '),
  'no-break spaces': groups(4, '\u00a0'),
  'narrow no-break spaces': groups(4, '\u202f').toLowerCase(),
  dots: groups(4, '.'),
  'en dashes': groups(4, '\u2013'),
  'single letters': groups(1, ' '),
})) {
  test(`a seed is read and redacted in ${name}`, () => {
    expect(encodeBase32(readSeed(spelling).key)).toBe(SEED);
    const redactor = new Redactor(new SecretSet([[SEED, 'alice/totp seed']]));
    for (const text of [`Your key: ${spelling} (keep it)`, JSON.stringify({ snapshot: ['P', {}, spelling] })]) {
      const clean = redactor.values(text);
      expect(clean).not.toContain(spelling);
      expect(clean).toContain('alice/totp seed');
    }
  });
}
