import type { Page } from '@playwright/test';
import { quote } from './describe-challenge.ts';
import { shownUrl } from './shown-url.ts';

/** Describes where a page is, for a model. */
export async function pageState(page: Page): Promise<string> {
  const title = await page.title().catch(() => '');
  return `Page: ${shownUrl(page.url())}${title === '' ? '' : `, titled ${quote(title)}`}.`;
}
