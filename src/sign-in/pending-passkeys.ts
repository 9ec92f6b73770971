import type { Disposable, Page } from '@playwright/test';

/** Name of the symbol under which a document counts its pending requests. */
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
    const counts = await Promise.all(
      this.#page.frames().map((frame) => frame.evaluate(readInPage, COUNT).catch(() => 0)),
    );
    return counts.some((count) => count > 0);
  }

  /** Stops watching later documents. */
  close(): void {
    void this.#installed.then((script) => script?.dispose()).catch(() => undefined);
  }
}

/** Runs in the page. Counts the pending requests for a passkey, without those that only fill a field. */
function countInPage(name: string): void {
  const key = Symbol.for(name);
  const prototype = (globalThis as { CredentialsContainer?: typeof CredentialsContainer }).CredentialsContainer
    ?.prototype;
  if (!prototype || key in globalThis) return;
  const own = Reflect.get(prototype, 'get') as (...args: unknown[]) => Promise<Credential | null>;
  let pending = 0;
  Object.defineProperty(globalThis, key, { get: () => pending });
  prototype.get = async function (...args) {
    const [options] = args;
    const isPrompt = Boolean(options?.publicKey) && options?.mediation !== 'conditional';
    if (isPrompt) pending++;
    try {
      return await own.apply(this, args);
    } finally {
      if (isPrompt) pending--;
    }
  };
}

/** Runs in the page. Returns the number of pending requests. */
function readInPage(name: string): number {
  const count: unknown = Reflect.get(globalThis, Symbol.for(name));
  return typeof count === 'number' ? count : 0;
}
