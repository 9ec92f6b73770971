import type { Frame, Page, Request, Response, WebSocket } from '@playwright/test';
import { callIn } from '../core/page-script.ts';

/** Resource types that do not keep a page busy. */
const PASSIVE = new Set(['image', 'media', 'font', 'eventsource', 'websocket', 'ping', 'manifest', 'texttrack']);
/** Age at which an open request counts as a long poll, in milliseconds. */
const LONG_POLL = 5000;
/** Maximum wait for a request that may submit an answer, in milliseconds. Test servers may be slow. */
const ANSWER_TIMEOUT = 20_000;
/** Maximum wait for a script that the form may need, in milliseconds. */
const SCRIPT_TIMEOUT = 3000;
/** Number of equal requests or socket messages, since the last activity, that count as polling. */
const MIN_REPEATS = 3;
/** Length of the prefix that identifies a request or a message, in characters. */
const PREFIX_LENGTH = 1000;
/** Maximum wait for the reply to a socket message, in milliseconds. */
const SOCKET_TIMEOUT = 3000;
/** Idle time after which a request comes from the page itself, and not from an action on it, in milliseconds. */
const OWN_REQUEST_AFTER = 300;
/** Minimum length of a socket message, in characters. Shorter messages are heartbeats. */
const MIN_MESSAGE = 3;

/** Activity of a page at one moment. */
export interface PageActivity {
  /** Number of navigations so far. */
  readonly documents: number;
  /** Number of requests and socket messages so far. */
  readonly sentCount: number;
  /** True while scripts load. A form may not work until then. */
  readonly isLoading: boolean;
  /** Highest error status of the responses since the last answer; undefined if there was none. */
  readonly errorStatus: number | undefined;
  /** True if the page was idle for `milliseconds`, and no answer is pending. See `PageIdle.isQuiet`. */
  isQuiet(milliseconds: number, longPoll?: number): boolean;
}

/** Observes the activity of a page: its requests, socket messages, navigations and DOM changes. */
export class PageIdle {
  readonly #page: Page;
  readonly #open = new Map<Request, number>();
  readonly #sockets: WebSocket[] = [];
  /** True if the page has sent a request or opened an event stream without an action on it, since the last answer. */
  #isActive = false;
  #lastActivity = performance.now();
  /** Number of times that each request or message was repeated since the last action or navigation. */
  readonly #repeats = new Map<string, number>();
  /** Time from which requests may submit an answer. Reset by a navigation. */
  #answerStarted = Infinity;
  /** Requests and socket messages since then. */
  #sent: (Request | string)[] = [];
  /** True if a new document was requested. Otherwise a navigation changes only the URL. */
  #isNavigating = false;
  #lastMessage = -Infinity;
  #sentCount = 0;
  #documents = 0;
  #status: number | undefined;
  #errorStatus: number | undefined;
  #wake: () => void = () => undefined;

