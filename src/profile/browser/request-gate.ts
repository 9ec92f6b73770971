import type { BrowserContext, Page, Request, Route } from '@playwright/test';
import { callIn } from '../../core/page-script.ts';

/** Maximum wait for responses, in milliseconds. A response that takes longer may never end. */
const IDLE_TIMEOUT = 15_000;
/** Types of requests that do not end by themselves. */
const ENDLESS = new Set(['eventsource', 'websocket']);

/**
 * Stops the requests of the pages of a context while their state is read. A page may renew its tokens at any time.
 * Without the gate it could do so while its state is saved, and the saved tokens would be used up.
 */
export class RequestGate {
  readonly #context: BrowserContext;
  readonly #pending = new Set<Request>();
  readonly #held = new Set<Route>();
  /** `holding`: new requests wait. `closed`: they fail. */
  #state: 'open' | 'holding' | 'closed' = 'open';
  #onResponse = (): void => undefined;

  /**
   * Creates the gate of a context. It routes every request from the start, because Playwright does not report a request
   * that is sent while a route is added.
   */
  static async watch(context: BrowserContext): Promise<RequestGate> {
    const gate = new RequestGate(context);
    await context.route('**/*', gate.#onRoute);
    return gate;
  }

  private constructor(context: BrowserContext) {
    this.#context = context;
    const onEnd = (request: Request): void => {
      this.#pending.delete(request);
      this.#onResponse();
    };
    context.on('request', (request) => {
      if (!ENDLESS.has(request.resourceType())) this.#pending.add(request);
    });
    context.on('requestfinished', onEnd);
    context.on('requestfailed', onEnd);
  }

  /**
   * Calls `read` when no page can change its state: no request is sent, and each response has been processed.
   * Afterwards all requests fail until `open()`, because the tokens in them are used up as soon as the state is used
   * elsewhere.
   */
  async readWhenIdle<T>(read: () => Promise<T>): Promise<T> {
    if (this.#state === 'open') this.#state = 'holding';
    // Routes of a page run before those of its context, and later routes before earlier ones.
    await this.#forEachPage((page) => page.route('**/*', this.#onRoute));
    const deadline = performance.now() + IDLE_TIMEOUT;
    do {
      await this.#waitForResponses(deadline);
      await this.#waitForScripts(deadline);
    } while (this.#isWaiting(deadline));
    try {
      return await read();
    } finally {
      this.#state = 'closed';
      // Closing a page would send the requests that are held.
      await Promise.all([...this.#held].map(abort));
      this.#held.clear();
    }
  }

  /** Lets pages send requests again. */
  async open(): Promise<void> {
    this.#state = 'open';
    await this.#forEachPage((page) => page.unroute('**/*', this.#onRoute));
  }

  readonly #onRoute = async (route: Route): Promise<void> => {
    if (this.#state === 'open') return await route.fallback();
    this.#pending.delete(route.request());
    this.#onResponse();
    if (this.#state === 'closed') await abort(route);
    else this.#held.add(route);
  };

  async #forEachPage(work: (page: Page) => Promise<unknown>): Promise<void> {
    await Promise.all(this.#context.pages().map(work));
  }

  async #waitForResponses(deadline: number): Promise<void> {
    while (this.#isWaiting(deadline)) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#onResponse = resolve;
        timer = setTimeout(resolve, deadline - performance.now());
      });
      clearTimeout(timer);
    }
  }

  /** Waits until the scripts that handle the responses have run, that is, until the pages are idle. */
  async #waitForScripts(deadline: number): Promise<void> {
    const idle = Promise.allSettled(this.#context.pages().map((page) => callIn(page.mainFrame(), waitUntilIdle, null)));
    let timer: NodeJS.Timeout | undefined;
    // A page with an open dialog runs no scripts.
    await Promise.race([idle, new Promise((resolve) => (timer = setTimeout(resolve, deadline - performance.now())))]);
    clearTimeout(timer);
  }

  #isWaiting(deadline: number): boolean {
    for (const request of this.#pending) if (isOfClosedPage(request)) this.#pending.delete(request);
    return this.#pending.size > 0 && performance.now() < deadline;
  }
}

function isOfClosedPage(request: Request): boolean {
  try {
    return request.frame().page().isClosed();
  } catch {
    return false; // a service worker, or a page that is being opened
  }
}

/** Waits for two idle periods. It runs in the page. The first one may come before the page has received a response. */
async function waitUntilIdle(): Promise<void> {
  for (let periods = 0; periods < 2; periods++) {
    await new Promise<void>((resolve) => {
      // A page in the background has no idle periods.
      if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 500 });
      else setTimeout(resolve);
    });
  }
}

async function abort(route: Route): Promise<void> {
  await route.abort().catch(() => undefined); // the page may be closed
}
