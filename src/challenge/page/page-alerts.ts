import type { PageGeometry } from './page-geometry.ts';

/** In-page functions for the marks of alerts: roles, classes and colors. */
export interface PageAlerts {
  /**
   * Returns the marks of an element by its attributes, separated by spaces: `role` for an alert, `live` for a live region,
   * `class` for the class of an error, `toast` for that of a message, `good` for that of a success.
   */
  readonly marksOf: (element: Element) => string;
  /** Returns `color` if the text of an element, or the box around it, has an alarming color. */
  readonly colorMark: (element: Element) => string;
}

/** Runs in the page, so it cannot use anything from its enclosing scope. */
export function pageAlerts({ toneOf }: PageGeometry): PageAlerts {
  const PART = (words: string): RegExp => new RegExp(`(?:^|[\\s_-])(?:${words})(?:$|[\\s_-])`, 'i');
  const ERROR = PART('errors?|errorlist|errornote|invalid|danger|failures?|failed|destructive|critical|wrong');
  const TOAST = PART('toasts?|toaster|snackbar|growl|flash|notifications?|notify|notice|alerts?|banner-message');
  const GOOD = PART('success|succeeded|info|positive');
  const MAX_CHILDREN = 6;
  /** Levels of boxes around a text whose background counts. */
  const MAX_BOXES = 2;

  const marksOf = (element: Element): string => {
    const role = element.getAttribute('role');
    const live = element.getAttribute('aria-live');
    const names = element.getAttribute('class') ?? '';
    const marks: string[] = [];
    if (role === 'alert' || role === 'alertdialog' || live === 'assertive') marks.push('role');
    if ((role === 'status' || live === 'polite') && element.childElementCount < MAX_CHILDREN) marks.push('live');
    if (names && ERROR.test(names)) marks.push('class');
    if (names && TOAST.test(names)) marks.push('toast');
    if (names && GOOD.test(names)) marks.push('good');
    return marks.join(' ');
  };
  const colorMark = (element: Element): string => {
    let box: Element | null = element;
    if (toneOf(getComputedStyle(element).color) === 'red') return 'color';
    for (let level = 0; box && level < MAX_BOXES; level++, box = box.parentElement) {
      if (box.childElementCount > MAX_CHILDREN || /^(?:BUTTON|A|BODY)$/.test(box.tagName)) return '';
      const { backgroundColor, borderLeftColor, borderLeftWidth, borderLeftStyle } = getComputedStyle(box);
      if (toneOf(backgroundColor) === 'red') return 'color';
      const hasBorder = borderLeftStyle !== 'none' && borderLeftWidth !== '0px';
      if (hasBorder && toneOf(borderLeftColor) === 'red') return 'color';
    }
    return '';
  };

  return { marksOf, colorMark };
}
