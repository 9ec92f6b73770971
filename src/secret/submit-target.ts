import type { Locator } from '@playwright/test';
import { evaluateOn } from '../core/placed-elements.ts';

/**
 * Returns the other origin that a button sends its form to, instead of the form's own: its `formaction`. For a field, it
 * is that of the button which the Enter key presses.
 *
 * @param control button or field
 * @returns undefined if the form goes where it says, or if the control is gone
 */
export async function submitTargetOf(control: Locator): Promise<string | undefined> {
  return await evaluateOn(control, submitTargetInPage, null).catch(() => undefined);
}

/** Runs in the page. */
function submitTargetInPage([control]: Element[]): string | undefined {
  const BUTTONS = 'button:not([type=button],[type=reset]), input[type=submit], input[type=image]';
  const buttonOf = (element: Element): Element | undefined => {
    const button = element.closest(BUTTONS);
    if (button || !('form' in element) || !element.form) return button ?? undefined;
    const root = element.getRootNode();
    // The method of the prototype, because elements of the page may hide those of its document.
    const buttons =
      root instanceof Document
        ? Document.prototype.querySelectorAll.call(root, BUTTONS)
        : (root as ShadowRoot).querySelectorAll(BUTTONS);
    return [...(buttons as NodeListOf<HTMLButtonElement>)].find(({ form }) => form === element.form);
  };
  const button = control && buttonOf(control);
  const action = button?.getAttribute('formaction')?.trim() ?? '';
  if (!button || action === '' || !URL.canParse(action, button.baseURI)) return undefined;
  const url = new URL(action, button.baseURI);
  const staysHere = url.protocol === 'javascript:' || url.protocol === 'about:' || url.origin === self.origin;
  if (staysHere) return undefined;
  return url.origin === 'null' ? url.protocol : url.origin;
}
