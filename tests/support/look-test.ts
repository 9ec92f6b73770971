import type { Page } from '@playwright/test';
import type { Challenge } from '../../src/challenge/challenge.ts';
import { type PageReading, lookAt } from '../../src/challenge/page/look.ts';

/** Sets the content of a page and returns its challenge. */
export async function look(page: Page, html: string): Promise<Challenge> {
  return (await sight(page, html)).challenge;
}

/** Sets the content of a page and returns its reading. */
export async function sight(page: Page, html: string): Promise<PageReading> {
  await page.setContent(html);
  return lookAt(page);
}

/** Returns the markup of six inputs, each with its own attributes. */
export function boxes(attributes: (index: number) => string, count = 6): string {
  return Array.from({ length: count }, (_, index) => `<input ${attributes(index)}>`).join('\n');
}
