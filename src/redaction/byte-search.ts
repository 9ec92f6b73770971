/** Occurrence of a pattern. */
export interface Hit<T> {
  readonly start: number;
  readonly end: number;
  readonly pattern: T;
}

export interface BytePattern {
  readonly bytes: Uint8Array;
  /** Rejects an occurrence by its context, such as a code inside a longer number. @default accepts all */
  readonly accepts?: (haystack: Uint8Array, start: number, end: number) => boolean;
}

const BLOCK = 2;
/** Limits a shift to one byte. */
const MAX_WINDOW = 200;

/**
 * Finds many byte strings in one pass that skips most of the bytes.
 *
 * @see Wu and Manber, "A fast algorithm for multi-pattern searching", University of Arizona TR-94-17
 */
export class ByteSearch<T extends BytePattern> {
  /** Length of the longest pattern. Adjacent chunks must overlap by it, so that no occurrence is split. */
  readonly overlap: number;
  readonly #window: number;
  /** Number of bytes to skip, by the last two bytes of the window. */
  readonly #shifts: Uint8Array;
  /** Bucket of candidate patterns, by the last two bytes of the window. Used where the shift is 0. */
  readonly #buckets = new Uint32Array(0x1_00_00);
  /** Patterns of a bucket, by their first byte: a bucket has those of many values. */
  readonly #patterns: Map<number, T[]>[] = [new Map()];

  /** @param patterns byte strings of two bytes or more */
  constructor(patterns: readonly T[]) {
    const lengths = patterns.map(({ bytes }) => bytes.length);
    this.#window = Math.min(MAX_WINDOW, ...lengths);
    this.overlap = Math.max(0, ...lengths);
    this.#shifts = new Uint8Array(0x1_00_00).fill(this.#window - BLOCK + 1);
    for (const pattern of patterns) this.#index(pattern);
    // The longest first, so that a value is preferred to its own prefix.
    for (const bucket of this.#patterns)
      for (const alike of bucket.values()) alike.sort((a, b) => b.bytes.length - a.bytes.length);
  }

  #index(pattern: T): void {
    const { bytes } = pattern;
    for (let end = BLOCK; end <= this.#window; end++) {
      const block = blockAt(bytes, end - BLOCK);
      this.#shifts[block] = Math.min(this.#shifts[block] ?? 0, this.#window - end);
    }
    const last = blockAt(bytes, this.#window - BLOCK);
    const number = this.#buckets[last] || this.#patterns.push(new Map()) - 1;
    this.#buckets[last] = number;
    const first = bytes[0] ?? 0;
    const bucket = this.#patterns[number];
    const alike = bucket?.get(first);
    if (alike) alike.push(pattern);
    else bucket?.set(first, [pattern]);
  }

  /**
   * Returns all occurrences from left to right, without overlaps. Of several at the same index, the longest wins.
   *
   * @param from index of the first possible occurrence
   */
  find(haystack: Uint8Array, from = 0): Hit<T>[] {
    const hits: Hit<T>[] = [];
    if (this.#patterns.length === 1) return hits;
    const shifts = this.#shifts;
    const back = this.#window - BLOCK;
    const last = haystack.length - 1;
    for (let at = from + back; at < last;) {
      const block = (haystack[at] as number) | ((haystack[at + 1] as number) << 8);
      const shift = shifts[block] as number;
      if (shift > 0) {
        at += shift;
        continue;
      }
      const hit = this.#hitAt(haystack, at - back, this.#buckets[block] as number);
      if (hit) hits.push(hit);
      at = hit ? hit.end + back : at + 1;
    }
    return hits;
  }

  #hitAt(haystack: Uint8Array, start: number, bucket: number): Hit<T> | undefined {
    for (const pattern of this.#patterns[bucket]?.get(haystack[start] ?? 0) ?? []) {
      if (!matchesAt(pattern.bytes, haystack, start)) continue;
      const end = start + pattern.bytes.length;
      if (pattern.accepts?.(haystack, start, end) ?? true) return { start, end, pattern };
    }
    return undefined;
  }
}

function blockAt(bytes: Uint8Array, index: number): number {
  return (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8);
}

function matchesAt(bytes: Uint8Array, haystack: Uint8Array, start: number): boolean {
  if (start + bytes.length > haystack.length) return false;
  for (let index = 0; index < bytes.length; index++) if (haystack[start + index] !== bytes[index]) return false;
  return true;
}
