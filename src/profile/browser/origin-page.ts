import type { BrowserContext, Page } from '@playwright/test';
import { ignoreOpenedPage } from '../../secret/opened-origins.ts';

/**
 * Calls `work` for each origin, in an empty page of that origin: no script of the site runs in it, and no request leaves
 * the browser.
 */
export async function inEmptyPages(
  context: BrowserContext,
  origins: readonly string[],
  work: (page: Page, origin: string) => Promise<void>,
): Promise<void> {
  if (origins.length === 0) return;
  const page = await context.newPage();
  try {
    ignoreOpenedPage(page);
    await bypassServiceWorkers(context, page);
    await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<html></html>' }));
    for (const origin of origins) {
      await page.goto(origin);
      await work(page, origin);
    }
  } finally {
    await page.close();
  }
}

/** A service worker answers before a route of Playwright. Only Chromium can be told to leave it out. */
async function bypassServiceWorkers(context: BrowserContext, page: Page): Promise<void> {
  if (context.browser()?.browserType().name() !== 'chromium') return;
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setBypassServiceWorker', { bypass: true });
}
