import type { PageGeometry } from '../challenge/page/page-geometry.ts';
import type { PageListBoxes } from '../challenge/page/page-list-boxes.ts';

/** An option of an open list. */
export interface ShownOption {
  readonly path: string;
  /** Its text, its accessible name, and its values. */
  readonly names: readonly string[];
}

/** A list box with its list, as the page shows them now. */
export interface OptionListView {
  /** Selector of the list box; undefined if it is gone. */
  readonly path: string | undefined;
  /** Selector of the element to press. */
  readonly pressed: string;
  readonly isOpen: boolean;
  /** Text that the box shows. */
  readonly shown: string;
  readonly options: readonly ShownOption[];
  /** Selector of the field that filters the list. */
  readonly search: string | undefined;
  /** True if the list goes on below. */
  readonly hasMore: boolean;
}

/** A reading of a list, with what happens before it. */
export interface OptionListTask {
  /** Selector of the list box. */
  readonly path: string;
  /** Selectors of options that were there before the list was opened. */
  readonly known: readonly string[];
  /** Moves the list. @default it stays */
  readonly scroll?: 'start' | 'further';
  /** Selector of an option to bring into view. */
  readonly show?: string;
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function readOptionList(
  { path, known, scroll, show }: OptionListTask,
  { pathOf, isOpaque, isTiny }: PageGeometry,
  { LIST_BOX, boxOf }: PageListBoxes,
): OptionListView {
  const OPTION = '[role=option], [role=menuitemradio], [aria-selected]:not([role=tab], [role=row], [role=gridcell])';
  const SEARCH = 'input:not([type=hidden]):not([type=checkbox]):not([type=radio])';
  const MAX_OPTIONS = 600;
  const MAX_TEXT = 100;
  const rootsOf = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
    root,
    ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? rootsOf(shadowRoot) : [])),
  ];
  const roots = rootsOf(document);
  const all = (selector: string): Element[] => roots.flatMap((root) => [...root.querySelectorAll(selector)]);
  const isShown = (element: Element): boolean => isOpaque(element) && !isTiny(element.getBoundingClientRect());
  const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim();
  const textOf = (element: Element): string => squeeze((element as HTMLElement).innerText ?? element.textContent ?? '');
  /** Attributes of a list box may change when its list opens. */
  const placeOf = (selector: string): string => selector.replace(/(?:\[[\w-]+="(?:[^"\\]|\\.)*"\])+$/, '');

  const box = all(LIST_BOX).find((element) => placeOf(pathOf(element)) === placeOf(path));
  const none = { path: undefined, pressed: path, isOpen: false, shown: '', options: [], search: undefined };
  if (!box) return { ...none, hasMore: false };
  const drawn = boxOf(box);
  const root = box.getRootNode() as Document | ShadowRoot;
  const ids = ['aria-controls', 'aria-owns'].flatMap((name) => box.getAttribute(name)?.split(/\s+/) ?? []);
  const controlled = ids.map((id) => (id ? root.getElementById(id) : null)).filter((one) => one !== null);
  const isOption = (element: Element): boolean =>
    element.matches(OPTION) &&
    isShown(element) &&
    element.getAttribute('aria-disabled') !== 'true' &&
    !box.contains(element);
  const optionsIn = (outer: Element): Element[] => [...outer.querySelectorAll(OPTION)].filter(isOption);
  // Some libraries draw the options beside the list that they name.
  const own = controlled.flatMap(optionsIn);
  const found = own.length > 0 ? own : all(OPTION).filter((one) => isOption(one) && !known.includes(pathOf(one)));
  const options = found.filter((one) => !one.parentElement?.closest('[role=option]')).slice(0, MAX_OPTIONS);

  const namesOf = (option: Element): string[] => {
    const { dataset } = option as HTMLElement;
    const values = Object.values(dataset).filter((value) => value !== undefined && /^\+?[\p{L}\p{N}_-]+$/u.test(value));
    const attributes = ['aria-label', 'title', 'value'].map((name) => option.getAttribute(name) ?? '');
    return [textOf(option), ...attributes, ...(values as string[])]
      .map((text) => text.slice(0, MAX_TEXT))
      .filter(Boolean);
  };
  const scrollerOf = (start: Element | undefined): Element | undefined => {
    for (let around = start?.parentElement; around && around !== document.body; around = around.parentElement)
      if (around.scrollHeight > around.clientHeight + 4 && getComputedStyle(around).overflowY !== 'visible')
        return around;
    return undefined;
  };
  const scroller = scrollerOf(options[0]);
  if (scroller && scroll)
    scroller.scrollTop = scroll === 'start' ? 0 : scroller.scrollTop + Math.max(20, scroller.clientHeight * 0.8);
  if (show !== undefined) options.find((one) => pathOf(one) === show)?.scrollIntoView({ block: 'nearest' });

  const isSearch = (one: Element): boolean =>
    one instanceof HTMLInputElement && one.matches(SEARCH) && !one.readOnly && one.type !== 'password' && isShown(one);
  /** The field above the options. A field of the form is none. */
  const searchField = (): Element | undefined => {
    if (isSearch(box) || (box instanceof HTMLInputElement && !box.readOnly)) return box;
    for (const start of [options[0], ...controlled])
      for (let around = start ?? null; around && !around.contains(box); around = around.parentElement) {
        const field = [...around.querySelectorAll(SEARCH)].find(isSearch);
        if (field && around !== document.body) return field;
      }
    return undefined;
  };
  const search = searchField();

  return {
    path: pathOf(box),
    pressed: pathOf(drawn),
    isOpen: box.getAttribute('aria-expanded') === 'true' || options.length > 0,
    shown: box instanceof HTMLInputElement && box.value ? box.value : textOf(drawn),
    options: options.map((option) => ({ path: pathOf(option), names: namesOf(option) })),
    search: search && pathOf(search),
    hasMore: scroller !== undefined && scroller.scrollTop + scroller.clientHeight < scroller.scrollHeight - 2,
  };
}
