import type { Frame, Page } from '@playwright/test';
import { DevtoolsSession } from '../core/devtools-session.ts';
import { type TypingRequest, type TypingResult, typeInDocument } from './typing.ts';

/**
 * A JavaScript world of its own in one document. The page cannot see it: functions and prototypes that the page replaces
 * have no effect in it. It ends with the document, so that nothing reaches the next one.
 */
export class IsolatedWorld {
  /** Origin of the document, as the browser knows it; `null` if it is opaque. */
  readonly origin: string;
  readonly #session: DevtoolsSession;
  readonly #id: string;

  private constructor(session: DevtoolsSession, id: string, origin: string) {
    this.#session = session;
    this.#id = id;
    this.origin = origin;
  }

  /** Opens the world of the main frame. */
  static async ofMainFrame(page: Page): Promise<IsolatedWorld> {
    const session = await DevtoolsSession.of(page);
    const { id } = await session.mainFrame();
    return await IsolatedWorld.#open(session, id);
  }

  /** Finds the world of the document that holds a mark, in a frame or near it. */
  static async find(frame: Frame, mark: string): Promise<IsolatedWorld | undefined> {
    for await (const session of sessionsFor(frame)) {
      const frames = await session.frames();
      const url = frame.url();
      for (const { id } of [...frames.filter((one) => one.url === url), ...frames.filter((one) => one.url !== url)]) {
        // A frame may have been removed meanwhile.
        const world = await IsolatedWorld.#open(session, id).catch(() => undefined);
        if (await world?.has(mark).catch(() => false)) return world;
      }
    }
    return undefined;
  }

  static async #open(session: DevtoolsSession, frameId: string): Promise<IsolatedWorld> {
    const { id, origin } = await session.enterWorld(frameId);
    return new IsolatedWorld(session, id, origin);
  }

  /** Returns true if an element of the document has the mark. */
  async has(mark: string): Promise<boolean> {
    return await this.#session.call(this.#id, HAS_MARK, mark);
  }

  /** Calls a function with the marked element, and removes the mark. Returns undefined if the document has none. */
  async read<T>(mark: string, script: (element: Element) => T): Promise<T | undefined> {
    return await this.#session.call(this.#id, `(mark) => (${withMarked.toString()})(mark, ${script.toString()})`, mark);
  }

  /** Types into the marked fields. */
  async type(request: TypingRequest): Promise<TypingResult> {
    return await this.call(typeInDocument, { ...request, origin: this.origin });
  }

  /** Types the rest of the last value, after a result `lost`. */
  async typeRest(request: TypingRequest): Promise<TypingResult> {
    return await this.type({ ...request, mark: '', typed: 1 });
  }

  /** Returns true if the page has changed since the last typing began, after a result `lost` or `unsent`. */
  async hasReacted(): Promise<boolean> {
    return await this.call(hasReactedInPage, null);
  }

  /** Forgets the last typing, after a result `lost` or `unsent`. */
  async forgetTyping(): Promise<void> {
    await this.call(forgetInPage, null);
  }

  /** Calls a function in the world. Fails if its document is gone. */
  async call<A, T>(script: (arg: A) => T, arg: A): Promise<T> {
    return await this.#session.call(this.#id, script.toString(), arg);
  }
}

/** Runs in the page. */
function hasReactedInPage(): boolean {
  const { playwright2faTyping } = globalThis as unknown as { playwright2faTyping: { hasReacted(): boolean } };
  return playwright2faTyping.hasReacted();
}

/** Runs in the page. */
function forgetInPage(): void {
  const world = globalThis as unknown as { playwright2faTyping?: { end(): void } };
  world.playwright2faTyping?.end();
  delete world.playwright2faTyping;
}

/** Runs in the page. */
function withMarked<T>(mark: string, script: (element: Element) => T): T | undefined {
  const find = (root: Document | ShadowRoot): Element | undefined => {
    const marked = root.querySelector(`[data-playwright-2fa-mark="${mark}"]`);
    if (marked) return marked;
    for (const { shadowRoot } of root.querySelectorAll('*')) {
      const inside = shadowRoot ? find(shadowRoot) : undefined;
      if (inside) return inside;
    }
    return undefined;
  };
  const element = find(document);
  element?.removeAttribute('data-playwright-2fa-mark');
  return element ? script(element) : undefined;
}

const HAS_MARK = `(mark) => {
  const has = (root) => Boolean(root.querySelector('[data-playwright-2fa-mark="' + mark + '"]')) ||
    [...root.querySelectorAll('*')].some(({ shadowRoot }) => shadowRoot && has(shadowRoot));
  return has(document);
}`;

/** Returns the sessions that may contain a frame: that of the page, then that of the frame or of its nearest ancestor. */
async function* sessionsFor(frame: Frame): AsyncGenerator<DevtoolsSession> {
  yield await DevtoolsSession.of(frame.page());
  for (let one: Frame | null = frame; one?.parentFrame(); one = one.parentFrame()) {
    const session = await DevtoolsSession.of(one).catch(() => undefined);
    if (!session) continue;
    yield session;
    return;
  }
}
