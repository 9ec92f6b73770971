import type { CDPSession, Frame, Page } from '@playwright/test';

/** Name of the worlds that a session opens. */
const WORLD_NAME = 'playwright-2fa';

/** A session for each page, and for each frame that has a process of its own. */
const sessions = new WeakMap<Page | Frame, Promise<DevtoolsSession>>();

/** A frame as the browser describes it. */
export interface BrowserFrame {
  readonly id: string;
  readonly url: string;
  readonly name: string;
}

interface FrameTree {
  readonly frame: Omit<BrowserFrame, 'name'> & { readonly name?: string; readonly urlFragment?: string };
  readonly childFrames?: readonly FrameTree[];
}

/**
 * A connection to Chromium's developer tools, for a page or for a frame that has a process of its own.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/
 */
export class DevtoolsSession {
  readonly #session: CDPSession;
  /** The last world of each frame. It may be gone. */
  readonly #worlds = new Map<string, string>();
  #mainFrame: BrowserFrame | undefined;
  /** The last world that was asked for. */
  #opening: Promise<unknown> = Promise.resolve();

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  /** Returns the session of a page or a frame. Fails if the browser is not Chromium, or the frame shares a process. */
  static async of(target: Page | Frame): Promise<DevtoolsSession> {
    const known = sessions.get(target);
    if (known) return await known;
    const context = 'page' in target ? target.page().context() : target.context();
    const forget = (): unknown => sessions.delete(target);
    const opened = context.newCDPSession(target).then((session) => {
      session.once('close', forget);
      return new DevtoolsSession(session);
    });
    sessions.set(target, opened);
    opened.catch(forget);
    return await opened;
  }

  /** Returns the frames of the process, parents first. */
  async frames(): Promise<BrowserFrame[]> {
    const { frameTree } = await this.#session.send('Page.getFrameTree');
    return flatten(frameTree);
  }

  /** Returns the topmost frame. It is asked for again after a world of it could not be opened. */
  async mainFrame(): Promise<BrowserFrame> {
    return (this.#mainFrame ??= (await this.frames())[0]!);
  }

  /** Returns the history of the page. */
  async history(): Promise<readonly { url: string; userTypedURL: string; transitionType: string }[]> {
    const { entries, currentIndex } = await this.#session.send('Page.getNavigationHistory');
    return entries.slice(0, currentIndex + 1);
  }

  /**
   * Opens an isolated world in the document of a frame, or takes the one that is open there.
   *
   * @returns its id, which no other world has, and the origin of the document
   */
  async enterWorld(frameId: string): Promise<{ readonly id: string; readonly origin: string }> {
    const open = this.#worlds.get(frameId);
    const origin = open === undefined ? undefined : await this.#originOf(open).catch(() => undefined);
    if (open !== undefined && origin !== undefined) return { id: open, origin };
    const id = await this.#openNext(frameId, open);
    return { id, origin: await this.#originOf(id) };
  }

  /** Evaluates an expression in an isolated world of the current document of a frame. */
  async evaluate<T>(frameId: string, expression: string): Promise<T> {
    const open = this.#worlds.get(frameId);
    if (open !== undefined) {
      try {
        return await this.#evaluateIn(open, expression);
      } catch (error) {
        if (!isWorldGone(error)) throw error;
      }
    }
    return await this.#evaluateIn(await this.#openNext(frameId, open), expression);
  }

  async #evaluateIn<T>(worldId: string, expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.#session.send('Runtime.evaluate', {
      expression,
      uniqueContextId: worldId,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw scriptFailed(exceptionDetails);
    return result.value as T;
  }

  /** Sends one event of the keyboard to the page. It goes to the frame that has the focus. */
  async sendKey(event: KeyEvent): Promise<void> {
    await this.#session.send('Input.dispatchKeyEvent', event);
  }

  /** Removes the databases of an origin from a context. Their open connections are closed. */
  async clearDatabases(origin: string): Promise<void> {
    await this.#session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
  }

  /** Opens worlds one at a time: the browser lists its worlds when listening starts, and not if it has started already. */
  async #openNext(frameId: string, gone: string | undefined): Promise<string> {
    const opening = this.#opening
      .catch(() => undefined)
      .then(() => {
        const known = this.#worlds.get(frameId);
        return known === undefined || known === gone ? this.#openWorld(frameId) : known;
      });
    this.#opening = opening;
    return await opening;
  }

  /** Evaluates an expression in the world of the page itself, in its topmost frame. */
  async evaluateInPage(expression: string): Promise<unknown> {
    return (await this.#session.send('Runtime.evaluate', { expression, returnByValue: true })).result.value;
  }

  /** Returns the long id of a world. The short one does not do: a world of the next page may have the same. */
  async #openWorld(frameId: string): Promise<string> {
    const session = this.#session;
    this.#worlds.delete(frameId);
    let worldId: string | undefined;
    const note = ({ context }: { context: { name: string; uniqueId: string; auxData?: object } }): void => {
      const { frameId: owner } = (context.auxData ?? {}) as { readonly frameId?: string };
      if (context.name === WORLD_NAME && owner === frameId) worldId = context.uniqueId;
    };
    session.on('Runtime.executionContextCreated', note);
    try {
      await Promise.all([
        session.send('Page.createIsolatedWorld', { frameId, worldName: WORLD_NAME }),
        session.send('Runtime.enable'),
        session.send('Runtime.disable'),
      ]);
    } catch (error) {
      this.#mainFrame = undefined;
      throw error;
    } finally {
      session.off('Runtime.executionContextCreated', note);
    }
    if (worldId === undefined) throw new Error('The document was replaced.');
    this.#worlds.set(frameId, worldId);
    return worldId;
  }

  async #originOf(worldId: string): Promise<string> {
    return await this.call(worldId, '() => self.origin');
  }

  /** Calls a function in a world. Fails if its document is gone. */
  async call<T>(worldId: string, script: string, arg?: unknown): Promise<T> {
    const { result, exceptionDetails } = await this.#session.send('Runtime.callFunctionOn', {
      functionDeclaration: script,
      arguments: [{ value: arg }],
      uniqueContextId: worldId,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw scriptFailed(exceptionDetails);
    return result.value as T;
  }
}

/**
 * An event of the keyboard.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/tot/Input/#method-dispatchKeyEvent
 */
export interface KeyEvent {
  readonly type: 'rawKeyDown' | 'char' | 'keyUp';
  readonly key: string;
  readonly code?: string;
  readonly text?: string;
  readonly windowsVirtualKeyCode?: number;
}

/** Returns true if a program may use the developer tools of the browser. Only Chromium has them. */
export async function hasDevtools(page: Page): Promise<boolean> {
  const name = page.context().browser()?.browserType().name();
  if (name !== undefined && name !== 'chromium') return false;
  return await DevtoolsSession.of(page).then(
    () => true,
    (error: unknown) => {
      if (String(error).includes('only available in Chromium')) return false;
      throw error;
    },
  );
}

function scriptFailed({ text, exception }: { text: string; exception?: { description?: string } }): Error {
  const [reason = text] = (exception?.description ?? text).split('\n');
  return new Error(`A script in the page failed: ${reason}`);
}

/** Returns true for the error of a world whose document is gone. */
function isWorldGone(error: unknown): boolean {
  return /uniqueContextId not found|Cannot find context/.test(String(error));
}

function flatten({ frame, childFrames = [] }: FrameTree): BrowserFrame[] {
  const { id, url, urlFragment = '', name = '' } = frame;
  return [{ id, url: `${url}${urlFragment}`, name }, ...childFrames.flatMap(flatten)];
}
