/** In-page functions for links. */
export interface PageLinks {
  readonly isLink: (element: Element) => boolean;
  /** True if a link leads to the current page. */
  readonly isSelfLink: (element: Element) => boolean;
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function pageLinks(): PageLinks {
  const isLink = (element: Element): boolean =>
    // A link of a script has no `href`. An anchor has a name, and nothing else.
    (element.tagName === 'A' && (element.hasAttribute('href') || !element.hasAttribute('name'))) ||
    element.getAttribute('role') === 'link';

  const withoutFragment = (url: string): string => url.split('#', 1)[0] ?? '';
  const current = withoutFragment(location.href);
  const lastSegment = location.pathname.split('/').pop() ?? '';
  const isSelfLink = (element: Element): boolean => {
    if (/^(?:page|true)$/.test(element.getAttribute('aria-current') ?? '')) return true;
    const url = element.getAttribute('href') ?? '';
    // A link to a fragment, or without a URL, works as a button of a script.
    if (url === '' || url.startsWith('#')) return false;
    // Resolving a URL is slow, so rule out most links by their text.
    if (!url.startsWith('?') && !url.includes(lastSegment)) return false;
    return element instanceof HTMLAnchorElement && withoutFragment(element.href) === current;
  };

  return { isLink, isSelfLink };
}
