/** In-page functions for the names of elements. */
export interface PageNames {
  readonly SKIPPED: ReadonlySet<string>;
  readonly INLINE: ReadonlySet<string>;
  readonly squeeze: (text: string) => string;
  readonly isElement: (node: Node) => node is Element;
  readonly byIds: (element: Element, attribute: string) => string;
  readonly nameOf: (element: Element) => string;
}

/**
 * Computes accessible names: `aria-labelledby`, `aria-label`, labels, content, title (see accname-1.2).
 *
 * Runs in the page, so it cannot use anything from its enclosing scope.
 */
export function pageNames(): PageNames {
  const SKIPPED = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'HEAD', 'OBJECT', 'EMBED', 'VIDEO', 'AUDIO']);
  const INLINE = new Set(
    'A ABBR B BDI BDO CITE CODE DATA DFN EM FONT I INS KBD MARK Q S SAMP SMALL SPAN STRONG SUB SUP TIME U VAR WBR'.split(
      ' ',
    ),
  );
  const squeeze = (text: string): string => text.replace(/[\s\u200b\u00ad]+/g, ' ').trim();
  const isElement = (node: Node): node is Element => node.nodeType === 1;

  /** Returns the text of an element, including the names of its images. Hidden parts of a visible element do not count. */
  const textOf = (node: Node, depth = 0, isShown = isElement(node) && node.checkVisibility()): string => {
    if (node.nodeType === 3) return node.nodeValue ?? '';
    if (!isElement(node) || depth > 12 || SKIPPED.has(node.tagName.toUpperCase())) return '';
    if (depth > 0 && ((node as HTMLElement).hidden || (isShown && !node.checkVisibility()))) return '';
    const own = node.getAttribute('aria-label') ?? node.getAttribute('alt');
    if (depth > 0 && own) return ` ${own} `;
    if (depth > 0 && /^(?:SELECT|TEXTAREA|INPUT)$/.test(node.tagName)) return '';
    const parts = [...(node.shadowRoot ?? node).childNodes].map((child) => textOf(child, depth + 1, isShown));
    const text = parts.join('');
    if (depth > 0 && !squeeze(text)) return ` ${node.getAttribute('title') ?? ''} `;
    return INLINE.has(node.tagName) ? text : ` ${text} `;
  };
  const byIds = (element: Element, attribute: string): string => {
    const root = element.getRootNode() as Document | ShadowRoot;
    const ids = element.getAttribute(attribute)?.split(/\s+/) ?? [];
    return squeeze(
      ids
        .map((id) => (id ? (root.getElementById?.(id) ?? undefined) : undefined))
        .map((found) => (found ? textOf(found) : ''))
        .join(' '),
    );
  };
  const nameOf = (element: Element): string => {
    const named = byIds(element, 'aria-labelledby') || squeeze(element.getAttribute('aria-label') ?? '');
    if (named) return named;
    const { labels } = element as HTMLInputElement;
    const label = labels ? squeeze([...labels].map((each) => textOf(each)).join(' ')) : '';
    if (label) return label;
    if (element instanceof HTMLInputElement) {
      if (/^(?:submit|button|reset)$/.test(element.type))
        return squeeze(element.value || (element.type === 'submit' ? 'Submit' : ''));
      if (element.type === 'image') return squeeze(element.alt);
      return squeeze(element.title);
    }
    const isField = /^(?:TEXTAREA|SELECT)$/.test(element.tagName) || (element as HTMLElement).isContentEditable;
    const content = isField ? '' : squeeze(textOf(element));
    return content || squeeze(element.getAttribute('title') ?? element.getAttribute('alt') ?? '');
  };

  return { SKIPPED, INLINE, squeeze, isElement, byIds, nameOf };
}
