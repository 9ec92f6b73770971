/** How the reader in the page tells links, and those that lead nowhere else. */
export interface PageLinks {
  readonly isLink: (element: Element) => boolean;
  /** Whether a link leads to where the page is already. */
  readonly isHere: (element: Element) => boolean;
}

/** Runs in the page, so it may use nothing from around it. */
export function pageLinks(): PageLinks {
  const isLink = (element: Element): boolean =>
    (element.tagName === 'A' && (element.hasAttribute('href') || element.hasAttribute('onclick'))) ||
    element.getAttribute('role') === 'link';

  const withoutPlace = (address: string): string => address.split('#', 1)[0] ?? '';
  const here = withoutPlace(location.href);
  const last = location.pathname.split('/').pop() ?? '';
  const isHere = (element: Element): boolean => {
    if (/^(?:page|true)$/.test(element.getAttribute('aria-current') ?? '')) return true;
    const address = element.getAttribute('href') ?? '';
    // A link to a place on the page, or to nothing, is a button to its script.
    if (address === '' || address.startsWith('#')) return false;
    // To resolve an address takes long; most do not even end as that of the page does.
    if (!address.startsWith('?') && !address.includes(last)) return false;
    return element instanceof HTMLAnchorElement && withoutPlace(element.href) === here;
  };

  return { isLink, isHere };
}
