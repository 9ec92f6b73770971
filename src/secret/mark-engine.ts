/** The name of the selector engine that marks elements. */
export const MARK_ENGINE = 'playwright-2fa-mark';

/**
 * Creates a selector engine that matches nothing. It marks the elements it searches, so that a script in the page finds
 * them. The engine itself runs in the browser, isolated from the page.
 *
 * @see https://playwright.dev/docs/extensibility#custom-selector-engines
 */
export const markEngine = (): object => ({
  query: () => undefined,
  queryAll(root: Element, mark: string): Element[] {
    root.setAttribute('data-playwright-2fa-mark', mark);
    return [];
  },
});
