import type { BrowserContext, Page, Request } from '@playwright/test';
import { DevtoolsSession } from '../core/devtools-session.ts';

/** Origins that were opened in a context by its owner, as far as they are known. */
interface OpenedOrigins {
  readonly origins: Set<string>;
  /** Pages of which it is not known yet who opened them. */
  readonly undecided: Set<Promise<void>>;
}

const known = new WeakMap<BrowserContext, OpenedOrigins>();
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
  const { origins, undecided } = openedIn(context);
  context.on('page', (page) => {
    const isOwn = isOwnPage(page).catch(() => false);
    const note = (request: Request): void => {
      if (ignored.has(page) || !request.isNavigationRequest() || request.frame() !== page.mainFrame()) return;
      const decided = isOwn.then((own) => {
        if (own) add(origins, request.url());
        undecided.delete(decided);
      });
      undecided.add(decided);
    };
    page.once('request', note);
    // An empty page that was filled may lead elsewhere.
    page.once('domcontentloaded', () => page.off('request', note));
  });
}

/** Returns the origins that the test or the job itself has opened in a context: not those that a page led to. */
export async function openedOrigins(context: BrowserContext): Promise<string[]> {
  const { origins, undecided } = openedIn(context);
  const histories = await Promise.all(
    context.pages().map(async (page) => (ignored.has(page) ? [] : await historyOf(page))),
  );
  for (const entry of histories.flat()) if (isOpened(entry)) add(origins, entry.userTypedURL);
  await Promise.all(undecided);
  return [...origins];
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

/**
 * Returns true if a new page was opened by command. A window that a page opened has no opener once that page is closed,
 * but its history tells.
 */
async function isOwnPage(page: Page): Promise<boolean> {
  const [opener, [entry]] = await Promise.all([page.opener(), historyOf(page)]);
  return opener === null && (entry === undefined || isOpened(entry));
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

function openedIn(context: BrowserContext): OpenedOrigins {
  const opened = known.get(context) ?? { origins: new Set(), undecided: new Set() };
  known.set(context, opened);
  return opened;
}

function add(opened: Set<string>, url: string): void {
  if (!/^https?:/.test(url) || !URL.canParse(url)) return;
  const { origin, hostname } = new URL(url);
  // A message that the test has opened as a page is not a site (RFC 6761).
  if (!hostname.endsWith('.invalid')) opened.add(origin);
}
