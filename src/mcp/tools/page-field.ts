import type { Locator, Page } from '@playwright/test';
import { TwoFactorError } from '../../core/errors.ts';

/** Form of a reference in a snapshot: `e5`, or `f1e2` in a frame. */
const REF = /^(?:f\d+)?e\d+$/;

/**
 * Returns the element of a reference in the last snapshot of a page, by a locator that a test can use, too.
 *
 * @throws TwoFactorError `FILL_FAILED` if the snapshot has no such reference
 */
export async function fieldOf(page: Page, ref: string): Promise<Locator> {
  // A reference lives in a world of Playwright's own, where the marks of a filling are not seen.
  const field = REF.test(ref)
    ? await page
        .locator(`aria-ref=${ref}`)
        .normalize()
        .catch(() => undefined)
    : undefined;
  if (field && (await field.count().catch(() => 0)) === 1) return field;
  const text = `The page has no element "${ref.slice(0, 40)}". It may have changed: take a new snapshot, and pass a reference of it.`;
  throw new TwoFactorError('FILL_FAILED', text);
}

/** Returns the code of a locator in a test, such as `page.getByLabel('Code')`. */
export function locatorCode(field: Locator): string {
  return `page.${String(field)}`;
}
