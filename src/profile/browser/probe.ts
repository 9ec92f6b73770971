import type { APIRequestContext, Page } from '@playwright/test';
import { TwoFactorError, reasonOf } from '../../core/errors.ts';

/** How long a page may take to show whether somebody is signed in, in milliseconds. */
const PAGE_TIMEOUT = 15_000;
/** What a page that asks who one is shows, and few others do. */
const ASKING = 'input[type=password]:visible, input[autocomplete~=username]:visible';

/** A probe that needs a page, because only scripts know whether somebody is signed in. */
export interface PageProbe {
  /** The URL of a page. */
  readonly page: string;
  /** What only a signed-in user sees there, as a selector: `text=Sign out`, `#account`. */
  readonly visible: string;
}

/** Whether a session is alive, by the answer to a request for a page that only a signed-in user may see. */
export async function probeUrl(request: APIRequestContext, name: string, url: string): Promise<boolean> {
  const response = await request.get(url, { maxRedirects: 0 }).catch((error: unknown) => {
    const text = `Profile "${name}" could not be probed: ${url} does not answer (${reasonOf(error)}). Start the site, or mend \`probe\`; a relative one needs \`baseURL\`.`;
    throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', text, { cause: error });
  });
  if (response.status() < 500) return response.ok();
  const text = `Profile "${name}" could not be probed: ${url} answers ${response.status()}. A site in trouble says nothing about the session; it is kept.`;
  throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', text);
}

/** Whether a session is alive, by what a page shows: what only a signed-in user sees, or what asks who one is. */
export async function probePage(page: Page, name: string, { page: url, visible }: PageProbe): Promise<boolean> {
  const proof = page.locator(visible).filter({ visible: true }).first();
  try {
    const response = await page.goto(url);
    if (response && response.status() >= 500) throw new Error(`it answers ${response.status()}`);
    await proof.or(page.locator(ASKING)).first().waitFor({ timeout: PAGE_TIMEOUT });
  } catch (error) {
    const text = `Profile "${name}" could not be probed: ${url} shows neither "${visible}" nor a form to sign in with (${reasonOf(error)}). See whether \`probe.visible\` is what a signed-in user sees.`;
    throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', text, { cause: error });
  }
  return await proof.isVisible();
}
