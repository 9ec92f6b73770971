import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { TwoFactorError } from '../core/errors.ts';
import type { Picture } from './text-picture.ts';

/** Maximum size of an image, in bytes. */
const MAX_IMAGE = 16 * 1024 * 1024;

/**
 * Reads the text of the only QR code in a PNG or JPEG image, or in pixels.
 *
 * @throws TwoFactorError `OTP_SEED_INVALID` if the image contains no QR code, or several
 */
export async function readQrCode(image: Uint8Array | Picture): Promise<string> {
  const texts = await readQrCodes(image);
  if (texts.length > 1) throw unreadable(`the image contains ${texts.length} QR codes`);
  if (!texts[0]) throw unreadable('the image contains no readable QR code');
  return texts[0];
}

/**
 * Reads the texts of all QR codes in a PNG or JPEG image, or in pixels. Each different text once.
 *
 * @throws TwoFactorError `OTP_SEED_INVALID` if the image cannot be read
 */
export async function readQrCodes(image: Uint8Array | Picture): Promise<string[]> {
  const { length } = image instanceof Uint8Array ? image : image.data;
  if (length > MAX_IMAGE) throw unreadable(`the image has ${length} bytes, more than ${MAX_IMAGE}`);
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader');
  // By default the package fetches its WebAssembly from a CDN.
  const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
  const found = await readBarcodes(image as Uint8Array | ImageData, {
    formats: ['QRCode'],
    tryHarder: true,
    tryInvert: true,
  }).catch((error: unknown) => {
    throw unreadable('the image is not a PNG or JPEG file', error);
  });
  return [...new Set(found.map(({ text }) => text))].filter(Boolean);
}

function unreadable(seen: string, cause?: unknown): TwoFactorError {
  const text = `Could not read the QR code of the authenticator: ${seen}. Pass an image or a locator of the QR code alone, or the seed that the site shows beside it.`;
  return new TwoFactorError('OTP_SEED_INVALID', text, { cause });
}
