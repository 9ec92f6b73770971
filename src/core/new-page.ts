import type { Page } from '@playwright/test';

/**
 * Opens another page in the context of a page. Returns `undefined` if the page was opened with `browser.newPage()`, whose
 * context takes no other page.
 */
export async function newPageBeside(page: Page): Promise<Page | undefined> {
  return await page
    .context()
    .newPage()
    .catch((error: unknown) => {
      if (/Please use browser\.newContext/.test(String(error))) return undefined;
      throw error;
    });
}
