import type { Locator } from '@playwright/test';
import { says } from '../language/page/index.ts';
import { QUERY_TIMEOUT } from './click.ts';

/** Question that a page asks in a box over its form, with the labels of the buttons. */
interface Overlay {
  readonly text: string;
  readonly labels: readonly string[];
}

/**
 * Presses "OK" in a box over the page that asks whether to send a code. The box may be drawn without a dialog role. Any
 * other box is left alone.
 *
 * @param field a field of the form
 * @returns true if it pressed a button
 */
export async function confirmSending(field: Locator): Promise<boolean> {
  const handle = await field.first().evaluateHandle(findOverlayInPage, undefined, { timeout: QUERY_TIMEOUT });
  try {
    const overlay = await handle.evaluate<Overlay | undefined, { text: string; buttons: HTMLElement[] } | undefined>(
      (found) =>
        found && {
          text: found.text,
          labels: found.buttons.map((one) => one.innerText || (one as HTMLInputElement).value),
        },
    );
    if (!overlay || !says(overlay.text, 'send', 'sent') || !says(overlay.text, 'code', 'link', 'email', 'sms'))
      return false;
    const index = overlay.labels.findIndex(
      (label) => says(label, 'accept', 'goOn', 'send') && !says(label, 'no', 'deny'),
    );
    if (index < 0) return false;
    const button = await handle.evaluateHandle((found, at) => found!.buttons[at]!, index);
    await button.click({ timeout: QUERY_TIMEOUT, noWaitAfter: true });
    return true;
  } finally {
    await handle.dispose();
  }
}

/** Runs in the page. Returns the topmost box with buttons that lies over the page and does not contain the field. */
function findOverlayInPage(field: Element): { text: string; buttons: HTMLElement[] } | undefined {
  const MAX_TEXT = 300;
  const buttonsIn = (element: Element): HTMLElement[] =>
    [...element.querySelectorAll<HTMLElement>('button, [role=button], input[type=button], input[type=submit]')].filter(
      (button) => button.checkVisibility(),
    );
  const isOnTop = (element: Element): boolean => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const topmost = document.elementFromPoint(left + width / 2, top + height / 2);
    return topmost !== null && element.contains(topmost);
  };
  const boxes = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => {
    if (element.contains(field) || !/^(?:fixed|absolute)$/.test(getComputedStyle(element).position)) return false;
    return element.checkVisibility() && buttonsIn(element).length > 0 && isOnTop(element);
  });
  const layerOf = (element: Element): number => Number(getComputedStyle(element).zIndex) || 0;
  const [box] = boxes.toSorted((a, b) => layerOf(b) - layerOf(a));
  const text = box?.innerText.replaceAll(/\s+/g, ' ').trim() ?? '';
  return box && text.length <= MAX_TEXT ? { text, buttons: buttonsIn(box) } : undefined;
}
