import type { Locator, Page } from '@playwright/test';

/** A control that can be pressed is so within this time, in milliseconds; a page may take a moment to enable it. */
export const READY_TIMEOUT = 5000;

/** What was used a moment ago is there within this time, in milliseconds, or gone. */
export const QUERY_TIMEOUT = 1000;

/** Presses a button or a link as a person does; one that something else lies over, as only a program can. */
export async function click(control: Locator): Promise<void> {
  try {
    await control.click({ timeout: READY_TIMEOUT, noWaitAfter: true });
  } catch (error) {
    const isCovered = error instanceof Error && /intercepts pointer events|outside of the viewport/.test(error.message);
    if (!isCovered) throw error;
    await control.dispatchEvent('click', undefined, { timeout: READY_TIMEOUT });
  }
}

/**
 * Chooses an offer.
 *
 * @returns whether it still has to be sent: an option or a radio button only chooses
 */
export async function choose(offer: Locator): Promise<boolean> {
  const isChosen = await offer.evaluate(chooseInPage, undefined, { timeout: READY_TIMEOUT });
  if (!isChosen) await click(offer);
  return isChosen;
}

/** A box that is ticked from the start trusts without being asked. */
export async function setTrust(box: Locator, trust: boolean): Promise<void> {
  await box.evaluate(setInPage, trust, { timeout: READY_TIMEOUT }).catch(() => undefined);
}

/** Whether nothing stands in one of these fields any more: a page that is built late may empty what it was drawn with. */
export async function wasCleared(fields: readonly Locator[]): Promise<boolean> {
  const isEmpty = (field: Element): boolean => (field as HTMLInputElement).value === '';
  const empty = fields.map((field) => field.first().evaluate(isEmpty, undefined, { timeout: QUERY_TIMEOUT }));
  return (await Promise.all(empty.map((one) => one.catch(() => false)))).includes(true);
}

/**
 * Keeps a form that only a script can send from being sent without it, as happens while the script is yet to come: what
 * was typed would stand in the address of the page.
 */
export async function preventNativeSubmit(field: Locator): Promise<void> {
  const kept = field.first().evaluate(preventNativeSubmitInPage, undefined, { timeout: QUERY_TIMEOUT });
  await kept.catch(() => undefined); // what is gone is not sent any more
}

/** When a page has had the time to act on the last key. */
export async function afterNextFrame(page: Page): Promise<void> {
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
function preventNativeSubmitInPage(field: Element): void {
  const { form } = field as HTMLInputElement;
  if (!form || form.hasAttribute('action') || form.hasAttribute('method')) return;
  const keep = (event: SubmitEvent): void => {
    const isSaid = event.submitter?.hasAttribute('formaction') || event.submitter?.hasAttribute('formmethod');
    if (event.target === form && !isSaid) event.preventDefault();
  };
  // Here come last those that the page's own scripts hear before.
  window.addEventListener('submit', keep, { once: true });
}

/** Runs in the page. */
function setInPage(element: Element, isWanted: boolean): void {
  const isBox = element instanceof HTMLInputElement || element.hasAttribute('aria-checked');
  const isOn = element instanceof HTMLInputElement ? element.checked : element.getAttribute('aria-checked') === 'true';
  if (isBox && isOn !== isWanted) (element as HTMLElement).click();
}