  constructor(page: Page) {
    this.#page = page;
    page.on('request', this.#onRequest);
    page.on('requestfinished', this.#onRequestEnd);
    page.on('requestfailed', this.#onRequestEnd);
    page.on('response', this.#onResponse);
    page.on('framenavigated', this.#onNavigated);
    page.on('websocket', this.#onWebSocket);
    page.on('close', this.#notify);
  }

  /** Number of requests and socket messages so far. */
  get sentCount(): number {
    return this.#sentCount;
  }

  /** Number of navigations so far. */
  get documents(): number {
    return this.#documents;
  }

  /** Highest error status of the responses since the last answer. */
  get errorStatus(): number | undefined {
    return this.#errorStatus;
  }

  /** True if the page keeps a connection to its server, or sends requests without an action on it. */
  get isLive(): boolean {
    return this.#isActive || this.#sockets.some((socket) => !socket.isClosed());
  }

  /** HTTP status of the current document. */
  get status(): number | undefined {
    return this.#status;
  }

  /**
   * True if the page was idle for some time, and no answer is pending.
   *
   * @param milliseconds minimum idle time, in milliseconds
   * @param longPoll age at which an open request no longer counts, in milliseconds
   * @param now reference time, as of `performance.now()`
   */
  isQuiet(milliseconds: number, longPoll: number = LONG_POLL, now: number = performance.now()): boolean {
    const maxAge = (request: Request, since: number): number => {
      if (this.#isNavigation(request)) return Infinity;
      return since >= this.#answerStarted ? Math.max(ANSWER_TIMEOUT, longPoll) : longPoll;
    };
    if ([...this.#open].some(([request, since]) => now - since < maxAge(request, since))) return false;
    const isAnswerPending = now - this.#lastMessage < Math.max(milliseconds, SOCKET_TIMEOUT);
    return !isAnswerPending && now - this.#lastActivity >= milliseconds;
  }

  /** Returns the activity as of a recent moment. */
  asOf(now: number): PageActivity {
    const { documents, sentCount, errorStatus } = this;
    const isLoading = [...this.#open].some(
      ([request, since]) => request.resourceType() === 'script' && now - since < SCRIPT_TIMEOUT,
    );
    const isQuiet: PageActivity['isQuiet'] = (milliseconds, longPoll) => this.isQuiet(milliseconds, longPoll, now);
    return { documents, sentCount, isLoading, errorStatus, isQuiet };
  }

  /** Call before typing or clicking. Requests from now on may submit the answer. */
  expectAnswer(): void {
    this.#answerStarted = performance.now();
    this.#errorStatus = undefined;
    this.#lastMessage = -Infinity;
    this.#isActive = false;
    this.#sent = [];
    this.touch();
  }

  /** True while a navigation is pending. */
  get isLeaving(): boolean {
    return [...this.#open.keys()].some((request) => this.#isNavigation(request));
  }

  /** True if the page has sent the code since `expectAnswer()`, in one piece or digit by digit. */
  hasSent(code: string): boolean {
    const characters = code.match(/[\da-z]/gi);
    if (!characters) return false;
    const pattern = new RegExp(`(?<![\\da-z])${characters.join('[^\\da-z]{0,3}')}(?![\\da-z])`, 'i');
    const texts = this.#sent.map((one) => (typeof one === 'string' ? one : `${one.url()} ${one.postData() ?? ''}`));
    return texts.some((text) => pattern.test(text.replaceAll(/%[\da-f]{2}/gi, ' ')));
  }

  /** Counts an action on the page as activity. */
  touch(): void {
    this.#lastActivity = performance.now();
    this.#repeats.clear();
  }

  /** Returns the time until the page has been idle for one of these times, if nothing happens, in milliseconds. */
  nextIdle(times: readonly number[]): number {
    const idle = performance.now() - this.#lastActivity;
    const next = times.find((time) => time > idle);
    return this.#open.size > 0 || next === undefined ? Infinity : next - idle;
  }

  /** Resolves on the next change, or after `within` milliseconds. */
  async changed(within: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const activity = new Promise<void>((resolve) => (this.#wake = resolve));
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, within)));
    const [main, ...inner] = this.#page.frames();
    const mutations = [
      callIn(main!, nextMutation, within),
      // A frame that cannot be evaluated must not end each wait at once.
      ...inner.map((frame) => callIn(frame, nextMutation, within).catch(() => late)),
    ];
    // A page that navigates cannot be evaluated, but its activity ends the wait.
    await Promise.race([activity, late, ...mutations]).catch(() => Promise.race([activity, late]));
    clearTimeout(timer);
  }

  /** Stops observing. */
  close(): void {
    const page = this.#page;
    page.off('request', this.#onRequest);
    page.off('requestfinished', this.#onRequestEnd);
    page.off('requestfailed', this.#onRequestEnd);
    page.off('response', this.#onResponse);
    page.off('framenavigated', this.#onNavigated);
    page.off('websocket', this.#onWebSocket);
    page.off('close', this.#notify);
    for (const socket of this.#sockets) {
      socket.off('framesent', this.#onMessage);
      socket.off('framereceived', this.#onReply);
    }
  }

  readonly #notify = (): void => {
    this.#lastActivity = performance.now();
    this.#wake();
  };

  readonly #onRequest = (request: Request): void => {
    const isOwn =
      performance.now() - this.#lastActivity > OWN_REQUEST_AFTER && /^(?:xhr|fetch)$/.test(request.resourceType());
    this.#isActive ||= isOwn || request.resourceType() === 'eventsource';
    if (PASSIVE.has(request.resourceType()) || this.#isPolling(request)) return;
    this.#sentCount++;
    this.#sent.push(request);
    this.#open.set(request, performance.now());
    this.#isNavigating ||= this.#isNavigation(request);
    this.#notify();
  };

  readonly #onWebSocket = (socket: WebSocket): void => {
    this.#sockets.push(socket);
    socket.on('framesent', this.#onMessage);
    socket.on('framereceived', this.#onReply);
  };

  readonly #onMessage = ({ payload }: { readonly payload: string | Buffer }): void => {
    if (payload.length < MIN_MESSAGE || this.#isRepeated(String(payload))) return;
    this.#sentCount++;
    this.#sent.push(String(payload));
    // The handshake of a socket is not an answer.
    if (this.#answerStarted !== Infinity) this.#lastMessage = performance.now();
    this.#notify();
  };

  readonly #onReply = ({ payload }: { readonly payload: string | Buffer }): void => {
    if (payload.length < MIN_MESSAGE || this.#lastMessage === -Infinity) return;
    this.#lastMessage = -Infinity;
    this.#notify();
  };

  readonly #onRequestEnd = (request: Request): void => {
    if (this.#open.delete(request)) this.#notify();
  };

  readonly #onResponse = (response: Response): void => {
    const request = response.request();
    const status = response.status();
    if (this.#isNavigation(request)) this.#status = status;
    const since = this.#open.get(request) ?? -Infinity;
    const isAnswer = since >= this.#answerStarted && (request.method() !== 'GET' || this.#isNavigation(request));
    if (isAnswer && status >= 400) this.#errorStatus = Math.max(status, this.#errorStatus ?? 0);
  };

  #isPolling(request: Request): boolean {
    if (!/^(?:xhr|fetch)$/.test(request.resourceType())) return false;
    const [address] = request.url().split('?');
    return this.#isRepeated(`${request.method()} ${address} ${request.postData() ?? ''}`);
  }

  /** Counts a repetition. Texts that differ only in their numbers are equal. */
  #isRepeated(text: string): boolean {
    const fingerprint = text.slice(0, PREFIX_LENGTH).replaceAll(/\d+/g, '0');
    const times = (this.#repeats.get(fingerprint) ?? 0) + 1;
    this.#repeats.set(fingerprint, times);
    return times >= MIN_REPEATS;
  }

  #isNavigation(request: Request): boolean {
    return request.isNavigationRequest() && request.frame() === this.#page.mainFrame();
  }

  readonly #onNavigated = (frame: Frame): void => {
    if (frame === this.#page.mainFrame()) {
      this.#documents++;
      this.#repeats.clear();
      if (this.#isNavigating) this.#reset();
    }
    this.#notify();
  };

  /** Discards the requests and messages of the previous document. */
  #reset(): void {
    this.#isNavigating = false;
    this.#open.clear();
    this.#lastMessage = -Infinity;
    this.#answerStarted = Infinity;
  }
}

/** Runs in the page. Resolves on the next DOM change, or after `within` milliseconds. */
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
