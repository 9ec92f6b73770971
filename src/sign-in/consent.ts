import type { ElementHandle, Frame, Locator } from '@playwright/test';
import { QUERY_TIMEOUT, click } from './click.ts';

/**
 * Dismisses a cookie banner that covers one of the controls. A banner beside them is left to the test.
 *
 * @returns true if it clicked the banner
 */
export async function dismissConsent(
  consent: Locator | undefined,
  controls: readonly (Locator | undefined)[],
): Promise<boolean> {
  if (!consent) return false;
  for (const control of controls) {
    // If this cannot be determined, the click on the control shows it.
    if (!control || !(await covers(consent, control).catch(() => false))) continue;
    await click(consent);
    return true;
  }
  return false;
}

async function covers(consent: Locator, control: Locator): Promise<boolean> {
  const [banner, below] = [await outermostElement(consent), await outermostElement(control)];
  return await below.evaluate(coversInPage, banner);
}

/** Returns the element, or the outermost iframe that contains it. */
async function outermostElement(locator: Locator): Promise<ElementHandle<Element>> {
  let handle: ElementHandle = await locator.first().elementHandle({ timeout: QUERY_TIMEOUT });
  for (let frame = await handle.ownerFrame(), parent: Frame | null; frame; frame = parent) {
    parent = frame.parentFrame();
    if (parent) handle = await frame.frameElement();
  }
  return handle as ElementHandle<Element>;
}

/** Runs in the page. True if the topmost element at the position of `below` belongs to the layer of `banner`. */
function coversInPage(below: Element, banner: Element): boolean {
  const [control, other] = [below, banner].map((element) => {
    let outer = element;
    for (let root = outer.getRootNode(); root instanceof ShadowRoot; root = outer.getRootNode()) outer = root.host;
    return outer;
  }) as [Element, Element];
  below.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  const { left, top, width, height } = below.getBoundingClientRect();
  const topmost = document.elementFromPoint(left + width / 2, top + height / 2);
  if (!topmost || control.contains(topmost)) return false;
  let around: Element | null = control;
  while (around && !around.contains(topmost)) around = around.parentElement;
  // An icon or a label also lies on top of its field, but shares a close ancestor with it.
  return around === null || around.contains(other);
}
