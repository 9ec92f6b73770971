import type { BrowserContext, Page } from '@playwright/test';
import { TwoFactorError } from '../../core/errors.ts';
import { withTimeLimit } from '../../core/time-limit.ts';
import { completeRecords } from './indexed-records.ts';
import { withoutMark } from './session-storage.ts';
import type { ProfileState, SessionStorage } from '../state.ts';

/** Maximum time for the pages to give their state, in milliseconds. */
const CAPTURE_TIMEOUT = 15_000;

/**
 * Captures the complete state of a context: cookies, localStorage, IndexedDB, private files of the origins, passkeys
 * with their counters, and the sessionStorage of the open tabs.
 *
 * @param before the initial state of the context. Its sessionStorage is kept for origins that are in no open tab
 * @throws TwoFactorError `PROFILE_NOT_SAVED` if a page does not answer
 */
export async function captureState(context: BrowserContext, before?: ProfileState): Promise<ProfileState> {
  return await withTimeLimit(stateOf(context, before), CAPTURE_TIMEOUT, () => {
    const pages = context.pages().map((page) => page.url());
    const text = `The storage of the context could not be read within ${CAPTURE_TIMEOUT / 1000} s. A page may show a dialog or run a script without an end: ${pages.join(', ')}. Close it first.`;
    return new TwoFactorError('PROFILE_NOT_SAVED', text);
  });
}

async function stateOf(context: BrowserContext, before: ProfileState | undefined): Promise<ProfileState> {
  const sessionStorage = await sessionStorageOf(context.pages(), before?.sessionStorage);
  // WebKit has no private files of origins in a context that is not persistent.
  const opfs = context.browser()?.browserType().name() !== 'webkit';
  // An older Playwright ignores options that it does not know.
  const state: ProfileState = await context.storageState({ indexedDB: true, credentials: true, opfs });
  const { credentials, ...rest } = await completeRecords(context, state, before);
  return {
    ...rest,
    // When restored, even an empty list of passkeys would replace the real authenticators by a virtual one.
    ...(credentials?.length ? { credentials } : {}),
    ...(sessionStorage.length > 0 ? { sessionStorage } : {}),
  };
}

/** Reads the sessionStorage of the open pages. For other origins it returns what was there before. */
export async function sessionStorageOf(
  pages: readonly Page[],
  before: readonly SessionStorage[] = [],
): Promise<SessionStorage[]> {
  const byOrigin = new Map(before.map((storage) => [storage.origin, storage]));
  for (const page of pages) {
    if (!/^https?:/.test(page.url())) continue;
    const { origin } = new URL(page.url());
    // Fails if the page is closing or has crashed; the earlier value then stays.
    const items = await page.sessionStorage.items().catch(() => undefined);
    if (items) byOrigin.set(origin, { origin, items: withoutMark(items) });
  }
  return [...byOrigin.values()].filter(({ items }) => items.length > 0);
}
