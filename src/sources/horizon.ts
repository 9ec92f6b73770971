/** A message in a list that has the newest first. */
export interface Listed {
  readonly id: string;
  /** By the clock of the source, in milliseconds since the epoch. */
  readonly at: number;
}

export interface Page<T extends Listed> {
  /** The newest first. */
  readonly items: readonly T[];
  /** Whether there is another page. */
  readonly hasMore: boolean;
}

/**
 * What was in a list at a moment, so that what came after it can be told by its id.
 *
 * Where the list was longer than a page, the oldest on that page is the end of the world: what is not newer than it was
 * there before, whatever has been deleted since. Both times are the source's own.
 */
export class Horizon {
  readonly #known: ReadonlySet<string>;
  readonly #oldest: number;

  private constructor(known: ReadonlySet<string>, oldest: number) {
    this.#known = known;
    this.#oldest = oldest;
  }

  /** @param first the first page of the list, as it is now */
  static at({ items, hasMore }: Page<Listed>): Horizon {
    const oldest = hasMore ? Math.min(...items.map(({ at }) => at)) : -Infinity;
    return new Horizon(new Set(items.map(({ id }) => id)), oldest);
  }

  /** What is in the list now and was not then, oldest first. */
  async beyond<T extends Listed>(list: (page: number) => Promise<Page<T>>): Promise<T[]> {
    const fresh: T[] = [];
    for (let page = 0; ; page++) {
      const { items, hasMore } = await list(page);
      const unknown = items.filter(({ id, at }) => !this.#known.has(id) && at > this.#oldest);
      fresh.push(...unknown);
      if (!hasMore || unknown.length < items.length) return fresh.toReversed();
    }
  }
}
