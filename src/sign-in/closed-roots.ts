import type { Page } from '@playwright/test';
import { callIn } from '../core/page-script.ts';

/** Minimum size of an element that may hold a form, in pixels. */
const MIN_SIZE = 16;

/**
 * Returns the names of custom elements that show something although they have neither children nor an open shadow root,
 * such as `acme-login`. They draw it in a closed shadow root, which no program can read.
 *
 * @see https://dom.spec.whatwg.org/#dom-element-attachshadow
 */
export async function closedRootsOf(page: Page): Promise<string[]> {
  const names = await callIn(page.mainFrame(), findInPage, MIN_SIZE).catch(() => []);
  return [...new Set(names)].filter((name) => /^[a-z][\w.-]{0,60}$/.test(name));
}

/** Runs in the page. */
function findInPage(minSize: number): string[] {
  return [...document.querySelectorAll('*')]
    .filter((element) => {
      const { localName, shadowRoot, childElementCount, textContent } = element;
      const isCustom = localName.includes('-') && element.matches(':defined');
      return isCustom && !shadowRoot && childElementCount === 0 && textContent.trim() === '';
    })
    .filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      return width >= minSize && height >= minSize;
    })
    .map(({ localName }) => localName);
}
