import { expect, test } from '@playwright/test';
import { create, toString } from 'qrcode';
import { readQrCode } from '../../src/otp/qr.ts';
import { drawTextPicture } from '../../src/otp/text-picture.ts';

const URI = 'otpauth://totp/Acme%20Inc:alice@acme.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const { modules } = create(URI);
const drawn = (dark: string, light: string, margin: number): string => {
  const places = Array.from({ length: modules.size + 2 * margin }, (_, index) => index - margin);
  const isDark = (row: number, column: number): boolean =>
    Math.min(row, column) >= 0 && Math.max(row, column) < modules.size && modules.get(row, column) === 1;
  return places.map((row) => places.map((column) => (isDark(row, column) ? dark : light)).join('')).join('\n');
};

test.describe('a QR code in characters is read', () => {
  for (const [name, text] of Object.entries({
    'two characters a module': drawn('██', '  ', 2),
    'one character a module': drawn('█', ' ', 2),
    'without a margin': drawn('##', '\u00a0\u00a0', 0),
    squares: drawn('⬛', '⬜', 1),
    'inverted, as terminals show it': drawn('  ', '██', 2),
  })) {
    test(name, async () => {
      expect(await readQrCode(drawTextPicture(text)!)).toBe(URI);
    });
  }

  test('as a square, also if a module is two characters wide', () => {
    for (const text of [drawn('██', '░░', 2), drawn('█', '░', 2)]) {
      const { width, height } = drawTextPicture(text)!;
      expect(width).toBe(height);
    }
  });

  test('two modules a character', async () => {
    expect(await readQrCode(drawTextPicture(await toString(URI, { type: 'utf8' }))!)).toBe(URI);
  });
});

test('other text is not drawn', () => {
  for (const text of ['JBSW Y3DP\nEHPK 3PXP', '', '█\n█', `${drawn('█', ' ', 2)}\nScan me`]) {
    expect(drawTextPicture(text)).toBeUndefined();
  }
});
