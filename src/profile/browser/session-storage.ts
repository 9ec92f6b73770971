import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from '@playwright/test';
import { TwoFactorError } from '../../core/errors.ts';
import { withTimeLimit } from '../../core/time-limit.ts';
import type { SessionStorage, StoredItem } from '../state.ts';

/** The name of an item that marks the sessionStorage of a tab as restored. */
const MARK = 'playwright-2fa/restored';

/** Maximum time for a page to have its sessionStorage replaced, in milliseconds. */
const STORAGE_TIMEOUT = 10_000;

/** The argument of the script in the page. */
interface RestoreRequest {
  readonly mark: string;
  /** Identifies one restore, so that a later one is not mistaken for it. */
  readonly id: string;
  readonly origins: Readonly<Record<string, readonly StoredItem[]>>;
}

export function withoutMark(items: readonly StoredItem[]): StoredItem[] {
  return items.filter(({ name }) => name !== MARK);
}

/**
 * Restores the sessionStorage in each tab of a context: on its first page of each origin, before the scripts of that
 * page run. From then on it belongs to the page.
 *
 * @returns a function that stops restoring in new tabs
 */
export async function restoreSessionStorage(
  context: BrowserContext,
  sessionStorage: readonly SessionStorage[] = [],
): Promise<() => Promise<void>> {
  if (sessionStorage.length === 0) return () => Promise.resolve();
  const origins = Object.fromEntries(sessionStorage.map(({ origin, items }) => [origin, items]));
  const script = await context.addInitScript(restoreInPage, { mark: MARK, id: randomUUID(), origins });
  return () => script.dispose();
}

/** Replaces the sessionStorage of open pages. */
export async function replaceSessionStorage(
  pages: readonly Page[],
  sessionStorage: readonly SessionStorage[] = [],
): Promise<void> {
  for (const page of pages) {
    if (!/^https?:/.test(page.url())) continue;
    const { origin } = new URL(page.url());
    const items = sessionStorage.find((storage) => storage.origin === origin)?.items ?? [];
    const replace = async (): Promise<void> => {
      await page.sessionStorage.clear();
      for (const { name, value } of items) await page.sessionStorage.setItem(name, value);
    };
    await withTimeLimit(replace(), STORAGE_TIMEOUT, () => {
      const text = `The sessionStorage of ${page.url()} could not be replaced within ${STORAGE_TIMEOUT / 1000} s. The page may show a dialog, or run a script without an end.`;
      return new TwoFactorError('PROFILE_NOT_SIGNED_IN', text);
    });
  }
}

/**
 * Restores the items of an origin. It runs in the page. The application may clear the storage, and with it the mark, as
 * it does at sign-out. The mark is therefore set again when the page is left, so that the tab stays signed out.
 */
function restoreInPage({ mark, id, origins }: RestoreRequest): void {
  const items = origins[location.origin];
  if (!items || window.top !== window) return;
  try {
    if (sessionStorage.getItem(mark) !== id) {
      sessionStorage.clear();
      for (const { name, value } of items) sessionStorage.setItem(name, value);
    }
    // The page may replace the functions later.
    const [storage, { apply }] = [sessionStorage, Reflect];
    const setItem: unknown = Reflect.get(Storage.prototype, 'setItem');
    const setMark = (): void => apply(setItem as (...args: unknown[]) => void, storage, [mark, id]);
    setMark();
    addEventListener('pagehide', setMark);
  } catch {
    // The page is not allowed to use storage.
  }
}
