import { AsyncLocalStorage } from 'node:async_hooks';

/** Runs works one at a time, in order. A work that starts another one does not wait for itself. */
export class ExclusiveQueue {
  readonly #inside = new AsyncLocalStorage<boolean>();
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a work after all earlier ones, or at once inside a work. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside.getStore()) return await work();
    const result = this.#last.then(() => this.#inside.run(true, work));
    this.#last = result.catch(() => undefined);
    return await result;
  }
}
