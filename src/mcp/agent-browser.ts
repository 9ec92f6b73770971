import type { BrowserContext, Page } from '@playwright/test';

/** The browser of an agent. */
export interface AgentBrowser {
  /** Returns the page that the agent sees. */
  page(): Promise<Page>;
  /** Makes a context the only one of the agent: it sees the pages of no other. */
  use(context: BrowserContext): Promise<void>;
  close(): Promise<void>;
}
