import type { Page } from '@playwright/test';
import { expect } from '../test.ts';

export type Scope = 'otp' | 'mail' | 'key' | 'any';

/** Returns the path of the page that asks for the factors of a scope, and then goes to the profile. */
export function loginPage(scope: Scope): string {
  return `/login.html?callback_url=profile.html&scope=${scope}`;
}

/** Checks the page and the server: it opens the profile on the password alone, and keeps what each scope has got. */
export async function expectSignedIn(page: Page, scope: Scope): Promise<void> {
  await page.goto('/profile.html');
  await expect(page.locator('#dropdownProfile')).toBeVisible();
  const response = await page.request.get(`/api/auth/scheme/?scope=${scope}`);
  const { [scope]: state } = (await response.json()) as Record<
    Scope,
    { password_authenticated: boolean; schemes: Record<string, { scheme_authenticated: boolean }[]> }
  >;
  expect(state.password_authenticated).toBe(true);
  expect(Object.values(state.schemes).flat()).toContainEqual(expect.objectContaining({ scheme_authenticated: true }));
}
