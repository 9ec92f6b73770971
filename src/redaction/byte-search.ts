/** A place where one of the patterns stands. */
export interface Hit<T> {
  readonly start: number;
  readonly end: number;
  readonly pattern: T;
}

export interface BytePattern {
  readonly bytes: Uint8Array;
  /** Says no to a place where the bytes stand by chance. @default never */
  readonly fits?: (haystack: Uint8Array, start: number, end: number) => boolean;
}

const BLOCK = 2;
/** A shift has to fit a byte. */
const MAX_WINDOW = 200;

/**
 * Finds many byte strings at once, in one pass that leaps over most of what it searches.
 *
 * @see Wu and Manber, "A fast algorithm for multi-pattern searching", University of Arizona TR-94-17
 */
export class ByteSearch<T extends BytePattern> {
  /** The bytes that two searches of neighbouring pieces have to share, so that nothing falls between. */
  readonly overlap: number;
  readonly #window: number;
  /** How far one may leap, by the last two bytes of the window. */
  readonly #shifts: Uint8Array;
  /** Where there is no leap: the patterns that may stand there, by number. */
  readonly #buckets = new Uint32Array(0x1_00_00);
  readonly #patterns: T[][] = [[]];

  /** @param patterns of two bytes or more each */
  constructor(patterns: readonly T[]) {
    const lengths = patterns.map(({ bytes }) => bytes.length);
    this.#window = Math.min(MAX_WINDOW, ...lengths);
    this.overlap = Math.max(0, ...lengths);
    this.#shifts = new Uint8Array(0x1_00_00).fill(this.#window - BLOCK + 1);
    for (const pattern of patterns) this.#enter(pattern);
    // The longest first, so that a value goes before its own beginning.
    for (const bucket of this.#patterns) bucket.sort((a, b) => b.bytes.length - a.bytes.length);
  }

  #enter(pattern: T): void {
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
   * All that is found, from left to right, none over another; of those that begin together, the longest.
   *
   * @param from where the first may begin
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
    const first = haystack[start];
    for (const pattern of this.#patterns[bucket] ?? []) {
      if (pattern.bytes[0] !== first || !stands(pattern.bytes, haystack, start)) continue;
      const end = start + pattern.bytes.length;
      if (pattern.fits?.(haystack, start, end) ?? true) return { start, end, pattern };
    }
    return undefined;
  }
}

function blockAt(bytes: Uint8Array, index: number): number {
  return (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8);
}

function stands(bytes: Uint8Array, haystack: Uint8Array, start: number): boolean {
  if (start + bytes.length > haystack.length) return false;
  for (let index = 0; index < bytes.length; index++) if (haystack[start + index] !== bytes[index]) return false;
  return true;
}
