export interface TypingRequest {
  readonly value: string;
  readonly timeout: number;
  /** Origins on which the value may be typed. @default all */
  readonly origins: readonly string[] | undefined;
  /** The mark on the elements, if they are not passed. */
  readonly mark: string;
  /** True if a field that is not visible yet counts as absent. */
  readonly mustBeVisible: boolean;
}

/** Result of typing. `absent`: there is no field yet, or its frame has another origin by now. */
export type TypingResult = 'typed' | 'absent' | { readonly problem: string };

/**
 * Types a value. It runs in the page, so it must not use anything from outside. Playwright calls it with the elements
 * and the request, or with the request alone; then the mark selects the elements.
 */
export async function typeInPage(first: Element[] | TypingRequest, second?: TypingRequest): Promise<TypingResult> {
  type Field = HTMLInputElement | HTMLTextAreaElement | HTMLElement;
  const TEXT_FIELD =
    'input:not([type=hidden],[type=checkbox],[type=radio],[type=submit],[type=button],[type=image],[type=file]), textarea, [contenteditable=""], [contenteditable=true]';

  const { value, timeout, mark, origins, mustBeVisible } = second ?? (first as TypingRequest);
  const MARK = 'data-playwright-2fa-mark';
  const findMarked = (root: Document | ShadowRoot): Element[] => {
    const found = [...root.querySelectorAll(`[${MARK}="${mark}"]`)];
    if (found.length > 0) return found;
    return [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? findMarked(shadowRoot) : []));
  };

  const isRendered = (element: Element): boolean => element.getClientRects().length > 0;
  const fieldsIn = (root: Element): Field[] => [...root.querySelectorAll<Field>(TEXT_FIELD)].filter(isRendered);

  const isDisabled = (field: Field): boolean =>
    ('disabled' in field && field.disabled) || ('readOnly' in field && field.readOnly);
  const waitUntilEnabled = async (field: Field): Promise<boolean> => {
    const deadline = performance.now() + timeout;
    while (isDisabled(field) && performance.now() < deadline) await new Promise(requestAnimationFrame);
    return !isDisabled(field);
  };

  const valueOf = (field: Field): string => ('value' in field ? field.value : (field.textContent ?? ''));
  // Uses the setter of the prototype: React overrides the setter of the element to track changes.
  const setValue = (field: Field, text: string): void => {
    if (!('value' in field)) {
      field.textContent = text;
      return;
    }
    const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text);
  };
  const dispatchInput = (field: Field, inputType: string, data: string | null): void => {
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType, data }));
  };

  const press = (field: Field, key: string): void => {
    const keyCode = key.toUpperCase().charCodeAt(0);
    const code = /\d/.test(key) ? `Digit${key}` : /[a-z]/i.test(key) ? `Key${key.toUpperCase()}` : '';
    const event = { key, code, keyCode, which: keyCode, bubbles: true, cancelable: true, composed: true };
    const isPrevented =
      !field.dispatchEvent(new KeyboardEvent('keydown', event)) ||
      !field.dispatchEvent(new KeyboardEvent('keypress', event));
    if (
      !isPrevented &&
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
      setValue(field, valueOf(field) + key);
      dispatchInput(field, 'insertText', key);
    }
    field.dispatchEvent(new KeyboardEvent('keyup', event));
  };

  const type = (field: Field, text: string): void => {
    field.style.setProperty('-webkit-text-security', 'disc', 'important');
    field.focus();
    if (valueOf(field) !== '') {
      setValue(field, '');
      dispatchInput(field, 'deleteContentBackward', null);
    }
    for (const key of text) press(field, key);
    field.dispatchEvent(new Event('change', { bubbles: true }));
  };

  const elements = second ? (first as Element[]) : findMarked(document);
  for (const element of elements) element.removeAttribute(MARK);
  const [top] = elements;
  if (!top || (origins && !origins.includes(window.origin))) return 'absent';
  if (mustBeVisible && !(isRendered(top) && top.checkVisibility({ visibilityProperty: true }))) return 'absent';
  const fields = top.matches(TEXT_FIELD)
    ? (elements as Field[]).filter((field) => field === top || (field.matches(TEXT_FIELD) && isRendered(field)))
    : fieldsIn(top);
  const characters = Array.from(value);
  if (fields.length === 0) return { problem: 'the element contains no text field.' };
  for (const field of fields)
    if (!(await waitUntilEnabled(field)))
      return { problem: `the field stayed disabled or read-only for ${timeout} ms.` };
  const [only] = fields;
  if (only && fields.length === 1) {
    const maxLength = 'maxLength' in only ? only.maxLength : -1;
    if (maxLength >= 0 && maxLength < characters.length)
      return { problem: `the field accepts ${maxLength} characters, but the value has ${characters.length}.` };
    type(only, value);
  } else {
    if (fields.length !== characters.length)
      return { problem: `there are ${fields.length} boxes for a value of ${characters.length} characters.` };
    for (const [index, field] of fields.entries()) type(field, characters[index] ?? '');
  }
  return 'typed';
}
