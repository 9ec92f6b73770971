import type { APIRequestContext, BrowserContext, Page } from '@playwright/test';
import type { PageProbe } from './browser/probe.ts';

/** The persona of a profile, as far as a profile needs it. */
export interface ProfilePersona {
  readonly name: string;
  readonly url: string | undefined;
  readonly inbox: unknown;
  readonly sms: unknown;
  readonly totp: unknown;
  signIn(
    page: Page,
    url?: string,
    options?: { readonly timeout?: number; readonly trustDevice?: boolean },
  ): Promise<void>;
}

/** Argument of a `signIn` function: an empty page, and a persona with all it needs. */
export interface SignInContextOf<P extends ProfilePersona> {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly persona: P;
  readonly inbox: P['inbox'];
  readonly sms: P['sms'];
  readonly totp: P['totp'];
}

/** Argument of a `probe` function: requests that carry the session, and a page for sites where requests do not tell. */
export interface ProbeContext {
  readonly request: APIRequestContext;
  /** Opens a page that is signed in, which takes much longer than a request. */
  readonly openPage: () => Promise<Page>;
}

/** Argument of a `refresh` function: a page and requests with a session that the probe found dead. */
export interface RefreshContext {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly request: APIRequestContext;
}

/** Settings of a saved signed-in session. */
export interface ProfileSettingsOf<P extends ProfilePersona> {
  /** Name of the persona that signs in. @default the name of the profile */
  readonly personaName?: string;
  /**
   * Signs in. The session that it leaves in the context is saved. `false` if only a person can sign in: see `npx
   * playwright-2fa profile record`. @default `persona.signIn(page)`, which needs no help on most sites
   */
  readonly signIn?: ((context: SignInContextOf<P>) => Promise<void>) | false;
  /** Refreshes a session that the probe found dead, before a new sign-in. @default none */
  readonly refresh?: (context: RefreshContext) => Promise<void>;
  /** URL that `persona.signIn()` opens. @default the persona's `url`, else the URL of `probe`, which redirects there when signed out */
  readonly url?: string;
  /**
   * Checks whether a session is alive: a URL that only a signed-in user may see (2xx without a redirect is alive); a page
   * and a locator that only a signed-in user sees there; or a function.
   */
  readonly probe: string | PageProbe | ((context: ProbeContext) => Promise<boolean>);
  /** Maximum age of a session, in milliseconds. @default none: it is used as long as it is alive */
  readonly maxAge?: number;
  /** Maximum number of tests that use a session. @default no limit */
  readonly maxUses?: number;
  /**
   * True for a site that replaces the refresh token at each use, and ends the session if an old one is used again. One
   * test at a time has the session, and its changes are saved after each test, failed ones too. @default false
   */
  readonly rotate?: boolean;
  /**
   * True to let the site remember the browser, so that later sign-ins of the profile are not asked for a second factor:
   * `persona.signIn()` ticks "Trust this device", and each sign-in begins with the lasting cookies of the session before.
   *
   * @default false
   */
  readonly trustDevice?: boolean;
  /** True if each test signs in on its own, and nothing is saved: for tests that sign out. @default false */
  readonly isolate?: boolean;
}
