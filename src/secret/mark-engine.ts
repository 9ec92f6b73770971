/** The name of the selector engine that marks elements. */
export const MARK_ENGINE = 'playwright-2fa-mark';

/** The name of the selector engine that compares origins. */
export const ORIGIN_ENGINE = 'playwright-2fa-origin';

/**
 * Creates a selector engine that matches nothing. It marks the elements it searches, so that a script in their document
 * finds them. The engine itself runs in the browser, isolated from the page. A mark may be seen.
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

/** Creates a selector engine that matches an element itself if its document has the origin. It runs isolated, too. */
export const originEngine = (): object => ({
  query: (root: Element, origin: string) => (self.origin === origin ? root : undefined),
  queryAll: (root: Element, origin: string) => (self.origin === origin ? [root] : []),
});
