/** Wakes who waits for it, and who comes just after it rang. */
export class AsyncEvent {
  #hasRung = false;
  #wake = (): void => undefined;

  ring(): void {
    this.#hasRung = true;
    this.#wake();
  }

  /** Resolves with the next ring, at once if it rang since the last call, and after `ms` at the latest. */
  async next(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, ms);
      });
    }
    clearTimeout(timer);
    this.#hasRung = false;
  }
}
