/** The name of the selector engine that marks elements. */
export const MARK_ENGINE = 'playwright-2fa-mark';

/**
 * A selector engine (https://playwright.dev/docs/extensibility#custom-selector-engines) that finds nothing, and marks
 * the elements it looks into, so that the page's own world finds them. It runs in the browser, apart from the page.
 */
export const markEngine = (): object => ({
  query: () => undefined,
  queryAll(root: Element, mark: string): Element[] {
    root.setAttribute('data-playwright-2fa-mark', mark);
    return [];
  },
});
