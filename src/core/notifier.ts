import { race } from './abortable.ts';

/** Wakes all its waiters at once. A notification that nobody waits for is lost, so waiters check their condition first. */
export class Notifier {
  readonly #waiters = new Set<() => void>();

  notify(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  /**
   * Waits for the next notification, at most `timeout` milliseconds.
   *
   * @throws the reason of `signal`, as soon as it is aborted
   */
  async next(signal: AbortSignal, timeout: number = Infinity): Promise<void> {
    let wake!: () => void;
    const notified = new Promise<void>((resolve) => (wake = resolve));
    const timer = timeout === Infinity ? undefined : setTimeout(wake, timeout);
    this.#waiters.add(wake);
    try {
      await race(notified, signal);
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(wake);
    }
  }
}
