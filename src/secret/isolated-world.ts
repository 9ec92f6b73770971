import type { Frame, Page } from '@playwright/test';
import { DevtoolsSession } from './devtools-session.ts';
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

  /** Types into the marked fields. */
  async type(request: TypingRequest): Promise<TypingResult> {
    return await this.#session.call(this.#id, typeInDocument.toString(), { ...request, origin: this.origin });
  }
}

const HAS_MARK = `(mark) => {
  const has = (root) => Boolean(root.querySelector('[data-playwright-2fa-mark="' + mark + '"]')) ||
    [...root.querySelectorAll('*')].some(({ shadowRoot }) => shadowRoot && has(shadowRoot));
  return has(document);
}`;

/** Returns false if the browser has no isolated worlds that a program may use. Only Chromium has. */
export async function hasIsolatedWorlds(page: Page): Promise<boolean> {
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
