import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import type { Logger } from '../core/logger.ts';
import { SIGN_IN_TIMEOUT } from '../core/timeouts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ProfilePersona, ProfileSettingsOf } from './settings.ts';
import type { ProfileStorage } from './store/open.ts';
import type { ProfileSession } from './session.ts';
import { type StartOptions, startSession } from './start-session.ts';

export interface OpenProfileOptionsOf<P extends ProfilePersona> extends Partial<
  Omit<ProfileSettingsOf<P>, 'personaName' | 'url' | 'isolate'>
> {
  /** Name of the profile. @default the persona's name */
  readonly name?: string;
  /** Options of its browser context. */
  readonly contextOptions?: BrowserContextOptions;
  /** Maximum time of a sign-in, in milliseconds. @default 90_000 */
  readonly timeout?: number;
  /** Destination of its warnings and long waits. @default that of the persona */
  readonly logger?: Logger;
}

/** Store of profiles, and the ledger that coordinates their sign-ins. */
export interface ProfileServices extends ProfileStorage {
  readonly ledger: Ledger;
}

/** A signed-in page of a persona, in a context of its own. */
export class OpenedProfile {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly #session: ProfileSession;

  private constructor(context: BrowserContext, page: Page, session: ProfileSession) {
    this.context = context;
    this.page = page;
    this.#session = session;
  }

  static async open<P extends ProfilePersona>(
    browser: Browser,
    url: string,
    persona: P,
    { ledger, store, lastVerified }: ProfileServices,
    options: Omit<OpenProfileOptionsOf<P>, 'logger'> & Pick<StartOptions<P>, 'owner' | 'onLost' | 'longWait'>,
  ): Promise<OpenedProfile> {
    const { name = persona.name, contextOptions = {}, timeout = SIGN_IN_TIMEOUT, ...others } = options;
    const { owner, onLost, longWait, ...settings } = others;
    const session = startSession({
      ...{ name, store, lastVerified, ledger, timeout, owner, onLost, longWait, contextOptions },
      settings: { probe: url, ...settings, url },
      browser: () => browser,
      newRequest: async (requestOptions) => {
        const context = await browser.newContext(requestOptions);
        return { request: context.request, close: () => context.close() };
      },
      openPersona: () => Promise.resolve({ persona, close: () => Promise.resolve() }),
    });
    try {
      const storageState = await session.begin();
      const context = await browser.newContext({ ...contextOptions, storageState });
      await session.enter(context);
      const page = await context.newPage();
      await page.goto(url);
      return new OpenedProfile(context, page, session);
    } catch (error) {
      await session.end();
      throw error;
    }
  }

  /**
   * Saves the session as it is now, for other tests and later runs.
   *
   * @throws TwoFactorError `PROFILE_NOT_SAVED` if it is signed out, or another session was saved since
   */
  async save(): Promise<void> {
    await this.#session.save(this.context);
  }

  /** Signs in again, saves the new session, and puts it into the context. */
  async refresh(): Promise<void> {
    await this.#session.refresh(this.context);
  }

  /** Deletes the saved session. */
  async discard(): Promise<void> {
    await this.#session.discard();
  }

  /** Closes the context. With `rotate`, changes of the site are saved before. */
  async close(): Promise<void> {
    try {
      await this.#session.leave(this.context);
    } finally {
      await this.context.close();
      await this.#session.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
