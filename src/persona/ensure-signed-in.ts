import type { Page } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import type { OpenedProfile } from '../profile/opened-profile.ts';
import { isSignedIn } from '../sign-in/session-check.ts';
import { isSignInPage } from '../sign-in/sign-in-page.ts';
import { isSamePage } from '../sign-in/start-address.ts';

export interface EnsureOptions {
  readonly name: string;
  /** URL to ask, where a sign-in begins. Not used with a profile. */
  readonly url: string | undefined;
  /** The profile whose context the page is in. */
  readonly profile: OpenedProfile | undefined;
  /** True if a URL that a page has named may be opened. */
  readonly mayOpen: (url: string) => Promise<boolean>;
  /** Checks that a sign-in may begin at a URL that a page has named. @throws TwoFactorError `ORIGIN_REFUSED` */
  readonly requireOpenable: (url: string) => Promise<void>;
  readonly signIn: (url: string) => Promise<void>;
}

/**
 * Signs in if the context of a page is no longer signed in, and loads the page again where it was.
 *
 * @returns true if the session is a new one
 */
export async function ensureSignedIn(
  page: Page,
  { name, url, profile, signIn, ...binding }: EnsureOptions,
): Promise<boolean> {
  const before = page.url();
  if (profile) {
    if (!(await profile.ensureSignedIn())) return false;
    if (isWeb(before)) await page.goto(isSignInPage(before) ? profile.url : before);
    return true;
  }
  const start = url ?? (isWeb(before) ? before : undefined);
  if (start === undefined) {
    const text = `It is not known which site to ask whether ${name} is signed in: the page is empty. Pass a URL, or give the persona one: \`url\`.`;
    throw new TwoFactorError('SETTINGS_INVALID', text);
  }
  if (url === undefined) await binding.requireOpenable(start);
  if (await isSignedIn({ page, url: start })) return false;
  const mayReturn = isWeb(before) && !isSignInPage(before) && (await binding.mayOpen(before));
  await signIn(start);
  if (mayReturn && !isSamePage(before, page.url())) await page.goto(before);
  return true;
}

function isWeb(url: string): boolean {
  return /^https?:/.test(url);
}
