import type { BrowserContext, Page } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import type { AgentBrowser } from './agent-browser.ts';
import type { SharedBrowser } from './wrap/shared-browser.ts';

/** A browser that another program runs, and whose newest page is the agent's. */
export class AttachedBrowser implements AgentBrowser {
  readonly #browser: SharedBrowser;

  constructor(browser: SharedBrowser) {
    this.#browser = browser;
  }

  async page(): Promise<Page> {
    if (!this.#browser.isConnected)
      throw new TwoFactorError('BROWSER_UNREACHABLE', 'The browser of --endpoint has ended. Start the server again.');
    const context = await this.#browser.context();
    return context.pages().at(-1) ?? (await context.newPage());
  }

  async use(context: BrowserContext): Promise<void> {
    await this.#browser.use(context);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
