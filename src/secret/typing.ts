/** A value for fields of one document. */
export interface TypingRequest {
  readonly value: string;
  /** The mark on the elements. */
  readonly mark: string;
  /** The elements. @default those with the mark */
  readonly elements?: readonly Element[];
  /** Origin of the document, as it was judged. @default not judged */
  readonly origin?: string;
  /** Origins that forms may be sent to, besides that of the document. @default all */
  readonly targets?: readonly string[] | undefined;
  /** True if a field that is not visible yet counts as absent. */
  readonly mustBeVisible: boolean;
  /** Number of characters that are typed already. */
  readonly typed: number;
}

/**
 * Result of typing. `absent`: there is no field yet, or its document is another one by now; `disabled`: the field is
 * disabled or read-only; `lost`: the field is empty after the first character; `unsent`: all is typed, but the form has a
 * button that is still disabled. In the last two results the page shows no reaction so far. `target`: nothing was typed,
 * because the form is sent to this origin.
 */
export type TypingResult =
  | 'typed'
  | 'absent'
  | 'disabled'
  | 'lost'
  | 'unsent'
  | { readonly problem: string }
  | { readonly target: string };

/**
 * Types a value into elements. It runs in the browser, so it must not use anything from
 * outside. It judges the document in the same task in which it types, so that the page cannot replace it in between.
 */
