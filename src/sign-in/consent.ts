import type { ElementHandle, Frame, Locator } from '@playwright/test';
import { QUERY_TIMEOUT, click } from './click.ts';

/**
 * Answers what asks for consent to cookies where it lies over a control, as a person has to. What stands beside it is
 * left to the test.
 *
 * @returns whether it did
 */
export async function dismissConsent(
  consent: Locator | undefined,
  controls: readonly (Locator | undefined)[],
): Promise<boolean> {
  if (!consent) return false;
  for (const control of controls) {
    // What cannot be told is found out by whoever presses the control.
    if (!control || !(await covers(consent, control).catch(() => false))) continue;
    await click(consent);
    return true;
  }
  return false;
}

/** Whether something lies over a control, so that a person could not press it. */
export async function isCovered(control: Locator): Promise<boolean> {
  return await control.evaluate(isCoveredInPage, undefined, { timeout: QUERY_TIMEOUT }).catch(() => false);
}

async function covers(consent: Locator, control: Locator): Promise<boolean> {
  const [asking, below] = [await onPage(consent), await onPage(control)];
  return await below.evaluate(coversInPage, asking);
}

/** An element, or the frame of the page that it is in, in whatever depth. */
async function onPage(locator: Locator): Promise<ElementHandle<Element>> {
  let handle: ElementHandle = await locator.first().elementHandle({ timeout: QUERY_TIMEOUT });
  for (let frame = await handle.ownerFrame(), parent: Frame | null; frame; frame = parent) {
    parent = frame.parentFrame();
    if (parent) handle = await frame.frameElement();
  }
  return handle as ElementHandle<Element>;
}

/** Runs in the page. */
function isCoveredInPage(control: Element): boolean {
  control.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  const { left, top, width, height } = control.getBoundingClientRect();
  const seen = (control.getRootNode() as Document | ShadowRoot).elementFromPoint(left + width / 2, top + height / 2);
  return seen !== null && !control.contains(seen);
}

/** Runs in the page: whether what is seen in the place of one element is as far from it as another. */
function coversInPage(below: Element, asking: Element): boolean {
  const [control, other] = [below, asking].map((element) => {
    let outer = element;
    for (let root = outer.getRootNode(); root instanceof ShadowRoot; root = outer.getRootNode()) outer = root.host;
    return outer;
  }) as [Element, Element];
  below.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  const { left, top, width, height } = below.getBoundingClientRect();
  const seen = document.elementFromPoint(left + width / 2, top + height / 2);
  if (!seen || control.contains(seen)) return false;
  let around: Element | null = control;
  while (around && !around.contains(seen)) around = around.parentElement;
  // An icon or a label in the field lies over it, too, but stands by it.
  return around === null || around.contains(other);
}
