import type { PageNames } from './page-names.ts';
import type { ControlView } from './view.ts';

/** In-page functions for menus: the buttons that open them, and the content of closed menus. */
export interface PageMenus {
  /** Names of hidden buttons and links. */
  readonly hidden: string[];
  readonly addHidden: (element: Element) => void;
  readonly addHiddenIn: (element: Element) => void;
  readonly opensOf: (element: Element) => ControlView['opens'];
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function pageMenus({ nameOf }: PageNames): PageMenus {
  const MAX_HIDDEN = 100;
  const MAX_NAME = 80;
  /** Maximum number of elements to search for an avatar. */
  const MAX_PARTS = 12;
  const AVATAR = /avatar|user-?(?:pic|photo|image)|profile-?(?:pic|photo|image)|^IMG .*rounded-(?:circle|full)/i;

  const hidden: string[] = [];
  const addHidden = (element: Element): void => {
    if (hidden.length < MAX_HIDDEN) hidden.push(nameOf(element).slice(0, MAX_NAME));
  };
  const addHiddenIn = (element: Element): void => {
    if (hidden.length >= MAX_HIDDEN) return;
    for (const control of element.querySelectorAll('a, button')) addHidden(control);
  };
  const opensOf = (element: Element): ControlView['opens'] => {
    const popup = element.getAttribute('aria-haspopup');
    const toggle = element.getAttribute('data-bs-toggle') ?? element.getAttribute('data-toggle');
    if (popup !== 'menu' && popup !== 'true' && toggle !== 'dropdown') return '';
    const parts = [element, ...element.querySelectorAll('[class], img')].slice(0, MAX_PARTS);
    const isPerson = parts.some((part) =>
      AVATAR.test(`${part.tagName} ${part.getAttribute('class')} ${part.getAttribute('src')?.slice(-MAX_NAME)}`),
    );
    // "Account: ann@example.com"
    const named = `${element.getAttribute('aria-label')} ${element.getAttribute('title')}`;
    return isPerson || /\S@\S+\.\S/.test(named) ? 'account' : 'menu';
  };

  return { hidden, addHidden, addHiddenIn, opensOf };
}
