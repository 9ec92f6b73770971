import type { Browser, BrowserContext, Page } from '@playwright/test';
import { TwoFactorError, causeOf } from '../core/errors.ts';
import { loadPlaywright } from '../core/load-playwright.ts';
import type { AgentBrowser } from './agent-browser.ts';

export interface AttachOptions {
  /** Endpoint that `browser.bind()` or `browserType.launchServer()` returned. */
  readonly endpoint: string;
  readonly engine: 'chromium' | 'firefox' | 'webkit';
}

/** A browser that another program runs, and whose newest page is the agent's. */
export class AttachedBrowser implements AgentBrowser {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** @throws TwoFactorError `AGENT_WITHOUT_BROWSER` if the endpoint does not answer */
  static async connect(options: AttachOptions): Promise<AttachedBrowser> {
    return new AttachedBrowser(await connectBrowser(options));
  }

  async page(): Promise<Page> {
    if (!this.#browser.isConnected())
      throw new TwoFactorError('AGENT_WITHOUT_BROWSER', 'The browser of --endpoint has ended. Start the server again.');
    const context = this.#browser.contexts()[0] ?? (await this.#browser.newContext());
    return context.pages().at(-1) ?? (await context.newPage());
  }

  async use(context: BrowserContext): Promise<void> {
    const others = this.#browser.contexts().filter((one) => one !== context);
    await Promise.all(others.map(async (one) => await one.close()));
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Connects to a browser that another program runs. @throws TwoFactorError `AGENT_WITHOUT_BROWSER` */
export async function connectBrowser({ endpoint, engine }: AttachOptions): Promise<Browser> {
  const playwright = await loadPlaywright();
  return await playwright[engine].connect(endpoint).catch((error: unknown) => {
    const text = `No browser answers at the endpoint (${causeOf(error)}). Pass the endpoint that browser.bind() returned, of the same version of Playwright.`;
    throw new TwoFactorError('AGENT_WITHOUT_BROWSER', text, { cause: error });
  });
}
