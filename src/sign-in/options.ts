import type { Locator } from '@playwright/test';
import type { Factor } from '../challenge/challenge.ts';

/** Options of `persona.answer()`. */
export interface AnswerOptions {
  /** Timeout of the whole call, in milliseconds. @default 90_000, or the remaining time of the test */
  readonly timeout?: number;
  /** Aborts the call. */
  readonly signal?: AbortSignal;
  /** Allowed factors, most preferred first. @default all factors of the persona: `persona.factors` */
  readonly factors?: readonly Factor[];
  /** Maximum number of codes to send for one challenge. A password is sent once. @default 2; 3 if a person gives them */
  readonly attempts?: number;
  /** Check "Trust this device", if the page has it. @default false */
  readonly trustDevice?: boolean;
  /**
   * What to agree to where the site asks after the sign-in: words of the page, such as `['terms']` or `['allow']`.
   *
   * @default nothing, which ends the sign-in with an error
   */
  readonly accept?: readonly string[];
  /** Account, organization or tenant to choose, by a part of its name. @default the persona's own account */
  readonly account?: string;
}

/**
 * Options of `persona.signIn()`.
 *
 * @example
 * await persona.signIn(page, '/login', { factors: ['totp'], signedIn: page.getByTestId('account-menu') });
 */
export interface SignInOptions extends AnswerOptions {
  /**
   * Proof of a session: a locator that matches only on signed-in pages, or their URL (a path, a URL or a pattern).
   *
   * @default a sign-out control, new cookies, and the address where the sign-in began: see the page on sign-in
   */
  readonly signedIn?: Locator | string | RegExp;
  /**
   * Set a new password where the site requires one after the old one, because it has expired. The persona keeps it.
   *
   * @default false, which ends the sign-in with `PASSWORD_EXPIRED`
   */
  readonly renewPassword?: boolean;
}
