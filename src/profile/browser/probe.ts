import type { APIRequestContext, Page } from '@playwright/test';
import { TwoFactorError, reasonOf } from '../../core/errors.ts';

/** Maximum time for a page to show whether the user is signed in, in milliseconds. */
const PAGE_TIMEOUT = 15_000;
/** Selector for fields that only sign-in pages have. */
const SIGN_IN_FIELD = 'input[type=password]:visible, input[autocomplete~=username]:visible';

/**
 * A probe that opens a page, for sites whose scripts decide whether the user is signed in.
 *
 * @example
 * profiles: { alice: { probe: { page: '/account', visible: 'text=Sign out' } } }
 */
export interface PageProbe {
  /** The URL of a page. */
  readonly page: string;
  /** Selector of an element that only a signed-in user sees on it, such as `text=Sign out` or `#account`. */
  readonly visible: string;
}

/** Returns true if a session is alive, by a request for a page that only a signed-in user may see. */
export async function probeUrl(request: APIRequestContext, name: string, url: string): Promise<boolean> {
  const response = await request.get(url, { maxRedirects: 0 }).catch((error: unknown) => {
    const text = `Could not probe profile "${name}": ${url} does not answer (${reasonOf(error)}). Start the site, or fix \`probe\`; a relative URL needs \`baseURL\`.`;
    throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', text, { cause: error });
  });
  if (response.status() < 500) return response.ok();
  const text = `Could not probe profile "${name}": ${url} answers ${response.status()}. A server error does not tell whether the session is alive, so the saved session was kept.`;
  throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', text);
}

/** Returns true if a session is alive, by what a page shows: an element for signed-in users, or a sign-in form. */
export async function probePage(page: Page, name: string, { page: url, visible }: PageProbe): Promise<boolean> {
  const proof = page.locator(visible).filter({ visible: true }).first();
  try {
    const response = await page.goto(url);
    if (response && response.status() >= 500) throw new Error(`it answers ${response.status()}`);
    await proof.or(page.locator(SIGN_IN_FIELD)).first().waitFor({ timeout: PAGE_TIMEOUT });
  } catch (error) {
    const text = `Could not probe profile "${name}": ${url} shows neither "${visible}" nor a sign-in form (${reasonOf(error)}). Check that a signed-in user sees \`probe.visible\`.`;
    throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', text, { cause: error });
  }
  return await proof.isVisible();
}
