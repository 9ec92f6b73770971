import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { TwoFactorError } from '../core/errors.ts';

/** The largest picture that is looked at, in bytes. */
const MAX_IMAGE = 16 * 1024 * 1024;

/**
 * The text of the one QR code in a PNG or JPEG picture.
 *
 * @throws TwoFactorError `OTP_SEED_INVALID` when there is none, or more than one.
 */
export async function readQrCode(image: Uint8Array): Promise<string> {
  if (image.length > MAX_IMAGE) throw unreadable(`the picture has ${image.length} bytes, more than ${MAX_IMAGE}`);
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader');
  // Without this the package would fetch its WebAssembly from a host on the net.
  const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
  const found = await readBarcodes(image, { formats: ['QRCode'], tryHarder: true, tryInvert: true }).catch(
    (error: unknown) => {
      throw unreadable('the picture is no PNG or JPEG', error);
    },
  );
  const texts = [...new Set(found.map(({ text }) => text))];
  if (texts.length > 1) throw unreadable(`there are ${texts.length} QR codes in the picture`);
  if (!texts[0]) throw unreadable('there is no readable QR code in the picture');
  return texts[0];
}

function unreadable(seen: string, cause?: unknown): TwoFactorError {
  const text = `Could not read the authenticator's QR code: ${seen}. Give a picture, or a locator, of the QR code alone, or the seed that the site shows beside it.`;
  return new TwoFactorError('OTP_SEED_INVALID', text, { cause });
}
