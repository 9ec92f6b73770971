import type { Frame, Page, Request, Response, WebSocket } from '@playwright/test';

/** Requests that say nothing of whether a page is still at work. */
const BESIDE = new Set(['image', 'media', 'font', 'eventsource', 'websocket', 'ping', 'manifest', 'texttrack']);
/** A request that is open for longer is one that waits for news, in milliseconds. */
const LONG_POLL = 5000;
/** Of what is said over a socket, the answer cannot be told from other news: it gets this long, in milliseconds. */
const SOCKET_ANSWER = 3000;
/** What keeps a socket open says less than this, in characters. */
const HEARTBEAT = 3;

/** Sees what a page does, from now on: what it asks of servers, where it goes, and when what it shows changes. */
export class PageWatch {
  readonly #page: Page;
  readonly #open = new Map<Request, number>();
  readonly #sockets: WebSocket[] = [];
  #lastActivity = performance.now();
  #lastSaid = -Infinity;
  #begun = 0;
  #documents = 0;
  #status: number | undefined;
  #wake: () => void = () => undefined;

  constructor(page: Page) {
    this.#page = page;
    page.on('request', this.#begin);
    page.on('requestfinished', this.#end);
    page.on('requestfailed', this.#end);
    page.on('response', this.#answered);
    page.on('framenavigated', this.#navigated);
    page.on('websocket', this.#opened);
    page.on('close', this.#woken);
  }

  /** How many requests it has sent, and what it has said over sockets. */
  get begun(): number {
    return this.#begun;
  }

  /** How often it has gone to another document. */
  get documents(): number {
    return this.#documents;
  }

  /** What the server answered when the page was last asked for. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Whether nothing was asked of a server for a while, and no answer is awaited. @param now the moment that is meant */
  isQuiet(milliseconds: number, now: number = performance.now()): boolean {
    const isBusy = [...this.#open.values()].some((since) => now - since < LONG_POLL);
    const isAwaiting = now - this.#lastSaid < Math.max(milliseconds, SOCKET_ANSWER);
    return !isBusy && !isAwaiting && now - this.#lastActivity >= milliseconds;
  }

  /** Counts what is done to the page from outside as its own activity. */
  touch(): void {
    this.#lastActivity = performance.now();
  }

  /** Resolves at the next change from now on, at the latest after `within` milliseconds. */
  async changed(within: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const activity = new Promise<void>((resolve) => (this.#wake = resolve));
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, within)));
    const [main, ...inner] = this.#page.frames();
    const mutations = [
      main!.evaluate(nextMutation, within),
      // A frame that cannot be asked tells nothing; it must not end the wait over and over.
      ...inner.map((frame) => frame.evaluate(nextMutation, within).catch(() => late)),
    ];
    // A page that is being left cannot be asked, and tells by its activity.
    await Promise.race([activity, late, ...mutations]).catch(() => Promise.race([activity, late]));
    clearTimeout(timer);
  }

  close(): void {
    const page = this.#page;
    page.off('request', this.#begin);
    page.off('requestfinished', this.#end);
    page.off('requestfailed', this.#end);
    page.off('response', this.#answered);
    page.off('framenavigated', this.#navigated);
    page.off('websocket', this.#opened);
    page.off('close', this.#woken);
    for (const socket of this.#sockets) socket.off('framesent', this.#said);
  }

  readonly #woken = (): void => {
    this.#lastActivity = performance.now();
    this.#wake();
  };

  readonly #begin = (request: Request): void => {
    if (BESIDE.has(request.resourceType())) return;
    this.#begun++;
    this.#open.set(request, performance.now());
    this.#woken();
  };

  readonly #opened = (socket: WebSocket): void => {
    this.#sockets.push(socket);
    socket.on('framesent', this.#said);
  };

  readonly #said = ({ payload }: { readonly payload: string | Buffer }): void => {
    if (payload.length < HEARTBEAT) return;
    this.#begun++;
    this.#lastSaid = performance.now();
    this.#woken();
  };

  readonly #end = (request: Request): void => {
    if (this.#open.delete(request)) this.#woken();
  };

  readonly #answered = (response: Response): void => {
    const request = response.request();
    if (request.isNavigationRequest() && request.frame() === this.#page.mainFrame()) this.#status = response.status();
  };

  readonly #navigated = (frame: Frame): void => {
    if (frame === this.#page.mainFrame()) {
      this.#documents++;
      // What the page before had asked for is of no interest any more.
      this.#open.clear();
      this.#lastSaid = -Infinity;
    }
    this.#woken();
  };
}

/** Runs in the page: resolves when anything in it changes, or in time. */
function nextMutation(within: number): Promise<void> {
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => finish());
    const timer = setTimeout(() => finish(), within);
    const finish = (): void => {
      observer.disconnect();
      clearTimeout(timer);
      resolve();
    };
    const watch = (root: Document | ShadowRoot): void => {
      observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
      for (const element of root.querySelectorAll('*')) if (element.shadowRoot) watch(element.shadowRoot);
    };
    watch(document);
  });
}
