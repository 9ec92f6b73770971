import type { Page } from '@playwright/test';

/** Counts the requests that a page sends. */
export class SentRequests {
  #page: Page | undefined;
  #count = 0;
  readonly #onRequest = (): void => void this.#count++;

  get count(): number {
    return this.#count;
  }

  /** Starts to count, from zero. */
  watch(page: Page): void {
    this.close();
    this.#count = 0;
    this.#page = page;
    page.on('request', this.#onRequest);
  }

  close(): void {
    this.#page?.off('request', this.#onRequest);
  }
}
