import type { BrowserContext, Page } from '@playwright/test';
import { DevtoolsSession, hasDevtools } from '../../core/devtools-session.ts';
import { TwoFactorError } from '../../core/errors.ts';
import { withTimeLimit } from '../../core/time-limit.ts';
import type { ProfileState } from '../state.ts';
import { inEmptyPages } from './origin-page.ts';

/** Maximum time of an attempt, in milliseconds. */
const ATTEMPT_TIMEOUT = 5000;

/**
 * Replaces the state of a context: cookies, localStorage, IndexedDB, passkeys.
 *
 * Playwright deletes each database before it restores it, which waits for ever while a page has a connection to it. Many
 * pages keep one open, such as all that use Firebase. In Chromium their connections are closed first. A page that opens one
 * again at that moment is left for the next attempt, and opened again.
 *
 * @throws TwoFactorError `PROFILE_NOT_SIGNED_IN` if a page keeps its storage open
 */
export async function replaceState(context: BrowserContext, name: string, state: ProfileState): Promise<void> {
  if (await isReplaced(context, state)) return;
  const left = context.pages().map((page) => ({ page, url: page.url() }));
  const goTo = (page: Page, url: string): Promise<unknown> =>
    page.goto(url, { waitUntil: 'commit', timeout: ATTEMPT_TIMEOUT }).catch(() => undefined); // it may be closed
  await Promise.all(left.map(({ page }) => goTo(page, 'about:blank')));
  const isDone = await isReplaced(context, state);
  await Promise.all(left.map(({ page, url }) => goTo(page, url)));
  if (!isDone) throw notReplaced(context, name);
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

/** Replaces the state. Returns false if it takes too long, or a page interferes. */
async function isReplaced(context: BrowserContext, state: ProfileState): Promise<boolean> {
  const late = new Error('late');
  const replaced = closeDatabases(context, state).then(() => context.setStorageState(state));
  const failure = await withTimeLimit(replaced, ATTEMPT_TIMEOUT, () => late).catch((error: unknown) => error);
  // The other error is that of a database whose connection was closed at the wrong moment.
  const mayWork = failure === late || /Unable to restore IndexedDB/.test(String(failure));
  if (failure !== undefined && !mayWork) throw failure;
  return failure === undefined;
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
  const text = `Could not put the session of profile "${name}" into the context: its storage was not free within ${(2 * ATTEMPT_TIMEOUT) / 1000} s. A page may hold a database open: ${pages.join(', ') || 'none is open'}. Close it, or navigate it to about:blank, before \`refresh()\`.`;
  return new TwoFactorError('PROFILE_NOT_SIGNED_IN', text);
}
