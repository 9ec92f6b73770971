/** How the reader in the page finds out where elements are, and whether a person sees them. */
export interface PageGeometry {
  /** A selector that finds the element again, through open shadow roots. */
  readonly pathOf: (element: Element) => string;
  readonly isDrawn: (element: Element) => boolean;
  readonly isOpaque: (element: Element) => boolean;
  readonly isOffScreen: (rect: DOMRect) => boolean;
  readonly isTiny: (rect: DOMRect) => boolean;
  readonly isRed: (element: Element) => boolean;
}

/** Runs in the page, so it may use nothing from around it. */
export function pageGeometry(): PageGeometry {
  const indices = new WeakMap<Node, Map<Element, number>>();
  const pathOf = (element: Element): string => {
    const steps: string[] = [];
    for (let at: Element | undefined = element; at;) {
      const parent: ParentNode | null = at.parentNode;
      if (!parent || at === document.documentElement) break;
      let index = indices.get(parent);
      if (!index)
        indices.set(parent, (index = new Map([...parent.children].map((child, position) => [child, position + 1]))));
      steps.unshift(`${CSS.escape(at.localName)}:nth-child(${index.get(at)})`);
      at = parent instanceof ShadowRoot ? parent.host : parent instanceof Element ? parent : undefined;
    }
    return ['html', ...steps].join(' > ');
  };

  const isDrawn = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true });
  const isOpaque = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const isOffScreen = ({ right, bottom }: DOMRect): boolean => right + scrollX <= 0 || bottom + scrollY <= 0;
  const isTiny = ({ width, height }: DOMRect): boolean => width <= 2 || height <= 2;
  const isRed = (element: Element): boolean => {
    const { color } = getComputedStyle(element);
    const [first = 0, second = 0, third = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
    if (color.startsWith('oklch')) return first > 0.3 && second > 0.12 && (third < 40 || third > 350);
    return color.startsWith('rgb') && first > 120 && first > 1.8 * Math.max(second, third);
  };

  return { pathOf, isDrawn, isOpaque, isOffScreen, isTiny, isRed };
}
