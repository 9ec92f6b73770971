import type { Locator } from '@playwright/test';
import { readQrCode } from './qr.ts';
import { type OtpSeed, readSeed } from './seed.ts';

/** How long a page may take to fill in what it shows, in milliseconds. */
const SHOWN_WITHIN = 10_000;

/** The seed that an element shows. Text first: it is exact, and a page often shows it beside the picture. */
export async function readShownSeed(locator: Locator): Promise<OtpSeed> {
  await locator.waitFor();
  const text = await locator.evaluate(shownText, SHOWN_WITHIN);
  const uri = /otpauth:\/\/\S+/i.exec(text)?.[0];
  if (uri ?? text) return readSeed(uri ?? text);
  return readSeed(await readQrCode(await locator.screenshot()));
}

/** Runs in the page: waits until the element has words, or a picture that is loaded. */
async function shownText(element: Element, within: number): Promise<string> {
  const until = performance.now() + within;
  const pictures = (): Element[] =>
    [element, ...element.querySelectorAll('*')].filter((one) => one.matches('img, svg, canvas'));
  const isLoaded = (one: Element): boolean =>
    !(one instanceof HTMLImageElement) || (one.complete && one.naturalWidth > 0);
  for (;;) {
    const text = ('value' in element ? String(element.value) : (element.textContent ?? '')).trim();
    if (text || pictures().some(isLoaded) || performance.now() > until) return text;
    await new Promise(requestAnimationFrame);
  }
}
