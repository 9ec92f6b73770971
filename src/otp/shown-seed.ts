import type { Locator } from '@playwright/test';
import { readQrCode } from './qr.ts';
import { type OtpSeed, readSeed } from './seed.ts';

/** Maximum wait for the content of the element, in milliseconds. */
const CONTENT_TIMEOUT = 10_000;

/** Reads the seed that an element shows. Prefers text to the QR code: it is exact, and is often there, too. */
export async function readShownSeed(locator: Locator): Promise<OtpSeed> {
  await locator.waitFor();
  const text = await locator.evaluate(waitForContent, CONTENT_TIMEOUT);
  const uri = /otpauth:\/\/\S+/i.exec(text)?.[0];
  if (uri ?? text) return readSeed(uri ?? text);
  return readSeed(await readQrCode(await locator.screenshot()));
}

/** Runs in the page: waits until the element has text or a loaded image, and returns the text. */
async function waitForContent(element: Element, timeout: number): Promise<string> {
  const deadline = performance.now() + timeout;
  const images = (): Element[] =>
    [element, ...element.querySelectorAll('*')].filter((candidate) => candidate.matches('img, svg, canvas'));
  const isLoaded = (image: Element): boolean =>
    !(image instanceof HTMLImageElement) || (image.complete && image.naturalWidth > 0);
  for (;;) {
    const text = ('value' in element ? String(element.value) : (element.textContent ?? '')).trim();
    if (text || images().some(isLoaded) || performance.now() > deadline) return text;
    await new Promise(requestAnimationFrame);
  }
}
