import type { BrowserContext, Page } from '@playwright/test';
import { DevtoolsSession } from './devtools-session.ts';

/** Origins that were opened in a context by its owner, as far as they are known. */
const known = new WeakMap<BrowserContext, Set<string>>();
/** Pages that this package has opened. */
const ignored = new WeakSet<Page>();

/** Excludes a page that the test or the job has not opened itself. Call it before the page navigates. */
export function ignoreOpenedPage(page: Page): void {
  ignored.add(page);
}

/**
 * Notes the first URL of each new page that no other page opened. Browsers without a readable history need it, and pages
 * that replace their entry in it.
 */
export function watchOpenedPages(context: BrowserContext): void {
  const opened = originsIn(context);
  const watch = async (page: Page): Promise<void> => {
    if (await page.opener()) return;
    page.once('request', (request) => {
      if (!ignored.has(page) && request.isNavigationRequest() && request.frame() === page.mainFrame())
        add(opened, request.url());
    });
  };
  context.on('page', (page) => void watch(page).catch(() => undefined));
}

/** Returns the origins that the test or the job itself has opened in a context: not those that a page led to. */
export async function openedOrigins(context: BrowserContext): Promise<string[]> {
  const opened = originsIn(context);
  const histories = await Promise.all(context.pages().map((page) => historyOf(page)));
  for (const entry of histories.flat()) if (isOpened(entry)) add(opened, entry.userTypedURL);
  return [...opened];
}

/** Returns true if a page shows the empty document that it was opened with, or that `setContent()` filled. */
export async function isOwnEmptyPage(page: Page): Promise<boolean> {
  const history = await historyOf(page);
  const [entry] = history;
  return history.length === 1 && entry?.url === 'about:blank' && isOpened(entry);
}

interface HistoryEntry {
  readonly url: string;
  /** The URL before redirects. */
  readonly userTypedURL: string;
  readonly transitionType: string;
}

/** Returns the history of a page; nothing if the browser does not tell it. */
async function historyOf(page: Page): Promise<readonly HistoryEntry[]> {
  const history = DevtoolsSession.of(page).then((session) => session.history());
  return await history.catch(() => []);
}

/** The browser tells pages that were opened by command, as by `goto()`, from those that another page led to. */
function isOpened({ transitionType }: HistoryEntry): boolean {
  return transitionType === 'typed';
}

function originsIn(context: BrowserContext): Set<string> {
  const opened = known.get(context) ?? new Set<string>();
  known.set(context, opened);
  return opened;
}

function add(opened: Set<string>, url: string): void {
  if (/^https?:/.test(url) && URL.canParse(url)) opened.add(new URL(url).origin);
}
