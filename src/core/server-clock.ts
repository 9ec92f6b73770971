/** What one answer says: how far the server's clock is ahead, in milliseconds, lies between the two. */
interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** So many answers tell it as well as more would; the last ones, as a clock may be set. */
const ENOUGH = 50;

/**
 * A server's clock against this machine's, by the `Date` of its answers, which is cut to whole seconds and was set at
 * some moment between request and answer. All answers together narrow it down to some tenths of a second.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1
 */
export class ServerClock {
  readonly #bounds: Bounds[] = [];

  /** An answer, when it was asked for, and when it came, by this machine's clock; in milliseconds since the epoch. */
  note(date: number, askedAt: number, cameAt: number): void {
    const answers = this.#bounds.push({ least: date - cameAt, most: date + 1000 - askedAt });
    if (answers > ENOUGH) this.#bounds.shift();
  }

  /** How far the server is ahead, and how exact that is, both in milliseconds; nothing before its first answer. */
  get skew(): { readonly ms: number; readonly error: number } | undefined {
    if (this.#bounds.length === 0) return undefined;
    // An answer from a cache is older, so it lies below the others, and is left out.
    const least = Math.max(...this.#bounds.map((bounds) => bounds.least));
    const most = Math.min(...this.#bounds.map((bounds) => bounds.most).filter((most) => most >= least));
    return { ms: Math.round((least + most) / 2), error: Math.ceil((most - least) / 2) };
  }

  /** What to correct by, in milliseconds: nothing where the clocks may well be the same. */
  get correction(): number | undefined {
    const { skew } = this;
    return skew && (Math.abs(skew.ms) > skew.error ? skew.ms : 0);
  }
}
