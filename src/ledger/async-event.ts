/** Auto-reset event: a signal wakes the current waiter, or the next one. */
export class AsyncEvent {
  #isSignaled = false;
  #wake = (): void => undefined;

  signal(): void {
    this.#isSignaled = true;
    this.#wake();
  }

  /**
   * Resolves at the next signal, at once if there was one since the last call, and after `ms` milliseconds at the
   * latest.
   */
  async wait(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.#isSignaled) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, ms);
      });
    }
    clearTimeout(timer);
    this.#isSignaled = false;
  }
}
