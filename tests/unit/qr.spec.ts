import { expect, test } from '@playwright/test';
import { type QRCodeToBufferOptions, toBuffer } from 'qrcode';
import { readSeed } from '../../src/otp/seed.ts';
import { Totp } from '../../src/otp/totp.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { expectThrown } from '../support/thrown.ts';

const URI = 'otpauth://totp/Acme%20Inc:alice@acme.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const BLANK = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
);

async function codeFrom(image: Uint8Array): Promise<string> {
  const totp = new Totp('alice', undefined, new FakeRuntime({ now: () => 0 }));
  await totp.enroll(image);
  return await totp.code();
}

test.describe('a QR code is read', () => {
  const inverted = { dark: '#ffffff', light: '#000000' };
  for (const [name, options] of Object.entries({
    'in black and white': {},
    'inverted, as dark pages show it': { color: inverted },
    'in color': { color: { dark: '#123456', light: '#ffeedd' } },
    'without a margin': { margin: 0 },
    small: { scale: 2 },
    large: { scale: 20 },
    'with high error correction': { errorCorrectionLevel: 'H' },
  } satisfies Record<string, QRCodeToBufferOptions>)) {
    test(name, async () => {
      expect(await codeFrom(await toBuffer(URI, options))).toBe('755224');
    });
  }

  test('that contains the seed alone', async () => {
    expect(await codeFrom(await toBuffer('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'))).toBe('755224');
  });
});

test.describe('an image is refused', () => {
  for (const [name, image, reason] of [
    ['that contains no QR code', () => BLANK, 'no readable QR code'],
    [
      'of another type',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      /not a PNG or JPEG|no readable QR code/,
    ],
    ['that is empty', () => new Uint8Array(), /not a PNG or JPEG|no readable QR code/],
    ['that is too large', () => new Uint8Array(17 * 1024 * 1024), 'bytes, more than'],
    ['whose QR code contains a link', () => toBuffer('https://acme.example/setup'), 'not Base32'],
  ] as const) {
    test(name, async () => {
      await expectThrown(async () => codeFrom(await image()), 'OTP_SEED_INVALID', reason);
    });
  }
});

test('the seed from an image gives the codes of its URI', async () => {
  const runtime = new FakeRuntime({ now: () => 0 });
  expect(await codeFrom(await toBuffer(URI))).toBe(await new Totp('alice', readSeed(URI), runtime).code());
});
