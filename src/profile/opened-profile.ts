import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import type { Ledger } from '../ledger/ledger.ts';
import type { ProfileSettings, SignInContext } from '../project/settings.ts';
import type { ProfileStorage } from './store/open.ts';
import type { ProfileSession } from './session.ts';
import { startSession } from './start-session.ts';

const SIGN_IN_TIMEOUT = 90_000;

export interface OpenProfileOptions extends Partial<Omit<ProfileSettings, 'personaName' | 'url' | 'isolate'>> {
  /** What it is saved as. @default the persona's name */
  readonly name?: string;
  /** What its context is made with. */
  readonly contextOptions?: BrowserContextOptions;
  /** How long a sign-in may take, in milliseconds. @default 90_000 */
  readonly timeout?: number;
}

/** Where profiles are kept, and where it is written down who signs in. */
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

  static async open(
    browser: Browser,
    url: string,
    persona: SignInContext['persona'],
    { ledger, store, lastVerified }: ProfileServices,
    options: OpenProfileOptions & { readonly who: string },
  ): Promise<OpenedProfile> {
    const { name = persona.name, contextOptions = {}, timeout = SIGN_IN_TIMEOUT, who, ...settings } = options;
    const session = startSession({
      ...{ name, store, lastVerified, ledger, timeout, who, contextOptions },
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
   * Saves the session as it is now, for others and for next time.
   *
   * @throws TwoFactorError `PROFILE_NOT_SAVED` when it is signed out, or another was saved meanwhile
   */
  async save(): Promise<void> {
    await this.#session.save(this.context);
  }

  /** Signs in anew, saves that session, and puts it into the context. */
  async refresh(): Promise<void> {
    await this.#session.refresh(this.context);
  }

  /** Forgets the saved session. */
  async discard(): Promise<void> {
    await this.#session.discard();
  }

  /** Closes the context; with `rotate`, what the site has changed is saved before. */
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
