/** In-page functions that shorten long lists. */
export interface PageLists {
  /** Returns the children that need not be read: those in the middle of many that are alike. */
  readonly middleOf: (parent: ParentNode) => ReadonlySet<Node>;
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function pageLists(): PageLists {
  /** Number of children of a kind that are all read. A longer list of them is that of messages, files or products. */
  const MAX_ALIKE = 80;
  const FIRST = 60;
  const LAST = 15;
  /** Elements that a list of content does not have, or that say how an answer went. */
  const NEEDED =
    'input:not([type=hidden]), textarea, select, button, form, dialog, [contenteditable], [role], [aria-live], [onclick]';
  const NONE: ReadonlySet<Node> = new Set();

  const middleOf = (parent: ParentNode): ReadonlySet<Node> => {
    if (parent.childElementCount <= MAX_ALIKE) return NONE;
    const kinds = new Map<string, Element[]>();
    for (let child = parent.firstElementChild; child; child = child.nextElementSibling) {
      const kind = `${child.tagName} ${child.getAttribute('class') ?? ''}`;
      const alike = kinds.get(kind);
      if (alike) alike.push(child);
      else kinds.set(kind, [child]);
    }
    const long = [...kinds.values()].filter((alike) => alike.length > MAX_ALIKE);
    const middle = long.flatMap((alike) => alike.slice(FIRST, -LAST));
    return new Set(middle.filter((child) => !child.matches(NEEDED) && !child.querySelector(NEEDED)));
  };

  return { middleOf };
}
