import type { Locator, Page } from '@playwright/test';
import { evaluateIn } from '../../core/page-script.ts';
import { evaluateOn } from '../../core/placed-elements.ts';

/** Reads the texts of a page one by one, as its layout separates them, in all frames. */
export async function readPageLines(page: Page): Promise<string[]> {
  const script = `(${linesInPage.toString()})(document.body ? [document.body] : [])`;
  const frames = page.frames().map((frame) => evaluateIn<string[]>(frame, script).catch(() => []));
  return (await Promise.all(frames)).flat();
}

/** Reads the texts in elements one by one, as the layout separates them. */
export async function readElementLines(locator: Locator): Promise<string[]> {
  await locator.first().waitFor();
  return await evaluateOn(locator, linesInPage, null);
}

/** Runs in the page. Reads the lines of visible elements, and the values of fields that a person cannot type into. */
function linesInPage(roots: readonly Element[]): string[] {
  const lines: string[] = [];
  const addLines = (text: string): void => {
    for (const line of text.split(/[\n\t]+/)) if (line.trim() !== '') lines.push(line.replaceAll(/\s+/g, ' ').trim());
  };
  const addValue = (field: Element): void => {
    if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return;
    const isText = field instanceof HTMLTextAreaElement || field.type === 'text';
    if (isText && (field.readOnly || field.disabled || field instanceof HTMLTextAreaElement)) addLines(field.value);
  };
  const visit = (root: Element): void => {
    if (!root.checkVisibility()) return;
    if (root instanceof HTMLElement) addLines(root.innerText);
    addValue(root);
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) for (const child of element.shadowRoot.children) visit(child);
      if (element.checkVisibility()) addValue(element);
    }
  };
  for (const root of roots) visit(root);
  return lines;
}
