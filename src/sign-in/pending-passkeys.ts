import type { Disposable, Frame, Page } from '@playwright/test';
import { DevtoolsSession, hasDevtools } from '../core/devtools-session.ts';

/** Name of the global under which a document counts its pending requests. */
const COUNT = 'playwright-2fa.pending-passkeys';

/**
 * Watches a page for requests for a passkey that nothing has answered yet. Nobody is signed in while one is pending,
 * whatever the page shows.
 *
 * @see https://www.w3.org/TR/webauthn-3/#sctn-getAssertion
 */
export class PendingPasskeys {
  readonly #page: Page;
  readonly #installed: Promise<Disposable | undefined>;

  /** Starts to watch the current document and later ones. */
  constructor(page: Page) {
    this.#page = page;
    this.#installed = page.addInitScript(countInPage, COUNT).catch(() => undefined);
    void page.evaluate(countInPage, COUNT).catch(() => undefined);
  }

  /** Resolves when the watch covers the next document. */
  async ready(): Promise<void> {
    await this.#installed;
  }

  /** Returns true if a document of the page waits for a passkey. */
  async isPending(): Promise<boolean> {
    const page = this.#page;
    const counts = await Promise.all(page.frames().map((frame) => countIn(frame).catch(() => 0)));
    return counts.some((count) => typeof count === 'number' && count > 0);
  }

  /** Stops watching later documents. */
  close(): void {
    void this.#installed.then((script) => script?.dispose()).catch(() => undefined);
  }
}

/** Returns the number of pending requests of a document. It calls no function that the page can replace, if possible. */
async function countIn(frame: Frame): Promise<unknown> {
  const count = `globalThis[${JSON.stringify(COUNT)}]`;
  const page = frame.page();
  if (frame !== page.mainFrame() || !(await hasDevtools(page))) return await frame.evaluate<unknown>(count);
  return await (await DevtoolsSession.of(page)).evaluateInPage(count);
}

/**
 * Runs in the page. Counts the pending requests for a passkey, without those that only fill a field. The page may replace
 * functions later, so those that are called later are copied.
 */
function countInPage(name: string): void {
  const prototype = (globalThis as { CredentialsContainer?: typeof CredentialsContainer }).CredentialsContainer
    ?.prototype;
  if (!prototype || name in globalThis) return;
  const { apply } = Reflect;
  const own = Reflect.get(prototype, 'get') as (...args: unknown[]) => Promise<Credential | null>;
  let pending = 0;
  Object.defineProperty(globalThis, name, { get: () => pending });
  prototype.get = async function (options) {
    const isPrompt = Boolean(options?.publicKey) && options?.mediation !== 'conditional';
    if (isPrompt) pending++;
    try {
      return await apply<CredentialsContainer, [unknown], Promise<Credential | null>>(own, this, [options]);
    } finally {
      if (isPrompt) pending--;
    }
  };
}
