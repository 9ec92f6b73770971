import type { BrowserContext } from '@playwright/test';
import { captureState } from '../../src/profile/browser/capture.ts';
import { restoreRecords } from '../../src/profile/browser/indexed-records.ts';
import type { ProfileState } from '../../src/profile/state.ts';
import { test as base } from 'playwright-2fa';

export { expect } from 'playwright-2fa';

export const SITE = 'https://acme.example';

export interface Contexts {
  /** Opens a context in which every URL is a page. With a state, the state is restored. */
  open: (state?: ProfileState) => Promise<BrowserContext>;
}

export const test = base.extend<Contexts>({
  open: async ({ browser }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (storageState) => {
      const context = await browser.newContext(storageState ? { storageState } : {});
      opened.push(context);
      await context.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<h1>Acme</h1>' }));
      await restoreRecords(context, storageState?.indexedRecords);
      return context;
    });
    for (const context of opened) await context.close();
  },
});

/** Runs a script in a page of a site. */
export async function run<T>(context: BrowserContext, script: () => Promise<T>, url = SITE): Promise<T> {
  const page = await context.newPage();
  await page.goto(url);
  try {
    return await page.evaluate(script);
  } finally {
    await page.close();
  }
}

/** Saves what a script has written, as text as the store does, and reads it in a new context. */
export async function restored<T>(
  open: Contexts['open'],
  write: () => Promise<void>,
  read: () => Promise<T>,
): Promise<{ readonly state: ProfileState; readonly found: T; readonly context: BrowserContext }> {
  const context = await open();
  await run(context, write);
  const state = JSON.parse(JSON.stringify(await captureState(context))) as ProfileState;
  const again = await open(state);
  return { state, found: await run(again, read), context: again };
}
