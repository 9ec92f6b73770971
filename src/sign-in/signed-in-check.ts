import type { Locator, Page } from '@playwright/test';

/** True if the proof of a session is present. A URL is not proof while the page shows a challenge. */
export async function isPresent(
  signedIn: Locator | string | RegExp,
  page: Page,
  key: string | undefined,
): Promise<boolean> {
  if (signedIn instanceof RegExp) return key === undefined && signedIn.test(page.url());
  if (typeof signedIn !== 'string') return await signedIn.first().isVisible();
  if (key !== undefined || !URL.canParse(page.url())) return false;
  const [current, expected] = [new URL(page.url()), new URL(signedIn, page.url())];
  return (
    current.origin === expected.origin &&
    current.pathname === expected.pathname &&
    (expected.search === '' || current.search === expected.search)
  );
}
