import type { Region } from './view.ts';

/** How the reader in the page tells where on the page something stands. */
export interface PageRegions {
  readonly isDialog: (element: Element) => boolean;
  /** Where an element stands that is in another: what is in the header of a dialog is in the dialog. */
  readonly regionOf: (element: Element, outer: Region) => Region;
}

/** Runs in the page, so it may use nothing from around it. */
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
