import type { Locator, Page } from '@playwright/test';

/** A control that can be pressed is so within this time, in milliseconds; a page may take a moment to enable it. */
export const READY = 5000;

/** Presses a button or a link as a person does; one that something else lies over, as only a program can. */
export async function press(control: Locator): Promise<void> {
  try {
    await control.click({ timeout: READY, noWaitAfter: true });
  } catch (error) {
    const isCovered = error instanceof Error && /intercepts pointer events|outside of the viewport/.test(error.message);
    if (!isCovered) throw error;
    await control.dispatchEvent('click', undefined, { timeout: READY });
  }
}

/**
 * Chooses an offer.
 *
 * @returns whether it still has to be sent: an option or a radio button only chooses
 */
export async function choose(offer: Locator): Promise<boolean> {
  const isChosen = await offer.evaluate(chooseInPage, undefined, { timeout: READY });
  if (!isChosen) await press(offer);
  return isChosen;
}

/** A box that is ticked from the start trusts without being asked. */
export async function setTrust(box: Locator, trust: boolean): Promise<void> {
  await box.evaluate(setInPage, trust, { timeout: READY }).catch(() => undefined);
}

/** When a page has had the time to act on the last key. */
export async function framesLater(page: Page): Promise<void> {
  await page
    .evaluate(
      () =>
        new Promise<void>((resolve) => {
          requestAnimationFrame(() => setTimeout(resolve));
          // A page in the background draws nothing.
          setTimeout(resolve, 100);
        }),
    )
    .catch(() => undefined);
}

/** Runs in the page. */
function chooseInPage(element: Element): boolean {
  const tick = element instanceof HTMLInputElement ? element : element.querySelector('input');
  if (element instanceof HTMLOptionElement) {
    const list = element.closest('select');
    if (!list) return false;
    list.value = element.value;
    for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true }));
    return true;
  }
  if (tick?.type !== 'radio' && element.getAttribute('role') !== 'radio') return false;
  (tick ?? (element as HTMLElement)).click();
  return true;
}

/** Runs in the page. */
function setInPage(element: Element, isWanted: boolean): void {
  const isBox = element instanceof HTMLInputElement || element.hasAttribute('aria-checked');
  const isOn = element instanceof HTMLInputElement ? element.checked : element.getAttribute('aria-checked') === 'true';
  if (isBox && isOn !== isWanted) (element as HTMLElement).click();
}
