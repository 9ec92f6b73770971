/** Bounds of the difference between the server's clock and this machine's, in milliseconds, from one answer. */
interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Number of the latest answers that are used. More do not improve the result, and a clock may be set. */
const MAX_ANSWERS = 50;

/**
 * Compares a server's clock with this machine's, from the `Date` headers of its answers. A `Date` is in whole seconds and
 * was taken between request and answer. Together, several answers give the difference to some tenths of a second.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1
 */
export class ServerClock {
  readonly #bounds: Bounds[] = [];

  /**
   * Adds an answer. All times are in milliseconds since the epoch.
   *
   * @param date the `Date` header
   * @param sentAt time of the request, by this machine's clock
   * @param receivedAt time of the answer, by this machine's clock
   */
  note(date: number, sentAt: number, receivedAt: number): void {
    const answers = this.#bounds.push({ min: date - receivedAt, max: date + 1000 - sentAt });
    if (answers > MAX_ANSWERS) this.#bounds.shift();
  }

  /** Offset of the server's clock (positive if it is ahead) and the error of this value, in milliseconds. Undefined before the first answer. */
  get skew(): { readonly ms: number; readonly error: number } | undefined {
    const bounds = this.#common;
    if (!bounds) return undefined;
    const { min, max } = bounds;
    return { ms: Math.round((min + max) / 2), error: Math.ceil((max - min) / 2) };
  }

  /**
   * The correction to apply, in milliseconds: 0 if the clocks may be equal, else the least offset that the answers allow.
   * The corrected clock is never ahead of the server's, which refuses a code of a step that has not begun. Undefined before
   * the first answer.
   */
  get correction(): number | undefined {
    const bounds = this.#common;
    if (!bounds) return undefined;
    return bounds.min <= 0 && bounds.max >= 0 ? 0 : bounds.min;
  }

  /** Bounds that agree with all answers. Those of a cached answer are below the others, so it is left out. */
  get #common(): Bounds | undefined {
    if (this.#bounds.length === 0) return undefined;
    const min = Math.max(...this.#bounds.map((bounds) => bounds.min));
    const max = Math.min(...this.#bounds.map((bounds) => bounds.max).filter((max) => max >= min));
    return { min, max };
  }
}
