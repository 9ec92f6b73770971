/** Texts and values that a document shows. */
export interface PageContent {
  readonly texts: string[];
  /** Values of the fields that do not show dots. */
  readonly values: string[];
}

/** Runs in the page. Reads what it shows, and shows dots in the field with the number `conceal`. */
export function readInPage({ isPrinted, conceal }: { isPrinted: boolean; conceal?: number }): PageContent {
  const texts: string[] = [];
  const fields: (HTMLInputElement | HTMLTextAreaElement)[] = [];
  const isDots = (element: Element): boolean =>
    !['', 'none'].includes(getComputedStyle(element).getPropertyValue('-webkit-text-security'));
  const readField = (field: HTMLInputElement | HTMLTextAreaElement): void => {
    const { type, value, placeholder } = field;
    if (value === '') texts.push(placeholder);
    else if (/^(?:button|submit|reset)$/.test(type)) texts.push(value);
    else if (!/^(?:password|hidden|checkbox|radio|file|color|range|image)$/.test(type) && !isDots(field))
      fields.push(field);
  };
  const read = (root: Node): void => {
    for (const node of root.childNodes) {
      if (node instanceof Text) {
        const parent = node.parentElement;
        if (!parent || !isDots(parent)) texts.push(node.data);
      } else if (
        node instanceof Element &&
        (isPrinted || node.checkVisibility() || node instanceof HTMLOptionElement)
      ) {
        if (/^(?:script|style|template|title)$/i.test(node.tagName)) continue;
        if (node instanceof HTMLImageElement) texts.push(node.alt);
        if (node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement) readField(node);
        else read(node);
        if (node.shadowRoot) read(node.shadowRoot);
      }
    }
  };
  read(document);
  if (conceal !== undefined) fields[conceal]?.style.setProperty('-webkit-text-security', 'disc', 'important');
  return { texts, values: fields.map(({ value }) => value) };
}
