import { newPageBeside } from '../core/new-page.ts';
import type { Page } from '@playwright/test';
import { type PageReading, lookAt } from '../challenge/page/look.ts';
import type { Deadline } from '../core/deadline.ts';
import { PageIdle } from './page-idle.ts';

/** Maximum time of one question, in milliseconds. */
const TIMEOUT = 5000;
/** Tells whether a page has a form that is not a challenge, and asks nevertheless. */
type HasForm = (page: Page) => Promise<boolean> | undefined;

/** Idle time after which a background page has rendered, in milliseconds. */
const IDLE_AFTER = 300;
/** Maximum time between two readings of the background page, in milliseconds. */
const POLL_INTERVAL = 400;

/**
 * The address where a sign-in began, which asked for an identity. If it no longer asks, there is a session.
 *
 * It is asked in the background: by a request with the cookies of the context if the answer is a redirect, else by a page
 * of its own, as only a page runs scripts.
 */
export class StartAddress {
  readonly #page: Page;
  readonly #deadline: Deadline;
  readonly #url: string;
  readonly #askedAt: string;
  readonly #hasForm: HasForm;

  /**
   * @param url address that was opened
   * @param askedAt address of the page that asked for an identity, to which the site may have redirected
   * @param hasForm tells of forms of a page that are not a challenge, and ask nevertheless
   */
  constructor(page: Page, url: string, askedAt: string, deadline: Deadline, hasForm: HasForm = () => undefined) {
    this.#page = page;
    this.#url = url;
    this.#askedAt = askedAt;
    this.#deadline = deadline;
    this.#hasForm = hasForm;
  }

  /** Returns the proof of a session, as `/login now leads to /home`. Undefined if the address still asks, or does not tell. */
  async proof(): Promise<string | undefined> {
    if (!/^https?:/.test(this.#url)) return undefined;
    return (await this.#proofByRequest()) ?? (await this.#proofByPage());
  }

  /** Asks by a request. It proves a session if the site redirects it to the page that asks for nothing. */
  async #proofByRequest(): Promise<string | undefined> {
    // A page at the same address tells more.
    if (isSamePage(this.#askedAt, this.#page.url())) return undefined;
    const headers = { accept: 'text/html,application/xhtml+xml', 'sec-fetch-mode': 'navigate' };
    const options = { headers, timeout: this.#timeout(), failOnStatusCode: false };
    const response = await this.#page
      .context()
      .request.get(this.#url, options)
      .catch(() => undefined);
    if (!response) return undefined;
    const isHere = response.ok() && isSamePage(response.url(), this.#page.url());
    await response.dispose();
    return isHere ? this.#leadsTo(response.url()) : undefined;
  }

  /** Asks by a page. It proves a session if the page has rendered and asks for nothing. */
  async #proofByPage(): Promise<string | undefined> {
    const read = await readInBackground(this.#page, this.#url, this.#timeout(), this.#hasForm);
    return read && !read.asks ? this.#leadsTo(read.url) : undefined;
  }

  #leadsTo(url: string): string {
    const [from, asked, to] = [this.#url, this.#askedAt, url].map(pathOf);
    if (!isSamePage(this.#url, url)) return `${from} now leads to ${to}`;
    return isSamePage(this.#askedAt, url) ? `${from} no longer asks` : `${from} no longer leads to ${asked}`;
  }

  #timeout(): number {
    return Math.max(1, Math.min(TIMEOUT, this.#deadline.left()));
  }
}

/** Page that was opened in the background, and has rendered. */
export interface BackgroundReading extends PageReading {
  readonly url: string;
  /** True if it asks for an identity, offers to sign in, or is an error. */
  readonly asks: boolean;
}

/**
 * Reads an address in a page of its own, in the context of another.
 *
 * @param timeout of the navigation and of the rendering, in milliseconds
 * @returns undefined if it does not render in time, or the context takes no other page
 */
export async function readInBackground(
  beside: Page,
  url: string,
  timeout: number,
  hasForm: HasForm = () => undefined,
): Promise<BackgroundReading | undefined> {
  const page = await newPageBeside(beside);
  if (!page) return undefined;
  const pageIdle = new PageIdle(page);
  const endsAt = performance.now() + timeout;
  try {
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout });
    for (;;) {
      const changed = pageIdle.changed(POLL_INTERVAL);
      const readAt = performance.now();
      const reading = await lookAt(page);
      if (pageIdle.asOf(readAt).isQuiet(IDLE_AFTER) && !reading.signs.isLoading)
        return {
          ...reading,
          url: page.url(),
          asks: doesAsk(reading) || (pageIdle.status ?? 200) >= 400 || (await hasForm(page)) === true,
        };
      if (performance.now() > endsAt) return undefined;
      await changed;
    }
  } catch {
    return undefined;
  } finally {
    pageIdle.close();
    await page.close().catch(() => undefined);
  }
}

/** True if a page asks for an identity, or offers to sign in. */
function doesAsk({ challenge, locators, signs }: PageReading): boolean {
  const isOpen = challenge.kind === 'signed-in' || challenge.kind === 'unknown';
  const mayAsk = signs.mayAsk.length > 0 && signs.session.length === 0;
  return !isOpen || signs.asks.length > 0 || locators.signIn !== undefined || mayAsk;
}

/** Returns the path of a URL, with the route of a single-page application. The query may hold a token. */
export function pathOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, hash } = new URL(url);
  return /^#!?\//.test(hash) ? pathname + hash.replace(/\?.*$/s, '') : pathname;
}

/** True if two URLs are the same page, whatever their queries. */
export function isSamePage(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin && pathOf(a) === pathOf(b);
}
