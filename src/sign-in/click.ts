import type { Locator, Page } from '@playwright/test';
import { sleep } from '../core/abortable.ts';
import { callIn } from '../core/page-script.ts';
import { evaluateOn } from '../core/placed-elements.ts';

/** Timeout for a control to become enabled, in milliseconds. */
export const READY_TIMEOUT = 15_000;

/** Timeout for an element that existed a moment ago, in milliseconds. */
export const QUERY_TIMEOUT = 1000;

/** Maximum time for a page to draw a frame, in milliseconds. A background page, or one without scripts, draws none. */
const FRAME_TIMEOUT = 100;

/** Time for a layer over a control to go away, in milliseconds. */
const COVER_TIMEOUT = 2000;

/** Error for an element that is no longer where the page was read. The page must be read again. */
export class ElementGone extends Error {}

/** Checks that elements are still where the page was read. @throws ElementGone */
export async function requirePresent(...elements: readonly Locator[]): Promise<void> {
  const counts = await Promise.all(elements.map((element) => element.count()));
  if (counts.includes(0)) throw new ElementGone('An element is gone.');
}

/** True if another element covers a control; undefined if the control is gone. */
export async function isCovered(control: Locator): Promise<boolean | undefined> {
  const [covered] = await evaluateOn(control, coveredInPage, null);
  return covered;
}

/**
 * Clicks a button or a link. If another element covers it for long, dispatches the event directly.
 *
 * @param isCoveredNow result of `isCovered()`, if it was just asked
 */
export async function click(control: Locator, isCoveredNow?: boolean): Promise<void> {
  const covered = isCoveredNow ?? (await isCovered(control));
  if (covered === undefined) throw new ElementGone('The element is gone.');
  try {
    await control.first().click({ timeout: covered ? COVER_TIMEOUT : READY_TIMEOUT, noWaitAfter: true });
  } catch (error) {
    const stays = error instanceof Error && /intercepts pointer events|outside of the viewport/.test(error.message);
    if (!stays && !covered) throw error;
    await control.first().dispatchEvent('click', undefined, { timeout: QUERY_TIMEOUT });
  }
}

/**
 * Selects the offer of a factor.
 *
 * @returns true if the form must still be submitted, because the offer is an option or a radio button
 */
export async function selectOffer(offer: Locator): Promise<boolean> {
  await requirePresent(offer);
  const isSelected = await evaluateOn(offer, selectInPage, null);
  if (!isSelected) await click(offer);
  return isSelected;
}

/** Checks or unchecks the "Trust this device" checkbox, which some pages check by default. */
export async function setTrust(box: Locator, trust: boolean): Promise<void> {
  await evaluateOn(box, setCheckedInPage, trust).catch(() => undefined);
}

/** True if one of these fields is empty. A late script may clear fields after they were filled. */
export async function wasCleared(fields: readonly Locator[]): Promise<boolean> {
  const empty = fields.map((field) => evaluateOn(field, isEmptyInPage, null).catch(() => false));
  return (await Promise.all(empty)).includes(true);
}

/**
 * Prevents the native submission of a form without an action, as its script may not have loaded yet. A native submission
 * would put the typed values into the URL.
 */
export async function preventNativeSubmit(field: Locator): Promise<void> {
  await evaluateOn(field, preventNativeSubmitInPage, null).catch(() => undefined); // a form that is gone cannot be submitted
}

/** Waits until the page has had time to react to the last keystroke. */
export async function afterNextFrame(page: Page): Promise<void> {
  const drawn = callIn(page.mainFrame(), nextFrameInPage, null).catch(() => undefined);
  await Promise.race([drawn, sleep(FRAME_TIMEOUT, { ref: false })]);
}

/** Runs in the page. */
function nextFrameInPage(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

/** Runs in the page. */
function isEmptyInPage([field]: Element[]): boolean {
  return (field as HTMLInputElement).value === '';
}

/** Runs in the page. True for each element whose center another element covers. */
function coveredInPage(elements: Element[]): boolean[] {
  return elements.slice(0, 1).map((element) => {
    element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
    const { left, top, width, height } = element.getBoundingClientRect();
    const root = element.getRootNode() as Document | ShadowRoot;
    const topmost = root.elementFromPoint(left + width / 2, top + height / 2);
    const isLabel = topmost instanceof HTMLElement && topmost.closest('label')?.control === element;
    return topmost !== null && topmost !== element && !element.contains(topmost) && !isLabel;
  });
}

/** Runs in the page. */
function selectInPage([element]: Element[]): boolean {
  if (!element) return false;
  const input = element instanceof HTMLInputElement ? element : element.querySelector('input');
  if (element instanceof HTMLOptionElement) {
    const list = element.closest('select');
    if (!list) return false;
    list.value = element.value;
    for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true }));
    return true;
  }
  if (input?.type !== 'radio' && element.getAttribute('role') !== 'radio') return false;
  (input ?? (element as HTMLElement)).click();
  return true;
}

/** Runs in the page. */
function preventNativeSubmitInPage([field]: Element[]): void {
  const { form } = field as HTMLInputElement;
  if (!form || form.hasAttribute('action') || form.hasAttribute('method')) return;
  const prevent = (event: SubmitEvent): void => {
    const hasTarget = event.submitter?.hasAttribute('formaction') || event.submitter?.hasAttribute('formmethod');
    if (event.target === form && !hasTarget) event.preventDefault();
  };
  // On `window`, this listener runs after those of the page.
  window.addEventListener('submit', prevent, { once: true });
}

/** Runs in the page. */
function setCheckedInPage([element]: Element[], isWanted: boolean): void {
  if (!element) return;
  const isCheckbox = element instanceof HTMLInputElement || element.hasAttribute('aria-checked');
  const isChecked =
    element instanceof HTMLInputElement ? element.checked : element.getAttribute('aria-checked') === 'true';
  if (isCheckbox && isChecked !== isWanted) (element as HTMLElement).click();
}
