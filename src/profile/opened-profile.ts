import type { Browser, BrowserContext, BrowserContextOptions, Page, Response } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { SIGN_IN_TIMEOUT } from '../core/timeouts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { isAlive, isSignedOutStatus } from './browser/probe.ts';
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
  /** URL that it was opened with. */
  readonly url: string;
  readonly #session: ProfileSession;
  readonly #isAlive: () => Promise<boolean>;

  private constructor(page: Page, url: string, session: ProfileSession, isAlive: () => Promise<boolean>) {
    this.context = page.context();
    this.page = page;
    this.url = url;
    this.#session = session;
    this.#isAlive = isAlive;
  }

  static async open<P extends ProfilePersona>(
    browser: Browser,
    url: string,
    persona: P,
    { ledger, store, lastVerified }: ProfileServices,
    options: Omit<OpenProfileOptionsOf<P>, 'logger'> & Pick<StartOptions<P>, 'owner' | 'onLost' | 'longWait'>,
  ): Promise<OpenedProfile> {
    const { name = persona.name, contextOptions = {}, timeout = SIGN_IN_TIMEOUT, ...others } = options;
    const { owner, onLost, longWait, ...given } = others;
    const settings = { probe: url, ...given };
    const session = startSession({
      ...{ name, store, lastVerified, ledger, timeout, owner, onLost, longWait, contextOptions, settings, page: url },
      browser: () => browser,
      newRequest: async (requestOptions) => {
        const context = await browser.newContext(requestOptions);
        return { request: context.request, close: () => context.close() };
      },
      openPersona: () => Promise.resolve({ persona, close: () => Promise.resolve() }),
    });
    let context: BrowserContext | undefined;
    try {
      context = await browser.newContext({ ...contextOptions, storageState: await session.begin() });
      await session.enter(context);
      const page = await context.newPage();
      await openSignedIn(page, url, name, session);
      return new OpenedProfile(page, url, session, () => isAliveIn(page.context(), name, settings.probe));
    } catch (error) {
      await context?.close();
      await session.end();
      throw error;
    }
  }

  /**
   * Asks the site whether the context is still signed in, and renews its session if it is not.
   *
   * @returns true if the session is another one now
   */
  async ensureSignedIn(): Promise<boolean> {
    if (await this.#isAlive()) return false;
    await this.#session.renew(this.context);
    return true;
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

/** Opens a page. If it answers 401 or 403 although the probe found a session, the session is renewed, once. */
async function openSignedIn(page: Page, url: string, name: string, session: ProfileSession): Promise<void> {
  if (!isSignedOutStatus(await statusOf(page, url))) return;
  await session.renew(page.context());
  const status = await statusOf(page, url);
  if (!isSignedOutStatus(status)) return;
  const text = `Profile "${name}" was signed in, but ${url} answers ${status}. Check that the user may open it, and give a \`probe\` that tells who is signed in.`;
  throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', text);
}

/** Opens a page and returns its status. Chromium fails to open an answer of 401 or 403 without a body. */
async function statusOf(page: Page, url: string): Promise<number | undefined> {
  let status: number | undefined;
  const note = (response: Response): void => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) status = response.status();
  };
  page.on('response', note);
  try {
    await page.goto(url);
  } catch (error) {
    if (!isSignedOutStatus(status)) throw error;
  } finally {
    page.off('response', note);
  }
  return status;
}

async function isAliveIn(
  context: BrowserContext,
  name: string,
  probe: ProfileSettingsOf<never>['probe'],
): Promise<boolean> {
  let opened: Page | undefined;
  const openPage = async (): Promise<Page> => (opened ??= await context.newPage());
  try {
    return await isAlive(probe, name, { request: context.request, openPage });
  } finally {
    await opened?.close();
  }
}
