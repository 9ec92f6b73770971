import type { Locator } from '@playwright/test';
import type { Factor } from '../challenge/challenge.ts';

export interface AnswerOptions {
  /** How long it may take in all, in milliseconds. @default 90_000, or what is left of the test */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Which factors to use, the preferred first. @default all that the persona has: `persona.factors` */
  readonly factors?: readonly Factor[];
  /** How often a code is answered to one challenge before it is given up. A password is sent once. @default 2 */
  readonly attempts?: number;
  /** Whether to let the site trust this browser from now on. @default false */
  readonly trustDevice?: boolean;
}

export interface SignInOptions extends AnswerOptions {
  /**
   * What proves that it is signed in: something that only such a page shows, or its address (a path, a URL, a pattern).
   * @default a control that signs out; or, after an answer, that the form is gone and the page has come to rest
   */
  readonly signedIn?: Locator | string | RegExp;
}
