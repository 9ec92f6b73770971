import type { PageNames } from './page-names.ts';

/** A scripted list box, closed: a button or an input that opens a list of options. */
export interface ListBoxView {
  /** Label, without the text that the box shows. */
  readonly label: string;
  /** Label of the group of fields around it, such as "Date of birth". */
  readonly groupLabel: string;
  /** Text of the chosen option; empty if the box shows none. */
  readonly chosen: string;
  /** Text in place of a choice, such as "Select a country". */
  readonly placeholder: string;
  readonly names: string;
  readonly autocomplete: string;
  /** True if text can be typed into it. */
  readonly isInput: boolean;
  readonly required: boolean;
  readonly disabled: boolean;
  /** True if it belongs to a field for a phone number. */
  readonly isOfPhone: boolean;
}

/** In-page functions for scripted list boxes. */
export interface PageListBoxes {
  /** Selector of the elements that may be list boxes. */
  readonly LIST_BOX: string;
  /** True if another field is a part of the list box that an element is in: its wrapper, its arrow, its native field. */
  readonly isPartOfBox: (field: Element, element: Element) => boolean;
  /** Returns the visible box around a list box, which may be drawn over the element with the role. */
  readonly boxOf: (element: Element) => Element;
  readonly listBoxOf: (element: Element) => ListBoxView | undefined;
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function pageListBoxes({ squeeze }: PageNames): PageListBoxes {
  const LIST_BOX = '[role=combobox]:not(select), [aria-haspopup=listbox]:not(select)';
  const OTHER_FIELDS = 'input:not([type=hidden]), textarea, select, [role=combobox], [aria-haspopup=listbox]';
  const NATIVE = 'select, input[type=hidden], input[aria-hidden=true], input[tabindex="-1"]';
  const PLACEHOLDER = '[class*=placeholder i], [data-placeholder]';
  const TEXT_TYPE = /^(?:text|tel|search|)$/;
  const MAX_TEXT = 120;
  const MAX_DEPTH = 4;
  const MAX_HEIGHT = 90;

  const isInput = (element: Element): element is HTMLInputElement => element instanceof HTMLInputElement;
  const textOf = (element: Element): string =>
    squeeze((element as HTMLElement).innerText ?? element.textContent ?? '').slice(0, MAX_TEXT);
  const isHidden = (element: Element): boolean =>
    element.getAttribute('aria-hidden') === 'true' || (element as HTMLInputElement).type === 'hidden';
  const isPartOfBox = (field: Element, element: Element): boolean => {
    if (field === element || field.contains(element) || element.contains(field)) return true;
    // The native field of a list box, and the arrow beside its input.
    if (field.closest('[aria-hidden=true]')) return true;
    return field.matches('[aria-haspopup=listbox][tabindex="-1"]');
  };
  const hasOtherFields = (outer: Element, element: Element): boolean =>
    [...outer.querySelectorAll(OTHER_FIELDS)].some((field) => !isPartOfBox(field, element));
  /** True for an element that cannot be seen, but that a box is drawn over. */
  const isUnseen = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    return width < 24 || height < 12 || Number(getComputedStyle(element).opacity) < 0.05;
  };
  const boxOf = (element: Element): Element => {
    let box = element;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const outer = box.parentElement;
      // The text of an input without a value stands beside it.
      const isEmpty = isInput(element) && element.value === '' && !element.placeholder;
      const isIncomplete = isUnseen(box) || (isEmpty && textOf(box) === '');
      if (!isIncomplete || !outer || hasOtherFields(outer, element) || outer.querySelector('label, legend')) break;
      if (outer.getBoundingClientRect().height > MAX_HEIGHT || /^(?:FORM|BODY|FIELDSET|MAIN)$/.test(outer.tagName))
        break;
      box = outer;
    }
    return box;
  };

  const byIds = (element: Element, attribute: string, isIn: (found: Element) => boolean): string => {
    const root = element.getRootNode() as Document | ShadowRoot;
    const ids = element.getAttribute(attribute)?.split(/\s+/) ?? [];
    const found = ids.map((id) => (id ? root.getElementById?.(id) : null));
    return squeeze(found.map((one) => (one && isIn(one) ? (one.textContent ?? '') : '')).join(' '));
  };
  const labelOf = (element: Element, box: Element): string => {
    const own = byIds(element, 'aria-labelledby', (one) => !box.contains(one));
    if (own) return own;
    const named = squeeze(element.getAttribute('aria-label') ?? '');
    if (named) return named;
    const root = element.getRootNode() as Document | ShadowRoot;
    const tied = element.id ? [...root.querySelectorAll(`label[for="${CSS.escape(element.id)}"]`)] : [];
    const labels = [...((element as HTMLInputElement).labels ?? tied)].filter((label) => !label.contains(box));
    return squeeze(labels.map((label) => label.textContent ?? '').join(' '));
  };
  const groupLabelOf = (element: Element): string => {
    const group = element.closest('fieldset, [role=group]');
    if (!group || group.contains(element.closest('form'))) return '';
    const legend = group.querySelector('legend');
    return (
      byIds(group, 'aria-labelledby', () => true) ||
      squeeze(group.getAttribute('aria-label') ?? '') ||
      (legend ? textOf(legend) : '')
    );
  };

  /** Returns the native fields that carry the value of a list box: hidden ones around it, before another field. */
  const nativesOf = (element: Element, box: Element): Element[] => {
    let around = box;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const outer = around.parentElement;
      if (!outer || /^(?:FORM|BODY|FIELDSET|MAIN)$/.test(outer.tagName) || hasOtherFields(outer, element)) break;
      around = outer;
    }
    const natives = [...around.querySelectorAll(NATIVE)].filter((one) => one !== element);
    return natives.filter((one) => one.closest('[aria-hidden=true]') !== null || isHidden(one));
  };
  /** Returns the text of a box, without its icons and arrows. */
  const shownIn = (element: Element, box: Element): string => {
    const buttons = isInput(element) ? ', button, [role=button]' : '';
    const icons = [...box.querySelectorAll(`[aria-hidden=true]${buttons}`)].filter((one) => !one.contains(element));
    let text = textOf(box);
    for (const icon of icons) {
      const own = textOf(icon);
      const at = own === '' ? -1 : text.lastIndexOf(own);
      if (at >= 0) text = text.slice(0, at) + text.slice(at + own.length);
    }
    return squeeze(text);
  };
  const textsOf = (element: Element, box: Element): { chosen: string; placeholder: string } => {
    const typed = isInput(element) ? squeeze(element.value) : '';
    const own = squeeze(element.getAttribute('placeholder') ?? '');
    if (typed) return { chosen: typed.slice(0, MAX_TEXT), placeholder: own };
    const text = isInput(box) ? '' : shownIn(element, box);
    const marks = [...box.querySelectorAll(PLACEHOLDER)].filter((one) => one !== element || !isInput(one));
    const marked = box.matches('[data-placeholder]') ? text : squeeze(marks.map((one) => textOf(one)).join(' '));
    const rest = marked ? squeeze(text.replace(marked, '')) : text;
    const values = nativesOf(element, box).map((native) => (native as HTMLInputElement).value);
    const isEmpty = values.length > 0 && values.every((value) => value === '');
    if (isEmpty) return { chosen: '', placeholder: squeeze(own || marked || rest) };
    return { chosen: rest, placeholder: squeeze(own || marked) };
  };
  /** True for a box that shares a small box with a field for a phone number. */
  const isOfPhone = (box: Element): boolean => {
    let outer = box.parentElement;
    for (let depth = 0; outer && depth < 3; depth++, outer = outer.parentElement) {
      const inputs = [...outer.querySelectorAll('input:not([type=hidden])')].filter((one) => !box.contains(one));
      if (inputs.length > 0) return inputs.length === 1 && inputs[0]!.matches('[type=tel], [autocomplete*=tel]');
    }
    return false;
  };

  const listBoxOf = (element: Element): ListBoxView | undefined => {
    if (!element.matches(LIST_BOX) || element.closest('[role=listbox], [role=option]')) return undefined;
    if (isInput(element) && !TEXT_TYPE.test(element.type)) return undefined;
    // The field above the options of a closed list is drawn with it.
    if (!element.checkVisibility() || element.closest('[role=search]')) return undefined;
    // The input in a box is what a person uses.
    const inner = isInput(element) ? null : element.querySelector('input:not([type=hidden]):not([aria-hidden=true])');
    if (inner && inner.matches(LIST_BOX)) return undefined;
    const box = boxOf(element);
    const attribute = (name: string): string => squeeze(element.getAttribute(name) ?? '');
    return {
      label: labelOf(element, box).slice(0, MAX_TEXT),
      groupLabel: groupLabelOf(element).slice(0, MAX_TEXT),
      ...textsOf(element, box),
      names: ['name', 'id', 'data-testid', 'formcontrolname'].map(attribute).filter(Boolean).join(' '),
      autocomplete: attribute('autocomplete').toLowerCase(),
      isInput: isInput(element) && !element.readOnly,
      required: nativesOf(element, box).some((native) => (native as HTMLInputElement).required),
      disabled: element.matches(':disabled') || attribute('aria-disabled') === 'true',
      isOfPhone: isOfPhone(box),
    };
  };

  return { LIST_BOX, isPartOfBox, boxOf, listBoxOf };
}
