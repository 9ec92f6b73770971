import type { BrowserContext, Page, Request, Route } from '@playwright/test';

/** An answer that takes longer is not waited for: it may be one that never ends, in milliseconds. */
const PATIENCE = 15_000;
const ENDLESS = new Set(['eventsource', 'websocket']);

/**
 * What the pages of a context ask their site for. A page that renews its tokens by itself does so also while its state is
 * read and saved, and what is saved is used up by then. So it is brought to a stop before.
 */
export class RequestGate {
  readonly #context: BrowserContext;
  readonly #underWay = new Set<Request>();
  readonly #held = new Set<Route>();
  #isHolding = false;
  #isOff = false;
  #onAnswer = (): void => undefined;

  /**
   * Knows what is asked from now on. It stands in the way of every request from the start: of one that is sent while that
   * begins, Playwright tells nothing.
   */
  static async watch(context: BrowserContext): Promise<RequestGate> {
    const traffic = new RequestGate(context);
    await context.route('**/*', traffic.#pass);
    return traffic;
  }

  private constructor(context: BrowserContext) {
    this.#context = context;
    const answered = (request: Request): void => {
      this.#underWay.delete(request);
      this.#onAnswer();
    };
    context.on('request', (request) => {
      if (!ENDLESS.has(request.resourceType())) this.#underWay.add(request);
    });
    context.on('requestfinished', answered);
    context.on('requestfailed', answered);
  }

  /**
   * Reads what the pages have, when none can change it: they send nothing more, and have taken in what they were sent.
   * From then on their requests fail, since what they carry is used up as soon as what was read is used.
   */
  async atRest<T>(read: () => Promise<T>): Promise<T> {
    this.#isHolding = true;
    // A page's own routes come before the context's, and the last before the first.
    await this.#onPages((page) => page.route('**/*', this.#pass));
    const until = performance.now() + PATIENCE;
    do {
      await this.#answers(until);
      await this.#takenIn(until);
    } while (this.#isWaiting(until));
    try {
      return await read();
    } finally {
      this.#isOff = true;
      // Of a page that is closed, what is held would be sent after all.
      await Promise.all([...this.#held].map(fail));
      this.#held.clear();
    }
  }

  /** Lets pages send again. */
  async goOn(): Promise<void> {
    this.#isHolding = false;
    this.#isOff = false;
    await this.#onPages((page) => page.unroute('**/*', this.#pass));
  }

  readonly #pass = async (route: Route): Promise<void> => {
    if (!this.#isHolding) return await route.fallback();
    this.#underWay.delete(route.request());
    this.#onAnswer();
    if (this.#isOff) await fail(route);
    else this.#held.add(route);
  };

  async #onPages(work: (page: Page) => Promise<unknown>): Promise<void> {
    await Promise.all(this.#context.pages().map(work));
  }

  async #answers(until: number): Promise<void> {
    while (this.#isWaiting(until)) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#onAnswer = resolve;
        timer = setTimeout(resolve, until - performance.now());
      });
      clearTimeout(timer);
    }
  }

  /** Scripts that wait for an answer run before their page has nothing to do. */
  async #takenIn(until: number): Promise<void> {
    const pages = Promise.allSettled(this.#context.pages().map((page) => page.evaluate(untilIdle)));
    let timer: NodeJS.Timeout | undefined;
    // A page that shows a dialog runs nothing.
    await Promise.race([pages, new Promise((resolve) => (timer = setTimeout(resolve, until - performance.now())))]);
    clearTimeout(timer);
  }

  #isWaiting(until: number): boolean {
    for (const request of this.#underWay) if (isOfClosedPage(request)) this.#underWay.delete(request);
    return this.#underWay.size > 0 && performance.now() < until;
  }
}

function isOfClosedPage(request: Request): boolean {
  try {
    return request.frame().page().isClosed();
  } catch {
    return false; // a service worker's, or of a page that is being opened
  }
}

/** Runs in the page. Twice, as the first time may be before an answer has come to it. */
async function untilIdle(): Promise<void> {
  for (let times = 0; times < 2; times++) {
    await new Promise<void>((resolve) => {
      // A page in the background has no idle time.
      if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 500 });
      else setTimeout(resolve);
    });
  }
}

async function fail(route: Route): Promise<void> {
  await route.abort().catch(() => undefined); // its page may be gone
}
