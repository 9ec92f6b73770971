import type { Page } from '@playwright/test';

/**
 * Finds the page that Playwright's list of tabs marks as the current one.
 *
 * A title is a text of the page, so a line counts only with the number of its place, and with the URL of a page at its
 * end. The browser removes line breaks from titles and URLs.
 *
 * @param list the result of `browser_tabs` with the action `list`
 * @param pages the pages of the context, in the order in which they were opened
 */
export function currentPageIn(list: string, pages: readonly Page[]): Page | undefined {
  const lines = list.split('\n').filter((line) => line !== '');
  const start = lines.findIndex((line) => line.startsWith('- 0:'));
  const tabs = start < 0 ? [] : lines.slice(start);
  let count = tabs.findIndex((line, index) => !line.startsWith(`- ${index}:`));
  if (count < 0) count = tabs.length;
  if (count !== pages.length) return undefined;
  const current = tabs.slice(0, count).findIndex((line, index) => line.startsWith(`- ${index}: (current) [`));
  const page = pages[current];
  if (!page) return undefined;
  const line = tabs[current] ?? '';
  return line.replace(/ \[crashed\]$/, '').endsWith(`](${page.url()})`) ? page : undefined;
}
