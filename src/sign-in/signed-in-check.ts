import type { Locator, Page } from '@playwright/test';

/** Whether what proves a session is there. An address proves nothing while the page still asks. */
export async function isPresent(
  signedIn: Locator | string | RegExp,
  page: Page,
  key: string | undefined,
): Promise<boolean> {
  if (signedIn instanceof RegExp) return key === undefined && signedIn.test(page.url());
  if (typeof signedIn !== 'string') return await signedIn.first().isVisible();
  if (key !== undefined || !URL.canParse(page.url())) return false;
  const [here, wanted] = [new URL(page.url()), new URL(signedIn, page.url())];
  return (
    here.origin === wanted.origin &&
    here.pathname === wanted.pathname &&
    (wanted.search === '' || here.search === wanted.search)
  );
}
