interface Resource {
  readonly key: readonly unknown[];
  readonly value: unknown;
  readonly close: (() => Promise<unknown>) | undefined;
}

/** Cache of opened resources. One key opens one resource, which is closed once. */
export class Resources {
  readonly #resources: Resource[] = [];

  /**
   * Returns the resource of a key, and opens it on the first call.
   *
   * @param key compared element by element, by identity
   */
  get<T>(key: readonly unknown[], open: () => T, close?: (value: Awaited<T>) => Promise<unknown>): T {
    const known = this.#resources.find(
      (one) => one.key.length === key.length && one.key.every((part, index) => part === key[index]),
    );
    if (known) return known.value as T;
    const value = open();
    this.#resources.push({ key, value, close: close && (async () => await close(await value)) });
    return value;
  }

  /** Closes all resources. A resource that failed to open has nothing to close. */
  async close(): Promise<void> {
    const resources = this.#resources.splice(0);
    await Promise.allSettled(resources.map(async ({ close }) => await close?.()));
  }
}
