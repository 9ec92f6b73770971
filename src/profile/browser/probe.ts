import type { APIRequestContext, Page } from '@playwright/test';
import { TwoFactorError, causeOf, reasonOf } from '../../core/errors.ts';
import type { ProbeContext, ProfileSettingsOf } from '../settings.ts';

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

/** Asks a site by a probe whether a session is alive. */
export async function isAlive(
  probe: ProfileSettingsOf<never>['probe'],
  name: string,
  { request, openPage }: ProbeContext,
): Promise<boolean> {
  if (typeof probe === 'string') return await probeUrl(request, name, probe);
  if (typeof probe === 'function') return await probe({ request, openPage });
  return await probePage(await openPage(), name, probe);
}

/** True if an answer tells that nobody is signed in, as an API and the server of a single-page application answer. */
export function isSignedOutStatus(status: number | undefined): boolean {
  return status === 401 || status === 403;
}

/** Returns true if a session is alive, by a request for a page that only a signed-in user may see. */
export async function probeUrl(request: APIRequestContext, name: string, url: string): Promise<boolean> {
  return await probeStatus(name, url, async () => (await request.get(url, { maxRedirects: 0 })).status());
}

/**
 * Returns true if the status of a probe tells that a session is alive.
 *
 * @param ask sends the probe, and follows no redirect
 * @throws TwoFactorError `PROFILE_NOT_SIGNED_IN` if the site does not tell
 */
export async function probeStatus(name: string, url: string, ask: () => Promise<number>): Promise<boolean> {
  const status = await ask().catch((error: unknown) => {
    const text = `Could not probe profile "${name}": ${url} does not answer (${causeOf(error)}). Start the site, or fix \`probe\`; a relative URL needs \`baseURL\`.`;
    throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', text, { cause: error });
  });
  if (status < 500) return status >= 200 && status < 300;
  const text = `Could not probe profile "${name}": ${url} answers ${status}. A server error does not tell whether the session is alive, so the saved session was kept.`;
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
