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
  readonly #patterns: T[][] = [[]];
  /** Candidates of the buckets that were looked up. Most never are. */
  readonly #candidates: (Candidates<T> | undefined)[] = [];

  /** @param patterns byte strings of two bytes or more */
  constructor(patterns: readonly T[]) {
    const lengths = patterns.map(({ bytes }) => bytes.length);
    this.#window = Math.min(MAX_WINDOW, ...lengths);
    this.overlap = Math.max(0, ...lengths);
    this.#shifts = new Uint8Array(0x1_00_00).fill(this.#window - BLOCK + 1);
    for (const pattern of patterns) this.#index(pattern);
  }

  #index(pattern: T): void {
    const { bytes } = pattern;
    for (let end = BLOCK; end <= this.#window; end++) {
      const block = blockAt(bytes, end - BLOCK);
      this.#shifts[block] = Math.min(this.#shifts[block] ?? 0, this.#window - end);
    }
    const last = blockAt(bytes, this.#window - BLOCK);
    const number = this.#buckets[last] || this.#patterns.push([]) - 1;
    this.#buckets[last] = number;
    this.#patterns[number]?.push(pattern);
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
    let node: Candidates<T> | undefined = (this.#candidates[bucket] ??= candidatesOf(this.#patterns[bucket] ?? []));
    const passed: Candidates<T>[] = [];
    while (node) {
      passed.push(node);
      node = node.next?.get(haystack[start + node.depth] ?? -1);
    }
    // The longest first, so that a value is preferred to its own prefix.
    for (let index = passed.length - 1; index >= 0; index--) {
      for (const pattern of (passed[index] as Candidates<T>).patterns) {
        if (!matchesAt(pattern.bytes, haystack, start)) continue;
        const end = start + pattern.bytes.length;
        if (pattern.accepts?.(haystack, start, end) ?? true) return { start, end, pattern };
      }
    }
    return undefined;
  }
}

/** Maximum number of candidates that are compared one by one. */
const MAX_ALIKE = 4;

/**
 * Candidates with the same beginning. Many are told apart by the first byte in which they differ: the spellings of all
 * values as `\u0041…` begin alike.
 */
interface Candidates<T> {
  /** Candidates to compare, the longest first. */
  readonly patterns: readonly T[];
  /** Index of the byte that tells the others apart. */
  readonly depth: number;
  /** The others, by that byte. */
  readonly next?: ReadonlyMap<number, Candidates<T>>;
}

function candidatesOf<T extends BytePattern>(patterns: readonly T[], from = 0): Candidates<T> {
  const sorted = patterns.toSorted((a, b) => b.bytes.length - a.bytes.length);
  const depth = sorted.length > MAX_ALIKE ? firstDifference(sorted, from) : undefined;
  if (depth === undefined) return { patterns: sorted, depth: from };
  const groups = new Map<number, T[]>();
  for (const pattern of sorted) {
    const byte = pattern.bytes[depth];
    if (byte === undefined) continue;
    const group = groups.get(byte);
    if (group) group.push(pattern);
    else groups.set(byte, [pattern]);
  }
  const next = new Map([...groups].map(([byte, group]) => [byte, candidatesOf(group, depth + 1)]));
  return { patterns: sorted.filter(({ bytes }) => bytes.length <= depth), depth, next };
}

/** Returns the first index, from one on, at which patterns differ; `undefined` if all that are that long are alike. */
function firstDifference(patterns: readonly BytePattern[], from: number): number | undefined {
  const [longest] = patterns;
  for (let index = from; index < (longest?.bytes.length ?? 0); index++) {
    const byte = longest?.bytes[index];
    if (patterns.some(({ bytes }) => index < bytes.length && bytes[index] !== byte)) return index;
  }
  return undefined;
}

function blockAt(bytes: Uint8Array, index: number): number {
  return (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8);
}

function matchesAt(bytes: Uint8Array, haystack: Uint8Array, start: number): boolean {
  if (start + bytes.length > haystack.length) return false;
  for (let index = 0; index < bytes.length; index++) if (haystack[start + index] !== bytes[index]) return false;
  return true;
}
