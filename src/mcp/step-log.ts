import type { Runtime } from '../core/runtime.ts';

/** Titles of the steps of the running call, oldest first. */
export class StepLog {
  #titles: string[] = [];

  /** Forgets the steps of the call before. */
  clear(): void {
    this.#titles = [];
  }

  get titles(): readonly string[] {
    return this.#titles;
  }

  /** Returns a runtime that notes its steps. */
  noting(runtime: Runtime): Runtime {
    return {
      ...runtime,
      step: async (title, body) => {
        this.#titles.push(title);
        return await runtime.step(title, body);
      },
    };
  }
}
