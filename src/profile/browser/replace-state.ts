import type { BrowserContext, Page } from '@playwright/test';
import { DevtoolsSession, hasDevtools } from '../../core/devtools-session.ts';
import { TwoFactorError } from '../../core/errors.ts';
import { withTimeLimit } from '../../core/time-limit.ts';
import type { ProfileState } from '../state.ts';
import { inEmptyPages } from './origin-page.ts';

/** Time in which the storage is replaced beside the pages, in milliseconds. */
const TIME_BESIDE_PAGES = 5000;
/** Time in which it is replaced after the pages have left their sites, in milliseconds. Only a slow machine needs as much. */
const TIME_WITHOUT_PAGES = 20_000;

/**
 * Replaces the state of a context: cookies, localStorage, IndexedDB, passkeys.
 *
 * Playwright deletes each database before it restores it, which waits for ever while a page has a connection to it. Many
 * pages keep one open, such as all that use Firebase. In Chromium their connections are closed first. If a page opens one
 * again at that moment, all pages leave their sites until the state is replaced.
 *
 * @throws TwoFactorError `PROFILE_NOT_SIGNED_IN` if a page keeps its storage open
 */
export async function replaceState(context: BrowserContext, name: string, state: ProfileState): Promise<void> {
  const attempt = replaceOnce(context, state);
  const isDone = await within(TIME_BESIDE_PAGES, attempt);
  if (isDone) return;
  const left = context.pages().map((page) => ({ page, url: page.url() }));
  const goTo = (page: Page, url: string): Promise<unknown> =>
    page.goto(url, { waitUntil: 'commit', timeout: TIME_BESIDE_PAGES }).catch(() => undefined); // it may be closed
  await Promise.all(left.map(({ page }) => goTo(page, 'about:blank')));
  // An attempt that still waits goes on now: another one beside it would meet it in the storage.
  const isReplaced =
    (isDone === undefined && (await within(TIME_WITHOUT_PAGES, attempt))) ||
    (await within(TIME_WITHOUT_PAGES, replaceOnce(context, state)));
  await Promise.all(left.map(({ page, url }) => goTo(page, url)));
  if (!isReplaced) throw notReplaced(context, name);
}

/**
 * Replaces cookies and localStorage without a navigation of the pages, which Playwright uses to replace the storage.
 *
 * @returns false, and changes nothing, if the state has more than that
 */
export async function replaceBesidePages(context: BrowserContext, state: ProfileState): Promise<boolean> {
  if (!hasOnlyLocalStorage(state)) return false;
  const kept = new Set(state.cookies.map(keyOf));
  for (const { name, domain, path, ...rest } of await context.cookies())
    if (!kept.has(keyOf({ name, domain, path, ...rest }))) await context.clearCookies({ name, domain, path });
  await context.addCookies(state.cookies);
  const items = new Map(state.origins.map(({ origin, localStorage }) => [origin, localStorage]));
  await inEmptyPages(context, [...items.keys()], async (page, origin) => {
    await page.localStorage.clear();
    for (const { name, value } of items.get(origin) ?? []) await page.localStorage.setItem(name, value);
  });
  return true;
}

/** True for a state whose origins have nothing but localStorage. */
function hasOnlyLocalStorage({ origins, credentials, indexedRecords }: ProfileState): boolean {
  const isPlain = (origin: ProfileState['origins'][number]): boolean =>
    Object.entries(origin).every(([member, value]) => {
      return ['origin', 'localStorage'].includes(member) || (Array.isArray(value) && value.length === 0);
    });
  return origins.every(isPlain) && !credentials?.length && !indexedRecords?.length;
}

function keyOf({ name, domain, path }: ProfileState['cookies'][number]): string {
  return JSON.stringify([name, domain, path]);
}

/** Replaces the state. Returns false if a connection was closed at the wrong moment. */
async function replaceOnce(context: BrowserContext, state: ProfileState): Promise<boolean> {
  try {
    await closeDatabases(context, state);
    await context.setStorageState(state);
    return true;
  } catch (error) {
    if (/Unable to restore IndexedDB/.test(String(error))) return false;
    throw error;
  }
}

/** Returns the result of an attempt; `undefined` if it takes longer, which it may go on to do. */
async function within(limit: number, attempt: Promise<boolean>): Promise<boolean | undefined> {
  const late = new Error('late');
  return await withTimeLimit(attempt, limit, () => late).catch((error: unknown) => {
    if (error === late) return undefined;
    throw error;
  });
}

async function sessionsOf(context: BrowserContext): Promise<DevtoolsSession[]> {
  const pages = context.pages();
  if (!pages[0] || !(await hasDevtools(pages[0]))) return [];
  return await Promise.all(pages.map((page) => DevtoolsSession.of(page)));
}

/** Closes the connections to the databases of the pages, and removes these databases. */
async function closeDatabases(context: BrowserContext, { origins }: ProfileState): Promise<void> {
  const [session] = await sessionsOf(context);
  if (!session) return;
  const opened = context.pages().flatMap((one) => one.frames().map((frame) => frame.url()));
  const urls = [...opened, ...origins.map(({ origin }) => origin)].filter((url) => /^https?:/.test(url));
  const all = new Set(urls.map((url) => new URL(url).origin));
  await Promise.all([...all].map((origin) => session.clearDatabases(origin)));
}

function notReplaced(context: BrowserContext, name: string): TwoFactorError {
  const pages = context.pages().map((page) => page.url());
  const text = `Could not put the session of profile "${name}" into the context: its storage did not become free. A page may hold a database open: ${pages.join(', ') || 'none is open'}. Close it, or navigate it to about:blank, before \`refresh()\`.`;
  return new TwoFactorError('PROFILE_NOT_SIGNED_IN', text);
}
