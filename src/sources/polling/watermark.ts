/** A message in a list. */
export interface ListedItem {
  readonly id: string;
  /** By the clock of the source, in milliseconds since the epoch. */
  readonly at: number;
}

/** One page of a list that has the newest message first. */
export interface ListPage<T extends ListedItem> {
  /** All messages of the page. A caller that needs only some filters the result of `newer()`. */
  readonly items: readonly T[];
  /** Position of the next page. Undefined on the last page. */
  readonly next?: string | undefined;
}

/** Reads one page. @param position as `next` of the page before it. @default the first page */
type ReadPage<T extends ListedItem> = (position?: string) => Promise<ListPage<T>>;

/**
 * The content of a list at one moment. Newer messages are told apart by their ids.
 *
 * If the list is longer than the part that was read, the oldest message read is the watermark: anything that is not
 * newer counts as already present, even after deletions. All times are the source's own.
 */
export class Watermark {
  /** The watermark of an empty list. */
  static readonly empty: Watermark = new Watermark(new Set(), -Infinity);

  readonly #knownIds: ReadonlySet<string>;
  readonly #oldest: number;

  private constructor(knownIds: ReadonlySet<string>, oldest: number) {
    this.#knownIds = knownIds;
    this.#oldest = oldest;
  }

  /** Reads pages until one message is older than the newest. No later message can be as old as that one. */
  static async of(readPage: ReadPage<ListedItem>): Promise<Watermark> {
    const known: ListedItem[] = [];
    for (let position: string | undefined; ;) {
      const { items, next } = await readPage(position);
      known.push(...items);
      const times = known.map(({ at }) => at);
      const oldest = next === undefined ? -Infinity : times.reduce((one, other) => Math.min(one, other), Infinity);
      if (next === undefined || times.some((time) => time > oldest))
        return new Watermark(new Set(known.map(({ id }) => id)), oldest);
      position = next;
    }
  }

  /** Returns the messages that came to the list after this moment, oldest first. */
  async newer<T extends ListedItem>(readPage: ReadPage<T>): Promise<T[]> {
    const newer: T[] = [];
    for (let position: string | undefined; ;) {
      const { items, next } = await readPage(position);
      const unknown = items.filter(({ id, at }) => !this.#knownIds.has(id) && at > this.#oldest);
      newer.push(...unknown);
      if (next === undefined || unknown.length < items.length) return newer.toReversed();
      position = next;
    }
  }
}
