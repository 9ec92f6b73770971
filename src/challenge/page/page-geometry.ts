/** In-page functions for the position and visibility of elements. */
export interface PageGeometry {
  /** Returns a selector of the element, through open shadow roots. */
  readonly pathOf: (element: Element) => string;
  readonly isDrawn: (element: Element) => boolean;
  readonly isOpaque: (element: Element) => boolean;
  readonly isOffScreen: (rect: DOMRect) => boolean;
  readonly isTiny: (rect: DOMRect) => boolean;
  /** Like `isTiny`, but from the layout size, which is cheaper to read. */
  readonly isFlat: (element: Element) => boolean;
  /** Tells an alarming color from others. */
  readonly toneOf: (color: string) => 'red' | 'none';
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function pageGeometry(): PageGeometry {
  const positions = new WeakMap<Node, Map<Element, number>>();
  const positionOf = (element: Element, parent: ParentNode): number | undefined => {
    let known = positions.get(parent);
    if (!known)
      positions.set(parent, (known = new Map([...parent.children].map((child, position) => [child, position + 1]))));
    return known.get(element);
  };
  /** Returns the element's unique id as a selector. It stays true when the page moves the element. */
  const uniqueIdOf = (element: Element): string | undefined => {
    const { id } = element;
    const root = element.getRootNode();
    if (!id || root !== document || document.getElementById(id) !== element) return undefined;
    const selector = `#${CSS.escape(id)}`;
    return document.querySelectorAll(selector).length === 1 ? selector : undefined;
  };
  /** Attributes that tell one control from another, so that another element in its place does not match. */
  const IDENTITY = ['name', 'type', 'autocomplete', 'aria-label', 'formaction', 'data-testid'];
  const identityOf = (element: Element): string =>
    IDENTITY.map((name) => [name, element.getAttribute(name)] as const)
      .map(([name, value]) => (value ? `[${name}="${CSS.escape(value)}"]` : ''))
      .join('');
  // Siblings share the path of their parent.
  const paths = new WeakMap<Element, string>();
  const pathTo = (element: Element): string => {
    const known = paths.get(element);
    if (known !== undefined) return known;
    const parent = element.parentNode;
    if (!parent || element === document.documentElement) return 'html';
    const outer = parent instanceof ShadowRoot ? parent.host : parent instanceof Element ? parent : undefined;
    const step = `${CSS.escape(element.localName)}:nth-child(${positionOf(element, parent)})`;
    const path = uniqueIdOf(element) ?? `${outer ? pathTo(outer) : 'html'} > ${step}`;
    paths.set(element, path);
    return path;
  };
  const pathOf = (element: Element): string => pathTo(element) + identityOf(element);

  const isDrawn = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true });
  const isOpaque = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const isOffScreen = ({ right, bottom }: DOMRect): boolean => right + scrollX <= 0 || bottom + scrollY <= 0;
  const isTiny = ({ width, height }: DOMRect): boolean => width <= 2 || height <= 2;
  const isFlat = (element: Element): boolean => {
    if (element instanceof HTMLElement) return element.offsetWidth <= 2 || element.offsetHeight <= 2;
    return isTiny(element.getBoundingClientRect());
  };
  const toneOf: PageGeometry['toneOf'] = (color) => {
    const [first = 0, second = 0, third = 0, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
    if (color.startsWith('oklch')) return first > 0.3 && second > 0.02 && (third < 40 || third > 350) ? 'red' : 'none';
    if (!color.startsWith('rgb') || alpha < 0.05) return 'none';
    const [most, least] = [Math.max(second, third), Math.min(second, third)];
    const isStrong = first > 120 && first > 1.8 * most;
    // The background of an alert is a pale red: much less green and blue, and both about the same.
    const isPale = first > 220 && first - most > 12 && most - least < 22;
    return isStrong || isPale ? 'red' : 'none';
  };

  return { pathOf, isDrawn, isOpaque, isOffScreen, isTiny, isFlat, toneOf };
}
