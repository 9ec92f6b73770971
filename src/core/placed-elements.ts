import type { Frame, Locator } from '@playwright/test';
import { evaluateIn } from './page-script.ts';

/** Place of the elements of a locator: their frame, and a CSS selector. */
interface Place {
  readonly frame: Frame;
  readonly selector: string;
}

const places = new WeakMap<Locator, Place>();

/** Returns a locator for elements of a frame, whose place is known to `evaluateOn()`. */
export function locatorAt(frame: Frame, selector: string): Locator {
  const locator = frame.locator(selector);
  places.set(locator, { frame, selector });
  return locator;
}

/** Returns the frame of the elements of a locator; undefined if their place is not known. */
export function frameOf(locator: Locator): Frame | undefined {
  return places.get(locator)?.frame;
}

/**
 * Calls a function in the page with the elements of a locator, out of reach of the scripts of the page if possible: see
 * `evaluateIn()`.
 *
 * `locator.evaluateAll()` first loads Playwright's selectors into the world of the page, once for each document, which
 * takes longer than most steps of a sign-in. A selector of CSS alone needs none of them.
 *
 * @param value value to pass, of JSON
 * @param call runs in the page, so it cannot use anything from its enclosing scope
 */
export async function evaluateOn<T, A>(
  locator: Locator,
  call: (elements: Element[], value: A) => T,
  value: A,
): Promise<T> {
  const place = places.get(locator);
  if (place) {
    const elements = `[...document.querySelectorAll(${JSON.stringify(place.selector)})]`;
    const found = await evaluateIn<{ value: T } | undefined>(
      place.frame,
      `((elements) => elements.length > 0 ? { value: (${call.toString()})(elements, ${JSON.stringify(value)}) } : undefined)(${elements})`,
    );
    if (found) return found.value;
  }
  // Refs of a snapshot are unknown in the world of the page. A handle comes from the world that knows them.
  if (String(locator).includes('aria-ref=')) {
    const [handle] = await locator.elementHandles();
    const list = await handle?.evaluateHandle((element) => [element as Element]);
    if (list) return await list.evaluate(call as (elements: Element[], value: unknown) => T, value);
  }
  // Elements in shadow roots, and those of other locators.
  return await locator.evaluateAll(call as (elements: Element[], value: unknown) => T, value);
}
