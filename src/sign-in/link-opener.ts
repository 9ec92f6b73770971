import type { Page } from '@playwright/test';
import { lookAt } from '../challenge/page/look.ts';
import { newPageBeside } from '../core/new-page.ts';
import type { Deadline } from '../core/deadline.ts';
import { challengeKey } from './challenge-key.ts';
import { click } from './click.ts';
import { PageIdle } from './page-idle.ts';
import { mayContinueAlone } from './waiting-page.ts';

/** Maximum time between two readings of the pages, in milliseconds. */
const POLL_INTERVAL = 250;
/** Idle time after which a page has rendered, in milliseconds. */
const IDLE_AFTER = 150;
/** Time for the waiting page to continue after the page of the link has rendered, in milliseconds. */
const CONTINUE_TIMEOUT = 3000;
/** The same if the page of the link says that another page continues, in milliseconds. */
const ANNOUNCED_TIMEOUT = 20_000;

interface LinkContext {
  readonly page: Page;
  readonly pageIdle: PageIdle;
  readonly deadline: Deadline;
}

/** Opens the link of a mail: in the page itself, or beside it if the page continues alone. */
export class LinkOpener {
  readonly #context: LinkContext;
  readonly #openIn: (page: Page, signal: AbortSignal) => Promise<void>;

  /** @param openIn waits for the link and opens it in a page. The signal ends the wait. */
  constructor(context: LinkContext, openIn: (page: Page, signal: AbortSignal) => Promise<void>) {
    this.#context = context;
    this.#openIn = openIn;
  }

  /** @param key key of the challenge that asks for the link */
  async open(key: string): Promise<void> {
    const { page, pageIdle } = this.#context;
    if (!(await mayContinueAlone(page, pageIdle))) return await this.#openUnlessGone(page);
    const tab = await newPageBeside(page);
    if (!tab) return await this.#openUnlessGone(page);
    const tabIdle = new PageIdle(tab);
    try {
      await this.#openUnlessGone(tab);
      if (tab.url() === 'about:blank') return;
      if (await this.#continuesAlone(tab, tabIdle, key)) return;
      await page.goto(tab.url(), {
        waitUntil: 'domcontentloaded',
        timeout: Math.max(1, this.#context.deadline.left()),
      });
    } finally {
      tabIdle.close();
      await tab.close().catch(() => undefined);
    }
  }

  /** Opens the link, unless the page that asked for it navigates before the mail comes. */
  async #openUnlessGone(target: Page): Promise<void> {
    const { page, pageIdle } = this.#context;
    const { documents } = pageIdle;
    const gone = new AbortController();
    const onNavigated = (): void => {
      if (pageIdle.documents !== documents) gone.abort();
    };
    page.on('framenavigated', onNavigated);
    try {
      await this.#openIn(target, gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    } finally {
      page.off('framenavigated', onNavigated);
    }
  }

  /** Waits until the page that asked for the link continues. Returns false if it does not. */
  async #continuesAlone(tab: Page, tabIdle: PageIdle, key: string): Promise<boolean> {
    const { page, pageIdle, deadline } = this.#context;
    let isConfirmed = false;
    let renderedAt = Infinity;
    while (!deadline.signal.aborted) {
      const changed = Promise.race([pageIdle.changed(POLL_INTERVAL), tabIdle.changed(POLL_INTERVAL)]);
      const now = performance.now();
      if (challengeKey(await lookAt(page)) !== key && pageIdle.asOf(now).isQuiet(IDLE_AFTER)) return true;
      const { challenge, locators, signs } = await lookAt(tab);
      const isRendered = !signs.isLoading && tabIdle.asOf(now).isQuiet(IDLE_AFTER);
      if (isRendered) renderedAt = Math.min(renderedAt, now);
      // A page of the link may ask to confirm, so that programs that fetch links do not use them up.
      const confirm = challenge.fields.length === 0 ? (locators.dismiss ?? locators.proceed) : undefined;
      if (isRendered && confirm && !isConfirmed) {
        isConfirmed = true;
        renderedAt = Infinity;
        await click(confirm);
      }
      if (now - renderedAt > (signs.isForOtherTab ? ANNOUNCED_TIMEOUT : CONTINUE_TIMEOUT)) return false;
      await changed;
    }
    return false;
  }
}
