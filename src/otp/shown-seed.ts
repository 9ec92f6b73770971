import type { Locator } from '@playwright/test';
import { sleep } from '../core/abortable.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { withTimeLimit } from '../core/time-limit.ts';
import { FillTarget } from '../secret/fill-target.ts';
import { readQrCode } from './qr.ts';
import { type OtpSeed, readSeed } from './seed.ts';
import { drawTextPicture } from './text-picture.ts';

/** Maximum wait for the content of the element, in milliseconds. */
const CONTENT_TIMEOUT = 10_000;
/** A page that does not answer is given up this long after the timeout, in milliseconds. */
const HANG_MARGIN = 1000;
/** Pause between two looks at an element without content, in milliseconds. */
const PAUSE = 50;
/**
 * Styles under which an element is photographed, until its QR code is readable. A blur joins the dots of a styled one.
 */
const STYLES = [undefined, ...['1px', '2px', '3px', '4px'].map((radius) => `:root { filter: blur(${radius}) }`)];

/** Visible content of an element, and the URI that it carries. */
interface Content {
  /** The `otpauth:` or `steam:` URI of its text, of its link, or of another attribute. */
  readonly uri: string;
  readonly text: string;
  /** Its text in the lines in which it is shown. */
  readonly lines: string;
  /** True if it has a loaded image, a background image, or many elements without text. */
  readonly isPicture: boolean;
}

const NO_CONTENT: Content = { uri: '', text: '', lines: '', isPicture: false };

/**
 * Reads the seed that an element shows. Prefers text to the QR code: it is exact, and is often there, too.
 *
 * @param timeout maximum time, in milliseconds
 * @throws TwoFactorError `OTP_SEED_INVALID`
 */
export async function readShownSeed(locator: Locator, timeout: number): Promise<OtpSeed> {
  const visible = locator.waitFor({ timeout }).catch((error: unknown) => {
    const isLate = String(error).includes('Timeout');
    const text = `${String(locator)} ${isLate ? `did not appear within ${timeout} ms` : `cannot be read: ${reasonOf(error)}`}.`;
    throw new TwoFactorError('OTP_SEED_INVALID', text, { cause: error });
  });
  const seed = visible.then(() => readVisible(locator));
  return await withTimeLimit(seed, timeout + HANG_MARGIN, () => {
    const text = `The page of ${String(locator)} did not answer within ${timeout} ms. It may show a dialog, or run a script without an end.`;
    return new TwoFactorError('OTP_SEED_INVALID', text);
  });
}

async function readVisible(locator: Locator): Promise<OtpSeed> {
  const { uri, text, lines, isPicture } = await waitForContent(locator);
  if (uri) return readSeed(uri);
  const drawn = drawTextPicture(lines);
  if (drawn) return readSeed(await readQrCode(drawn));
  if (!text) return readSeed(await readPhotograph(locator));
  try {
    return readSeed(text);
  } catch (error) {
    // The text may be the title of the picture.
    if (!isPicture) throw error;
    return readSeed(
      await readPhotograph(locator).catch(() => {
        throw error;
      }),
    );
  }
}

/** Waits until the element has content. The clock is Node's: a test may stop the clock of the page. */
async function waitForContent(locator: Locator): Promise<Content> {
  const deadline = performance.now() + CONTENT_TIMEOUT;
  const target = new FillTarget(locator);
  for (;;) {
    const content = await target.read(readContent);
    if (content?.uri || content?.text || content?.isPicture) return content;
    if (performance.now() > deadline) return content ?? NO_CONTENT;
    await sleep(PAUSE);
  }
}

async function readPhotograph(locator: Locator): Promise<string> {
  let failure: unknown;
  for (const style of STYLES) {
    try {
      return await readQrCode(await locator.screenshot(style === undefined ? {} : { style }));
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** Runs in the page. */
function readContent(element: Element): Content {
  const text = ('value' in element ? String(element.value) : (element.textContent ?? '')).trim();
  const all = [element, ...element.querySelectorAll('*')].slice(0, 20_000);
  const link = element.closest('a');
  const attributes = [...(link ? [link] : []), ...all].flatMap((one) => [...one.attributes].map(({ value }) => value));
  const isUri = (value: string): boolean => /^\s*(?:otpauth|steam):/i.test(value);
  const isLoaded = (one: Element): boolean =>
    one.matches('img, svg, canvas') && (!(one instanceof HTMLImageElement) || (one.complete && one.naturalWidth > 0));
  const hasBackground = (one: Element): boolean => getComputedStyle(one).backgroundImage !== 'none';
  const isPicture = all.some(isLoaded) || all.slice(0, 500).some(hasBackground) || (text === '' && all.length > 400);
  return {
    uri: /(?:otpauth|steam):\/\/\S+/i.exec(text)?.[0] ?? attributes.find(isUri)?.trim() ?? '',
    text,
    lines: element instanceof HTMLElement ? element.innerText : text,
    isPicture,
  };
}
