import type { Page } from '@playwright/test';
import { type CrawlerHooks, openPersona, type Persona, twoFactorHooks } from 'playwright-2fa/library';
import { CHROMIUM_FLAGS } from '../../support/chromium-flags.ts';
import { FULL } from '../../support/full.ts';
import { withTempFolder } from '../../support/temp-folder.ts';
import { expect, test as base } from '../test.ts';

/** Number of pages that a session is good for. */
const USES = 50;
/** Number of pages that are crawled. A page in a browser takes about a second on a busy machine. */
const PAGES = { CheerioCrawler: 500, PlaywrightCrawler: FULL ? 500 : 150 };

interface Stats {
  readonly signIns: number;
  readonly pages: number;
  readonly refused: number;
}

const test = base.extend<{ crawler: Persona; stats: () => Promise<Stats> }>({
  crawler: async ({ baseURL }, use) => {
    await withTempFolder(async (folder) => {
      const crawler = { email: 'crawler@acme.test', password: 'Correct-Horse-4711', url: `${baseURL}/login` };
      await using persona = await openPersona('crawler', {
        folder,
        personas: { crawler },
        sinkUrl: 'http://127.0.0.1:1',
      });
      await use(persona);
    });
  },
  stats: async ({ baseURL }, use) => {
    await use(async () => (await (await fetch(`${baseURL}/stats`)).json()) as Stats);
  },
});

test.describe.configure({ mode: 'default', timeout: 900_000 });

const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];
const launchOptions = { args: CHROMIUM_FLAGS, ...(executablePath ? { executablePath } : {}) };

for (const kind of ['CheerioCrawler', 'PlaywrightCrawler'] as const) {
  test(`a ${kind} fetches every page signed in, with sessions that die every 50 pages`, async ({
    crawler: persona,
    stats,
    baseURL,
    playwright,
  }) => {
    const { CheerioCrawler, Configuration, PlaywrightCrawler, log } = await loadCrawlee();
    log.setLevel(log.LEVELS.ERROR);
    const pages = PAGES[kind];
    const before = await stats();
    const launch = () => playwright.chromium.launch(launchOptions);
    const hooks = twoFactorHooks(persona, `${baseURL}/account`, { launch });
    const titles = new Map<string, number>();
    const note = (url: string, title: string): void => {
      expect(title).toBe(`Signed in at ${new URL(url).pathname}`);
      titles.set(title, (titles.get(title) ?? 0) + 1);
    };
    const memory = new Configuration({ persistStorage: false });
    const crawler =
      kind === 'CheerioCrawler'
        ? new CheerioCrawler(
            { ...hooks, maxConcurrency: 5, requestHandler: ({ request, $ }) => note(request.url, $('h1').text()) },
            memory,
          )
        : new PlaywrightCrawler(
            {
              ...hooks,
              minConcurrency: 3,
              maxConcurrency: 3,
              launchContext: { launchOptions },
              requestHandler: async ({ request, page }) => note(request.url, (await page.textContent('h1')) ?? ''),
            },
            memory,
          );
    const urls = Array.from({ length: pages }, (_, number) => `${baseURL}/page/${number}`);
    const { requestsFinished, requestsFailed } = await crawler.run(urls);
    expect([requestsFinished, requestsFailed]).toEqual([pages, 0]);
    expect(titles.size).toBe(pages);
    const after = await stats();
    expect(after.pages - before.pages).toBe(pages);
    expect(after.signIns - before.signIns).toBe(pages / USES);
    expect(after.refused).toBeGreaterThan(before.refused);
  });
}

/** Members of Crawlee that the test uses. Its own types are there only where it is installed. */
interface Crawlee {
  readonly CheerioCrawler: new (options: CrawlerOptions, configuration: object) => Crawler;
  readonly PlaywrightCrawler: new (options: CrawlerOptions, configuration: object) => Crawler;
  readonly Configuration: new (options: { readonly persistStorage: boolean }) => object;
  readonly log: { readonly LEVELS: { readonly ERROR: number }; setLevel(level: number): void };
}

interface CrawlerOptions extends CrawlerHooks {
  readonly minConcurrency?: number;
  readonly maxConcurrency: number;
  readonly launchContext?: object;
  readonly requestHandler: (context: {
    readonly request: { readonly url: string };
    readonly page: Page;
    readonly $: (selector: string) => { text(): string };
  }) => Promise<void> | void;
}

interface Crawler {
  run(urls: readonly string[]): Promise<{ readonly requestsFinished: number; readonly requestsFailed: number }>;
}

/** Loads Crawlee from the folder of the application. It is not a dependency of this package. */
async function loadCrawlee(): Promise<Crawlee> {
  const entry = new URL('./app/node_modules/crawlee/index.mjs', import.meta.url);
  return (await import(entry.href)) as Crawlee;
}
