import type { Page } from '@playwright/test';
import type { PageSnapshot } from '../challenge/page-snapshot.ts';
import { readPageSeeds } from '../challenge/page/page-seeds.ts';
import { TwoFactorError } from '../core/errors.ts';
import { readQrCodes } from '../otp/qr.ts';
import { type OtpSeed, encodeBase32, readSeed } from '../otp/seed.ts';
import { drawTextPicture } from '../otp/text-picture.ts';

/** An authenticator that a page offers. */
export interface ShownAuthenticator {
  /** The `otpauth://` URI of the page, else one that is made of the seed. */
  readonly uri: string;
  readonly seed: OtpSeed;
}

/** Smallest picture that may be a QR code, in CSS pixels. */
const MIN_SIZE = 60;
/** Styles under which the page is photographed, until a QR code is readable. A blur joins the dots of a styled one. */
const STYLES = [undefined, ...['1px', '2px', '3px'].map((radius) => `:root { filter: blur(${radius}) }`)];
/** Maximum time of a photograph, in milliseconds. */
const PHOTO_TIMEOUT = 10_000;

/**
 * Reads the authenticator that a page shows: an `otpauth://` URI, a QR code, or a seed in Base32, in this order. A seed
 * alone says neither the number of digits nor the period.
 *
 * @param label issuer and account, for a URI that the page does not give: `Acme:alice`
 * @returns undefined if the page shows none
 * @throws TwoFactorError `OTP_SEED_INVALID` if it shows several
 */
export async function readShownAuthenticator(
  page: Page,
  snapshot: PageSnapshot,
  label: string,
): Promise<ShownAuthenticator | undefined> {
  const { uris, texts, drawings } = await readPageSeeds(page);
  const written = only(uris.flatMap((uri) => toSeed(uri, uri)));
  if (written) return written;
  const drawn = await Promise.all(drawings.map((drawing) => readDrawing(drawing)));
  const scanned = only([...drawn.flat(), ...(await photographed(page, snapshot))].flatMap((uri) => toSeed(uri, uri)));
  if (scanned) return scanned;
  return only(texts.flatMap((text) => toSeed(text, undefined, label)));
}

/** Reads the QR codes of authenticators on a page. Codes for other things do not count, such as one to get an app. */
async function photographed(page: Page, snapshot: PageSnapshot): Promise<string[]> {
  const hasPicture = snapshot.pictures.some(
    ({ visible, width, height }) => visible && width >= MIN_SIZE && Math.abs(width - height) <= 0.2 * width,
  );
  for (const style of hasPicture ? STYLES : STYLES.slice(0, 1)) {
    const options = { fullPage: true, timeout: PHOTO_TIMEOUT, ...(style === undefined ? {} : { style }) };
    const image = await page.screenshot(options).catch(() => undefined);
    const found = image ? (await readQrCodes(image).catch(() => [])).filter(isAuthenticator) : [];
    if (found.length > 0) return found;
  }
  return [];
}

async function readDrawing(text: string): Promise<string[]> {
  const picture = drawTextPicture(text);
  return picture ? (await readQrCodes(picture).catch(() => [])).filter(isAuthenticator) : [];
}

function isAuthenticator(text: string): boolean {
  return /^(?:otpauth|steam):/i.test(text);
}

function toSeed(text: string, uri: string | undefined, label = ''): ShownAuthenticator[] {
  try {
    const seed = readSeed(text);
    return [{ seed, uri: uri ?? uriOf(seed, label) }];
  } catch {
    return [];
  }
}

/** Returns the only authenticator of a list, which may name it several times. */
function only(found: readonly ShownAuthenticator[]): ShownAuthenticator | undefined {
  const different = new Map(found.map((one) => [encodeBase32(one.seed.key), one]));
  if (different.size > 1) {
    const text = `The page shows the seeds of ${different.size} authenticators.\nNext: Enroll one of them with totp.enroll() and its locator.`;
    throw new TwoFactorError('OTP_SEED_INVALID', text);
  }
  return different.values().next().value;
}

function uriOf({ key }: OtpSeed, label: string): string {
  const [issuer = ''] = label.split(':');
  const name = label.split(':').map(encodeURIComponent).join(':');
  return `otpauth://totp/${name}?secret=${encodeBase32(key)}&issuer=${encodeURIComponent(issuer)}`;
}
