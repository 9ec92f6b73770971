import type { CDPSession, Frame, Page } from '@playwright/test';

/** Name of the worlds that a session opens. */
const WORLD_NAME = 'playwright-2fa';

/** A session for each page, and for each frame that has a process of its own. */
const sessions = new WeakMap<Page | Frame, Promise<DevtoolsSession>>();

/** A frame as the browser describes it. */
export interface BrowserFrame {
  readonly id: string;
  readonly url: string;
}

interface FrameTree {
  readonly frame: BrowserFrame & { readonly urlFragment?: string };
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
    // One at a time: the browser lists its worlds when listening starts, and not if it has started already.
    const opening = this.#opening.catch(() => undefined).then(() => this.#openWorld(frameId));
    this.#opening = opening;
    const id = await opening;
    this.#worlds.set(frameId, id);
    return { id, origin: await this.#originOf(id) };
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
    if (exceptionDetails) throw new Error(`A script in the page failed: ${exceptionDetails.text}`);
    return result.value as T;
  }
}

function flatten({ frame, childFrames = [] }: FrameTree): BrowserFrame[] {
  return [{ id: frame.id, url: `${frame.url}${frame.urlFragment ?? ''}` }, ...childFrames.flatMap(flatten)];
}
