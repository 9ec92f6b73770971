import type { Region } from './view.ts';

/** In-page functions for the regions of a page. */
export interface PageRegions {
  readonly isDialog: (element: Element) => boolean;
  /** Returns the region of an element, given the region around it. The header of a dialog counts as the dialog. */
  readonly regionOf: (element: Element, outer: Region) => Region;
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function pageRegions(): PageRegions {
  const REGIONS: Readonly<Record<string, Region>> = {
    NAV: 'nav',
    HEADER: 'header',
    FOOTER: 'footer',
    ASIDE: 'aside',
    MAIN: 'main',
    navigation: 'nav',
    banner: 'header',
    contentinfo: 'footer',
    complementary: 'aside',
    main: 'main',
  };

  const isDialog = (element: Element): boolean => {
    const role = element.getAttribute('role');
    if (element.tagName === 'DIALOG' || role === 'dialog' || role === 'alertdialog') return true;
    return element.getAttribute('aria-modal') === 'true';
  };
  const regionOf = (element: Element, outer: Region): Region => {
    if (isDialog(element)) return 'dialog';
    const region = REGIONS[element.getAttribute('role') ?? ''] ?? REGIONS[element.tagName];
    return region === undefined || (outer !== '' && outer !== 'main') ? outer : region;
  };

  return { isDialog, regionOf };
}
