import type { Locator, Page } from '@playwright/test';
import { TwoFactorError } from '../../core/errors.ts';

/** Form of a reference in a snapshot: `e5`, or `f1e2` in a frame. */
const REF = /^(?:f\d+)?e\d+$/;

/**
 * Returns the element of a reference in the last snapshot of a page.
 *
 * @throws TwoFactorError `FILL_FAILED` if the snapshot has no such reference
 */
export async function fieldOf(page: Page, ref: string): Promise<Locator> {
  const field = REF.test(ref) ? page.locator(`aria-ref=${ref}`) : undefined;
  if (field && (await field.count().catch(() => 0)) === 1) return field;
  const text = `The page has no element "${ref.slice(0, 40)}". It may have changed: take a new snapshot, and pass a reference of it.`;
  throw new TwoFactorError('FILL_FAILED', text);
}

/** Returns the code of a locator that finds the same element in a test, such as `page.getByLabel('Code')`. */
export async function locatorCode(field: Locator): Promise<string> {
  const normalized = await field.normalize().catch(() => undefined);
  return normalized ? `page.${String(normalized)}` : "page.getByLabel('…')";
}
