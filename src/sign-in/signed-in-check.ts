import type { Locator, Page } from '@playwright/test';
import type { PageReading } from '../challenge/page/look.ts';

/** True if the proof of a session is present. A URL is not proof while the page asks for something. */
export async function isPresent(
  signedIn: Locator | string | RegExp,
  page: Page,
  { signs }: PageReading,
): Promise<boolean> {
  const isAsking = signs.asks.length > 0 || signs.isLoading;
  if (signedIn instanceof RegExp) return !isAsking && signedIn.test(page.url());
  if (typeof signedIn !== 'string') return await signedIn.first().isVisible();
  if (isAsking || !URL.canParse(page.url())) return false;
  const [current, expected] = [new URL(page.url()), new URL(signedIn, page.url())];
  return (
    current.origin === expected.origin &&
    current.pathname === expected.pathname &&
    (expected.search === '' || current.search === expected.search)
  );
}
