import type { Page } from '@playwright/test';
import type { Challenge } from '../../src/challenge/challenge.ts';
import { type PageReading, lookAt } from '../../src/challenge/page/look.ts';

/** Shows a page, and looks at it. */
export async function look(page: Page, html: string): Promise<Challenge> {
  return (await sight(page, html)).challenge;
}

export async function sight(page: Page, html: string): Promise<PageReading> {
  await page.setContent(html);
  return lookAt(page);
}

/** Six boxes, each with attributes of its own. */
export function boxes(attributes: (index: number) => string, count = 6): string {
  return Array.from({ length: count }, (_, index) => `<input ${attributes(index)}>`).join('\n');
}
