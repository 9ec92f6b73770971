import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from '@playwright/test';
import type { SessionStorage, StoredItem } from '../state.ts';

/** Stands in the sessionStorage of a tab that was given back what it had. */
const MARK = 'playwright-2fa/restored';

/** What goes into the page, as data. */
interface Given {
  readonly mark: string;
  /** Tells one giving back from the one before. */
  readonly id: string;
  readonly origins: Readonly<Record<string, readonly StoredItem[]>>;
}

export function withoutMark(items: readonly StoredItem[]): StoredItem[] {
  return items.filter(({ name }) => name !== MARK);
}

/**
 * Gives each tab of a context its sessionStorage back, on the first page of each origin, before that page's own scripts
 * run. From then on it is the page's own.
 *
 * @returns what takes that back for tabs to come
 */
export async function giveSessionStorage(
  context: BrowserContext,
  sessionStorage: readonly SessionStorage[] = [],
): Promise<() => Promise<void>> {
  if (sessionStorage.length === 0) return () => Promise.resolve();
  const origins = Object.fromEntries(sessionStorage.map(({ origin, items }) => [origin, items]));
  const script = await context.addInitScript(giveBack, { mark: MARK, id: randomUUID(), origins });
  return () => script.dispose();
}

/** Replaces what the pages that are open have, as far as they are of these origins. */
export async function replaceSessionStorage(
  pages: readonly Page[],
  sessionStorage: readonly SessionStorage[] = [],
): Promise<void> {
  for (const page of pages) {
    if (!/^https?:/.test(page.url())) continue;
    const { origin } = new URL(page.url());
    const items = sessionStorage.find((one) => one.origin === origin)?.items ?? [];
    await page.sessionStorage.clear();
    for (const { name, value } of items) await page.sessionStorage.setItem(name, value);
  }
}

/**
 * Runs in the page. The mark lies where the application may clear it, as it does at sign-out; it is put back when the
 * page goes, so that a tab that signed out stays signed out.
 */
function giveBack({ mark, id, origins }: Given): void {
  const items = origins[location.origin];
  if (!items || window.top !== window) return;
  try {
    if (sessionStorage.getItem(mark) !== id) {
      sessionStorage.clear();
      for (const { name, value } of items) sessionStorage.setItem(name, value);
    }
    const setMark = (): void => sessionStorage.setItem(mark, id);
    setMark();
    addEventListener('pagehide', setMark);
  } catch {
    // The page may not store anything.
  }
}
