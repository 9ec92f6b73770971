import type { BrowserContext, Page } from '@playwright/test';
import { withoutMark } from './session-storage.ts';
import type { ProfileState, SessionStorage } from '../state.ts';

/**
 * All that a context is signed in with: cookies, localStorage, IndexedDB and the origins' private files by Playwright,
 * passkeys with their counters, and the sessionStorage of the tabs that are open.
 *
 * @param before what the context began with: of an origin that no tab shows any more, the sessionStorage stays
 */
export async function captureState(context: BrowserContext, before?: ProfileState): Promise<ProfileState> {
  const sessionStorage = await sessionStorageOf(context.pages(), before?.sessionStorage);
  // WebKit keeps no files of an origin in a context that is not persistent.
  const opfs = context.browser()?.browserType().name() !== 'webkit';
  // An option that an older Playwright does not know is none to it.
  const state: ProfileState = await context.storageState({ indexedDB: true, credentials: true, opfs });
  const { credentials, ...rest } = state;
  return {
    ...rest,
    // Given back, even an empty list of passkeys would be an authenticator in the place of the real ones.
    ...(credentials?.length ? { credentials } : {}),
    ...(sessionStorage.length > 0 ? { sessionStorage } : {}),
  };
}

/** The sessionStorage of the pages that are open, and of other origins what was there before. */
export async function sessionStorageOf(
  pages: readonly Page[],
  before: readonly SessionStorage[] = [],
): Promise<SessionStorage[]> {
  const found = new Map(before.map((one) => [one.origin, one]));
  for (const page of pages) {
    if (!/^https?:/.test(page.url())) continue;
    const { origin } = new URL(page.url());
    // A page may be closing, or have crashed; then the one before it counts.
    const items = await page.sessionStorage.items().catch(() => undefined);
    if (items) found.set(origin, { origin, items: withoutMark(items) });
  }
  return [...found.values()].filter(({ items }) => items.length > 0);
}