export function typeInDocument(request: TypingRequest): TypingResult {
  type Field = HTMLInputElement | HTMLTextAreaElement | HTMLElement;
  const TEXT_FIELD =
    'input:not([type=hidden],[type=checkbox],[type=radio],[type=submit],[type=button],[type=image],[type=file]), textarea, [contenteditable=""], [contenteditable=true]';
  const MARK = 'data-playwright-2fa-mark';
  const { value, mark, origin, targets, mustBeVisible } = request;

  const findMarked = (root: Document | ShadowRoot): Element[] => {
    const marked = [...root.querySelectorAll(`[${MARK}="${mark}"]`)];
    if (marked.length > 0) return marked;
    return [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? findMarked(shadowRoot) : []));
  };
  const isRendered = (element: Element): boolean => element.getClientRects().length > 0;
  const isVisible = (element: Element): boolean =>
    isRendered(element) && element.checkVisibility({ visibilityProperty: true });
  const fieldsOf = (top: Element, elements: readonly Element[]): Field[] => {
    if (top instanceof HTMLSelectElement) return elements.filter((field) => field instanceof HTMLSelectElement);
    if (!top.matches(TEXT_FIELD)) return [...top.querySelectorAll<Field>(TEXT_FIELD)].filter(isRendered);
    return (elements as Field[]).filter((field) => field === top || (field.matches(TEXT_FIELD) && isRendered(field)));
  };
  const isEnabled = (field: Field): boolean =>
    !('disabled' in field && field.disabled) && !('readOnly' in field && field.readOnly);

  const valueOf = (field: Field): string => ('value' in field ? field.value : (field.textContent ?? ''));
  const hasFocus = (field: Field): boolean => (field.getRootNode() as Document | ShadowRoot).activeElement === field;
  // Uses the setter of the prototype: React overrides the setter of the element to track changes.
  const setValue = (field: Field, text: string): void => {
    if (!('value' in field)) {
      field.textContent = text;
      return;
    }
    const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text);
  };
  const inputEvent = (type: string, inputType: string, data: string | null): InputEvent =>
    new InputEvent(type, { bubbles: true, cancelable: type === 'beforeinput', composed: true, inputType, data });
  /**
   * Edits the field as a person does: the browser fires a trusted event, and some pages ignore others. Such a command
   * works in the field that has the focus in this document. A field that cannot have it gets an event of a script.
   */
  const edit = (field: Field, text: string): void => {
    const [command, inputType] = text === '' ? ['delete', 'deleteContentBackward'] : ['insertText', 'insertText'];
    if (hasFocus(field)) {
      if (text === '') document.execCommand('selectAll');
      if (document.execCommand(command, false, text)) return;
    }
    setValue(field, text === '' ? '' : valueOf(field) + text);
    field.dispatchEvent(inputEvent('input', inputType, text || null));
  };

  const press = (field: Field, key: string): void => {
    const keyCode = key.toUpperCase().charCodeAt(0);
    const code = /\d/.test(key) ? `Digit${key}` : /[a-z]/i.test(key) ? `Key${key.toUpperCase()}` : '';
    const event = { key, code, keyCode, which: keyCode, bubbles: true, cancelable: true, composed: true };
    const isPrevented =
      !field.dispatchEvent(new KeyboardEvent('keydown', event)) ||
      !field.dispatchEvent(new KeyboardEvent('keypress', event));
    if (!isPrevented && field.dispatchEvent(inputEvent('beforeinput', 'insertText', key))) edit(field, key);
    field.dispatchEvent(new KeyboardEvent('keyup', event));
  };
  const isHere = (field: Field): boolean => field.ownerDocument === document;
  /** Chooses the option of a text in a drop-down list, such as a letter of a password. Returns false if there is none. */
  const choose = (list: HTMLSelectElement, text: string): boolean => {
    const options = [...list.options];
    const isSame = (a: string, b: string): boolean => a.trim().toLowerCase() === b.toLowerCase();
    const option =
      options.find((one) => one.value === text || one.text.trim() === text) ??
      options.find((one) => isSame(one.value, text) || isSame(one.text, text));
    if (!option) return false;
    list.selectedIndex = option.index;
    for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true }));
    return true;
  };
  /**
   * Returns the other origin that the form of a field is sent to, or the scheme of another program. The method of the prototype is used, because fields of
   * a form may hide its own methods.
   *
   * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-submission-algorithm
   */
  const targetOf = (field: Field): string | undefined => {
    const form = 'form' in field ? field.form : null;
    const attribute = (name: string): string => (form && Element.prototype.getAttribute.call(form, name)?.trim()) ?? '';
    const action = attribute('action');
    if (action === '' || attribute('method').toLowerCase() === 'dialog' || !URL.canParse(action, field.baseURI))
      return undefined;
    const url = new URL(action, field.baseURI);
    const staysHere = url.protocol === 'javascript:' || url.protocol === 'about:' || url.origin === self.origin;
    if (staysHere) return undefined;
    return url.origin === 'null' ? url.protocol : url.origin;
  };
  /** Returns the field that a page put in place of another one: with the same id, or the same name. */
  const successorOf = ({ id, tagName, ...field }: Field & { readonly name?: string }): Field | undefined => {
    const named = field.name ? `${tagName}[name="${CSS.escape(field.name)}"]` : '';
    const selector = id ? `#${CSS.escape(id)}` : named;
    const found = selector ? document.querySelector<Field>(selector) : document.activeElement;
    return found?.matches(TEXT_FIELD) ? (found as Field) : undefined;
  };

  /** Counts the changes of the page, also those after this task. */
  let changes = 0;
  const observer = new MutationObserver((records) => void (changes += records.length));
  const hasReacted = (): boolean => (changes += observer.takeRecords().length) > 0;
  /** True if the form of a field is complete, but cannot be sent. */
  const isUnsent = (field: Field): boolean => {
    const form = field.closest('form') ?? document.body;
    const empty = [...form.querySelectorAll<Field>(TEXT_FIELD)].some((one) => isRendered(one) && valueOf(one) === '');
    const buttons = [...form.querySelectorAll('button:not([type=button], [type=reset]), input[type=submit]')];
    return !empty && buttons.length > 0 && buttons.every((button) => button.matches(':disabled'));
  };

  /** Shows dots in a field. */
  const conceal = ({ style }: Field): void => {
    if (style.getPropertyValue('-webkit-text-security') !== 'disc')
      style.setProperty('-webkit-text-security', 'disc', 'important');
  };
  // Ends early if the page moves the field into another document, or removes it. The rest of the text stays untyped then.
  const typeInto = (first: Field, text: string, start: number): 'typed' | 'moved' | 'absent' | 'lost' => {
    let field = first;
    let typed = text.slice(0, start);
    conceal(field);
    field.focus();
    // A page may redraw a field that gets the focus or is hidden.
    if (changes === 0 && first === fields[0]) observer.takeRecords();
    if (start === 0 && valueOf(field) !== '') edit(field, '');
    for (const key of text.slice(start)) {
      if (!isHere(field)) return 'moved';
      if (!field.isConnected) {
        // Some pages draw the field again at the first key.
        const next = successorOf(field);
        if (!next || valueOf(next) !== typed) return 'absent';
        field = next;
        field.focus();
        // The caret of a new field is before its text.
        document.getSelection()?.modify('move', 'forward', 'documentboundary');
      }
      press(field, key);
      typed += key;
      const isFirst = request.typed === 0 && field === fields[0] && typed === key;
      if (isFirst && mayDoubt && hasFocus(field) && valueOf(field) === '' && !hasReacted()) return 'lost';
    }
    field.dispatchEvent(new Event('change', { bubbles: true }));
    return isHere(field) ? 'typed' : 'moved';
  };

  const { playwright2faTyping: last } = globalThis as {
    playwright2faTyping?: { readonly fields: readonly Field[]; end(): void };
  };
  const elements = request.elements ?? (request.typed > 0 ? last?.fields : undefined) ?? findMarked(document);
  if (request.typed > 0) last?.end();
  for (const element of elements) element.removeAttribute(MARK);
  const [top] = elements;
  if (!top || (mustBeVisible && !isVisible(top))) return 'absent';
  const fields = fieldsOf(top, elements);
  const maxLength = fields[0] && 'maxLength' in fields[0] ? fields[0].maxLength : -1;
  const room = fields.length > 1 ? fields.length : maxLength < 0 ? Infinity : maxLength;
  // "ABC-123" goes into six boxes without its hyphen.
  const isGrouped = /^[a-z\d]{2,5}(?:[ -][a-z\d]{2,5})+$/i.test(value) && value.length > room;
  const fitted = isGrouped ? value.replace(/[ -]/g, '') : value;
  const characters = Array.from(fitted);
  const texts = fields.length === 1 ? [fitted] : characters;
  if (fields.length === 0) return { problem: 'the element contains no text field.' };
  if (fields.length === 1 && maxLength >= 0 && maxLength < characters.length)
    return { problem: `the field accepts ${maxLength} characters, but the value has ${characters.length}.` };
  if (texts.length !== fields.length)
    return { problem: `there are ${fields.length} boxes for a value of ${characters.length} characters.` };
  if (origin !== undefined && self.origin !== origin) return 'absent';
  // Some fields are read-only until they have the focus.
  if (!fields.every(isEnabled)) fields[0]?.focus();
  if (!fields.every(isEnabled)) return 'disabled';
  if (!fields.every((field) => field.isConnected && isHere(field))) return 'absent';
  const target = fields.map(targetOf).find((one) => one !== undefined && targets?.includes(one) === false);
  if (target !== undefined) return { target };
  const lists = fields.filter((field) => field instanceof HTMLSelectElement);
  if (lists.length > 0) {
    const isChosen = lists.every((list, index) => isHere(list) && choose(list, texts[index] ?? ''));
    return isChosen ? 'typed' : { problem: 'a list has no option for a character of the value.' };
  }
  // Before the page is observed, because the page has not changed the style.
  for (const field of fields) conceal(field);
  // The changes in shadow roots are not seen.
  const mayDoubt = !request.elements && value.length > 1 && fields.every((field) => field.getRootNode() === document);
  if (mayDoubt) observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const typeAll = (): TypingResult => {
    for (const [index, field] of fields.entries()) {
      if (fields.length > 1 && index < request.typed) continue;
      const result = typeInto(field, texts[index] ?? '', fields.length === 1 ? request.typed : 0);
      if (result === 'moved') return { problem: 'the page moved the field into another document.' };
      if (result !== 'typed') return result;
    }
    const end = fields.at(-1)!;
    return mayDoubt && !hasReacted() && end.isConnected && isUnsent(end) ? 'unsent' : 'typed';
  };
  const result = typeAll();
  if (result === 'lost' || result === 'unsent')
    Object.assign(globalThis, { playwright2faTyping: { fields, texts, hasReacted, end: () => observer.disconnect() } });
  else observer.disconnect();
  return result;
}
