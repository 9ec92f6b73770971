/** A message in a list that has the newest first. */
export interface Listed {
  readonly id: string;
  /** By the clock of the source, in milliseconds since the epoch. */
  readonly at: number;
}

export interface Page<T extends Listed> {
  /** The newest first, whatever they are: who leaves some out does it afterwards. */
  readonly items: readonly T[];
  /** Where the next page is, if there is one. */
  readonly next?: string | undefined;
}

/** @param at where the page is, as the one before said. @default the first */
type List<T extends Listed> = (at?: string) => Promise<Page<T>>;

/**
 * What was in a list at a moment, so that what came after it can be told by its id.
 *
 * Where the list was longer than what was read of it, the oldest that was read is the end of the world: what is not newer
 * was there before, whatever has been deleted since. Both times are the source's own.
 */
export class Watermark {
  /** Of a list that was empty. */
  static readonly empty: Watermark = new Watermark(new Set(), -Infinity);

  readonly #known: ReadonlySet<string>;
  readonly #oldest: number;

  private constructor(known: ReadonlySet<string>, oldest: number) {
    this.#known = known;
    this.#oldest = oldest;
  }

  /** Reads until there is something older than the newest: what comes from now on cannot be as old as that. */
  static async of(list: List<Listed>): Promise<Watermark> {
    const known: Listed[] = [];
    for (let at: string | undefined; ;) {
      const { items, next } = await list(at);
      known.push(...items);
      const times = known.map((item) => item.at);
      const oldest = next === undefined ? -Infinity : times.reduce((one, other) => Math.min(one, other), Infinity);
      if (next === undefined || times.some((time) => time > oldest))
        return new Watermark(new Set(known.map(({ id }) => id)), oldest);
      at = next;
    }
  }

  /** What is in the list now and was not then, oldest first. */
  async beyond<T extends Listed>(list: List<T>): Promise<T[]> {
    const fresh: T[] = [];
    for (let at: string | undefined; ;) {
      const { items, next } = await list(at);
      const unknown = items.filter(({ id, at }) => !this.#known.has(id) && at > this.#oldest);
      fresh.push(...unknown);
      if (next === undefined || unknown.length < items.length) return fresh.toReversed();
      at = next;
    }
  }
}
