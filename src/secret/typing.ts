export interface Typing {
  readonly value: string;
  readonly timeout: number;
  /** Where it may be typed; anywhere, if there is none. */
  readonly origins: readonly string[] | undefined;
  /** Carried by the elements that are meant, where they are not given. */
  readonly mark: string;
  /** Whether a field that does not show yet is none. */
  readonly hasToShow: boolean;
}

/** `absent`: there is no field (yet), or its frame is of another origin by now. */
export type Outcome = 'typed' | 'absent' | { readonly problem: string };

/** Runs in the page, so it may use nothing from around it. Takes what to type, after the elements if they are given. */
export async function typeInPage(first: Element[] | Typing, second?: Typing): Promise<Outcome> {
  type Field = HTMLInputElement | HTMLTextAreaElement | HTMLElement;
  const TEXT_FIELD =
    'input:not([type=hidden],[type=checkbox],[type=radio],[type=submit],[type=button],[type=image],[type=file]), textarea, [contenteditable=""], [contenteditable=true]';

  const { value, timeout, mark, origins, hasToShow } = second ?? (first as Typing);
  const MARK = 'data-playwright-2fa-mark';
  const marked = (root: Document | ShadowRoot): Element[] => {
    const found = [...root.querySelectorAll(`[${MARK}="${mark}"]`)];
    if (found.length > 0) return found;
    return [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? marked(shadowRoot) : []));
  };

  const isShown = (element: Element): boolean => element.getClientRects().length > 0;
  const fieldsIn = (root: Element): Field[] => [...root.querySelectorAll<Field>(TEXT_FIELD)].filter(isShown);

  const blocked = (field: Field): boolean =>
    ('disabled' in field && field.disabled) || ('readOnly' in field && field.readOnly);
  const enabled = async (field: Field): Promise<boolean> => {
    const until = performance.now() + timeout;
    while (blocked(field) && performance.now() < until) await new Promise(requestAnimationFrame);
    return !blocked(field);
  };

  const current = (field: Field): string => ('value' in field ? field.value : (field.textContent ?? ''));
  // The setter of the prototype, past the one that React puts on the element to notice changes.
  const set = (field: Field, text: string): void => {
    if (!('value' in field)) {
      field.textContent = text;
      return;
    }
    const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text);
  };
  const input = (field: Field, inputType: string, data: string | null): void => {
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType, data }));
  };

  const press = (field: Field, key: string): void => {
    const keyCode = key.toUpperCase().charCodeAt(0);
    const code = /\d/.test(key) ? `Digit${key}` : /[a-z]/i.test(key) ? `Key${key.toUpperCase()}` : '';
    const event = { key, code, keyCode, which: keyCode, bubbles: true, cancelable: true, composed: true };
    const isTaken =
      !field.dispatchEvent(new KeyboardEvent('keydown', event)) ||
      !field.dispatchEvent(new KeyboardEvent('keypress', event));
    if (
      !isTaken &&
      field.dispatchEvent(
        new InputEvent('beforeinput', {
          bubbles: true,
          cancelable: true,
          composed: true,
          inputType: 'insertText',
          data: key,
        }),
      )
    ) {
      set(field, current(field) + key);
      input(field, 'insertText', key);
    }
    field.dispatchEvent(new KeyboardEvent('keyup', event));
  };

  const type = (field: Field, text: string): void => {
    field.style.setProperty('-webkit-text-security', 'disc', 'important');
    field.focus();
    if (current(field) !== '') {
      set(field, '');
      input(field, 'deleteContentBackward', null);
    }
    for (const key of text) press(field, key);
    field.dispatchEvent(new Event('change', { bubbles: true }));
  };

  const named = second ? (first as Element[]) : marked(document);
  for (const element of named) element.removeAttribute(MARK);
  const [top] = named;
  if (!top || (origins && !origins.includes(window.origin))) return 'absent';
  if (hasToShow && !(isShown(top) && top.checkVisibility({ visibilityProperty: true }))) return 'absent';
  const fields = top.matches(TEXT_FIELD)
    ? (named as Field[]).filter((field) => field === top || (field.matches(TEXT_FIELD) && isShown(field)))
    : fieldsIn(top);
  const characters = Array.from(value);
  if (fields.length === 0) return { problem: 'there is no text field in it.' };
  for (const field of fields)
    if (!(await enabled(field))) return { problem: `the field stayed disabled or read-only for ${timeout} ms.` };
  const [only] = fields;
  if (only && fields.length === 1) {
    const maxLength = 'maxLength' in only ? only.maxLength : -1;
    if (maxLength >= 0 && maxLength < characters.length)
      return { problem: `the field takes ${maxLength} characters, the value has ${characters.length}.` };
    type(only, value);
  } else {
    if (fields.length !== characters.length)
      return { problem: `there are ${fields.length} boxes for a value of ${characters.length} characters.` };
    for (const [index, field] of fields.entries()) type(field, characters[index] ?? '');
  }
  return 'typed';
}
