import type { PageLinks } from './page-links.ts';
import type { PageMenus } from './page-menus.ts';
import type { PageNames } from './page-names.ts';
import type { ControlView } from './view.ts';

/** Kind of a control, as its element and role say. */
export interface ControlKind {
  readonly is: ControlView['is'];
  readonly type: string;
  /** False if the text of the control is also part of the text around it. */
  readonly isClosed: boolean;
}

/** In-page functions that tell controls from other elements. */
export interface PageControls {
  /** Returns the kind of a control; undefined if the element is not a control. */
  readonly kindOf: (element: Element) => ControlKind | undefined;
  /** True if an element reacts to a click, as far as the page shows it. */
  readonly isClickable: (element: Element) => boolean;
  /** True for the current choice of a menu or of a list of tabs. */
  readonly isChosen: (element: Element) => boolean;
  /** Returns the classes and addresses of the icons in a control without a name. */
  readonly iconOf: (element: Element) => string;
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function pageControls({ isLink }: PageLinks, { opensOf }: PageMenus, { squeeze }: PageNames): PageControls {
  const CONTROL = /^(?:INPUT|TEXTAREA|SELECT|BUTTON|SUMMARY|A)$/;
  const OTHER_CONTROLS = 'input,button,a,select,textarea,[role=button],[contenteditable]';
  /** Elements that a click may be meant for, if the cursor says so. */
  const MAY_REACT = /^(?:DIV|SPAN|LI|P|IMG|SVG|CANVAS|TD|TR|I|STRONG|H[1-6]|LABEL|DT|DD|SECTION|ARTICLE|FIGURE)$/i;
  const BUTTON_ROLE = /^(?:button|menuitem|tab)$/;
  const TAB_ROLE = /^(?:menuitem|tab)$/;
  const OPTION_ROLE = /^(?:radio|checkbox|option|switch|menuitemradio)$/;
  const MAX_TEXT = 300;
  const MAX_NAME = 160;
  const MAX_CHILDREN = 8;
  /** Maximum number of elements whose cursor is looked at. */
  let budget = 600;

  const cursorOf = (element: Element): string => getComputedStyle(element).cursor;
  const hasPointer = (element: Element): boolean => {
    if (!MAY_REACT.test(element.tagName) || element.childElementCount > MAX_CHILDREN || budget-- <= 0) return false;
    if (element.tagName === 'LABEL' && (element as HTMLLabelElement).control) return false;
    const parent = element.parentElement;
    return cursorOf(element) === 'pointer' && (!parent || cursorOf(parent) !== 'pointer');
  };
  const isClickable = (element: Element): boolean => {
    if (element.tagName === 'BODY' || element.tagName === 'FORM') return false;
    const reacts = element.hasAttribute('onclick') || hasPointer(element);
    return reacts && (element.textContent?.length ?? 0) <= MAX_NAME && !element.querySelector(OTHER_CONTROLS);
  };

  const kindOf = (element: Element): ControlKind | undefined => {
    const tag = element.tagName;
    const closed = (is: ControlView['is'], type: string): ControlKind => ({ is, type, isClosed: true });
    if (!element.hasAttributes() && !CONTROL.test(tag))
      return isClickable(element) ? closed('button', 'clickable') : undefined;
    const role = element.getAttribute('role') ?? '';
    if (element instanceof HTMLInputElement) {
      const isButton = /^(?:submit|button|reset|image)$/.test(element.type);
      const isToggle = element.type === 'radio' || element.type === 'checkbox';
      return closed(isButton ? 'button' : isToggle ? 'option' : 'field', element.type);
    }
    if (tag === 'TEXTAREA') return closed('field', 'textarea');
    if (tag === 'SELECT') return closed('field', 'select');
    const editable = element.getAttribute('contenteditable');
    if (editable === '' || editable === 'true') return closed('field', 'editable');
    if (tag === 'BUTTON' || tag === 'SUMMARY' || BUTTON_ROLE.test(role) || opensOf(element) !== '')
      return closed('button', TAB_ROLE.test(role) ? role : (element as HTMLButtonElement).type || role);
    if (OPTION_ROLE.test(role)) return closed('option', role);
    if (isLink(element))
      return { is: 'link', type: element.getAttribute('href')?.slice(0, MAX_TEXT) ?? '', isClosed: false };
    return isClickable(element) ? closed('button', 'clickable') : undefined;
  };
  const isChosen = (element: Element): boolean => {
    if ('checked' in element && element.checked === true) return true;
    const states = ['aria-selected', 'aria-checked', 'aria-pressed'].map((name) => element.getAttribute(name));
    return states.includes('true') || element.classList.contains('selected');
  };
  const iconOf = (element: Element): string => {
    const icons = [...element.querySelectorAll('svg, i, img, use, span')].slice(0, 4);
    const named = [element, ...icons].map((icon) =>
      ['class', 'data-icon', 'href', 'src', 'data-testid'].map((name) => icon.getAttribute(name) ?? '').join(' '),
    );
    return squeeze(named.join(' ')).slice(0, MAX_TEXT);
  };

  return { kindOf, isClickable, isChosen, iconOf };
}
