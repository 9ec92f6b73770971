/** The newest items of a kind, up to a number of them and a size together. */
export class Recent<T> {
  readonly #maxItems: number;
  readonly #maxSize: number;
  readonly #entries: { readonly item: T; readonly size: number }[] = [];
  #size = 0;

  /** @param maxSize maximum size of all items together, in characters */
  constructor(maxItems: number, maxSize: number) {
    this.#maxItems = maxItems;
    this.#maxSize = maxSize;
  }

  /** The items, oldest first. */
  get items(): T[] {
    return this.#entries.map(({ item }) => item);
  }

  /** Adds an item, and forgets the oldest ones that are over a limit. */
  add(item: T, size: number): void {
    this.#entries.push({ item, size });
    this.#size += size;
    while (this.#entries.length > this.#maxItems || this.#size > this.#maxSize)
      this.#size -= this.#entries.shift()?.size ?? 0;
  }
}
