import { type Locator, type Page, test as base, expect } from '@playwright/test';
import { type Sink, type SinkOptions, startSink } from '../../src/sink/sink.ts';

export { expect } from '@playwright/test';

/** Opens the web inbox of a sink of the test. */
export const test = base.extend<{ sinkOptions: SinkOptions; sink: Sink; openInbox: (path?: string) => Promise<void> }>({
  sinkOptions: [{}, { option: true }],
  sink: async ({ sinkOptions }, use) => {
    const sink = await startSink({ smtpPort: 0, httpPort: 0, ...sinkOptions });
    await use(sink);
    await sink.close();
  },
  openInbox: async ({ page, sink }, use) => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      const isOfMessage = message.location().url.includes('/inbox/page/');
      if (!isOfMessage && message.text().includes('Content Security Policy')) problems.push(message.text());
    });
    await use(async (path = '/') => {
      await page.goto(new URL(path, sink.url).href);
      await expect(page.getByRole('status')).toHaveText('Live');
    });
    expect(problems).toEqual([]);
  },
});

/** The rows of the list, newest first. */
export const rows = (page: Page): Locator => page.getByRole('region', { name: 'Messages' }).getByRole('listitem');
