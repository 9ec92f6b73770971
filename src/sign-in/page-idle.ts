import type { Frame, Page, Request, Response, WebSocket } from '@playwright/test';

/** Requests that say nothing of whether a page is still at work. */
const BESIDE = new Set(['image', 'media', 'font', 'eventsource', 'websocket', 'ping', 'manifest', 'texttrack']);
/** A request that is open for longer is one that waits for news, in milliseconds. */
const LONG_POLL = 5000;
/** One that may be the answer to what was typed is waited for longer, in milliseconds: servers of tests may be slow. */
const ANSWER = 20_000;
/** A script that is loaded for longer is none that the form waits for, in milliseconds. */
const SCRIPT = 3000;
/** What a page asks for or says again and again, and this often since anything happened, is how it waits for news. */
const ROUTINE = 3;
/** This much of what is sent tells one request from another, in characters. */
const TOLD_BY = 1000;
/** Of what is said over a socket, the answer cannot be told from other news: it gets this long, in milliseconds. */
const SOCKET_ANSWER = 3000;
/** What keeps a socket open says less than this, in characters. */
const HEARTBEAT = 3;

/** How far a page has come. */
export interface PageActivity {
  /** How often it has gone to another document. */
  readonly documents: number;
  /** How many requests it has sent, and what it has said over sockets. */
  readonly begun: number;
  /** Whether scripts are being loaded, without which a form may be but drawn. */
  readonly isLoading: boolean;
  isQuiet(milliseconds: number, longPoll?: number): boolean;
}

/** Sees what a page does, from now on: what it asks of servers, where it goes, and when what it shows changes. */
export class PageIdle {
  readonly #page: Page;
  readonly #open = new Map<Request, number>();
  readonly #sockets: WebSocket[] = [];
  #lastActivity = performance.now();
  /** How often the page has asked for or said the same since something was done to it, or it went elsewhere. */
  readonly #repeats = new Map<string, number>();
  /** Since when requests may be the answer to what is typed. A page that went elsewhere has answered. */
  #responder = Infinity;
  /** What servers were asked and told since then. */
  #asked: (Request | string)[] = [];
  /** Whether another document was asked for: without that, only the address is another. */
  #isLeft = false;
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

  /**
   * Whether nothing was asked of a server for a while, and no answer is awaited.
   *
   * @param milliseconds for how long
   * @param longPoll for how many milliseconds an open request is awaited
   * @param now the moment that is meant
   */
  isQuiet(milliseconds: number, longPoll: number = LONG_POLL, now: number = performance.now()): boolean {
    const deadline = (request: Request, since: number): number => {
      if (this.#isNavigation(request)) return Infinity;
      return since >= this.#responder ? Math.max(ANSWER, longPoll) : longPoll;
    };
    if ([...this.#open].some(([request, since]) => now - since < deadline(request, since))) return false;
    const isAwaiting = now - this.#lastSaid < Math.max(milliseconds, SOCKET_ANSWER);
    return !isAwaiting && now - this.#lastActivity >= milliseconds;
  }

  /** How things stood at a moment that is just past. */
  asOf(now: number): PageActivity {
    const { documents, begun } = this;
    const isLoading = [...this.#open].some(
      ([request, since]) => request.resourceType() === 'script' && now - since < SCRIPT,
    );
    const isQuiet: PageActivity['isQuiet'] = (milliseconds, longPoll) => this.isQuiet(milliseconds, longPoll, now);
    return { documents, begun, isLoading, isQuiet };
  }

  /** Something is about to be typed or pressed: what the page asks for from now on may be its answer. */
  expectAnswer(): void {
    this.#responder = performance.now();
    this.#asked = [];
    this.touch();
  }

  /** Whether the page is about to go to another document. */
  get isLeaving(): boolean {
    return [...this.#open.keys()].some((request) => this.#isNavigation(request));
  }

  /** Whether the page has sent a code since an answer to it is expected, in whatever pieces. */
  hasSent(code: string): boolean {
    const signs = code.match(/[\da-z]/gi);
    if (!signs) return false;
    const wanted = new RegExp(`(?<![\\da-z])${signs.join('[^\\da-z]{0,3}')}(?![\\da-z])`, 'i');
    const texts = this.#asked.map((one) => (typeof one === 'string' ? one : `${one.url()} ${one.postData() ?? ''}`));
    return texts.some((text) => wanted.test(text.replaceAll(/%[\da-f]{2}/gi, ' ')));
  }

  /** Counts what is done to the page from outside as its own activity. */
  touch(): void {
    this.#lastActivity = performance.now();
    this.#repeats.clear();
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
    if (BESIDE.has(request.resourceType()) || this.#isRoutine(request)) return;
    this.#begun++;
    this.#asked.push(request);
    this.#open.set(request, performance.now());
    this.#isLeft ||= this.#isNavigation(request);
    this.#woken();
  };

  readonly #opened = (socket: WebSocket): void => {
    this.#sockets.push(socket);
    socket.on('framesent', this.#said);
  };

  readonly #said = ({ payload }: { readonly payload: string | Buffer }): void => {
    if (payload.length < HEARTBEAT || this.#isRepeated(String(payload))) return;
    this.#begun++;
    this.#asked.push(String(payload));
    this.#lastSaid = performance.now();
    this.#woken();
  };

  readonly #end = (request: Request): void => {
    if (this.#open.delete(request)) this.#woken();
  };

  readonly #answered = (response: Response): void => {
    const request = response.request();
    if (this.#isNavigation(request)) this.#status = response.status();
  };

  #isRoutine(request: Request): boolean {
    if (!/^(?:xhr|fetch)$/.test(request.resourceType())) return false;
    const [address] = request.url().split('?');
    return this.#isRepeated(`${request.method()} ${address} ${request.postData() ?? ''}`);
  }

  /** What only counts on is the same. */
  #isRepeated(text: string): boolean {
    const told = text.slice(0, TOLD_BY).replaceAll(/\d+/g, '0');
    const times = (this.#repeats.get(told) ?? 0) + 1;
    this.#repeats.set(told, times);
    return times >= ROUTINE;
  }

  #isNavigation(request: Request): boolean {
    return request.isNavigationRequest() && request.frame() === this.#page.mainFrame();
  }

  readonly #navigated = (frame: Frame): void => {
    if (frame === this.#page.mainFrame()) {
      this.#documents++;
      this.#repeats.clear();
      if (this.#isLeft) this.#forget();
    }
    this.#woken();
  };

  /** What the document before has asked for and said is of no interest any more. */
  #forget(): void {
    this.#isLeft = false;
    this.#open.clear();
    this.#lastSaid = -Infinity;
    this.#responder = Infinity;
  }
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
    const observeRoot = (root: Document | ShadowRoot): void => {
      observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
      for (const element of root.querySelectorAll('*')) if (element.shadowRoot) observeRoot(element.shadowRoot);
    };
    observeRoot(document);
  });
}
