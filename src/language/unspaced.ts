/** Scripts that put no spaces between words, or attach endings to them. */
export const UNSPACED: RegExp =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Khmer}\p{sc=Lao}\p{sc=Myanmar}]/u;

/** Limit of the spaces and signs between two parts of an entry, in characters. */
const MAX_GAP = 3;

/** A match of a word in a text without spaces. */
export interface UnspacedMatch<Meaning extends string> {
  readonly meaning: Meaning;
  readonly start: number;
  readonly end: number;
}

interface UnspacedWord<Meaning extends string> {
  readonly meaning: Meaning;
  /** The entry, cut at its spaces: a text may have them or not. */
  readonly parts: readonly string[];
  readonly length: number;
}

/** Finds words in texts whose script has no spaces. */
export class UnspacedWords<Meaning extends string> {
  /** By the code of the first character, the longest first. */
  readonly #words = new Map<number, UnspacedWord<Meaning>[]>();

  /** Adds an entry, as it is written and as NFKC writes it: a text may be given in either form. */
  add(meaning: Meaning, entry: string): void {
    for (const form of new Set([entry.toLowerCase(), entry.toLowerCase().normalize('NFKC')])) {
      const word = { meaning, parts: form.split(' '), length: form.length };
      const first = form.charCodeAt(0);
      const others = this.#words.get(first) ?? [];
      this.#words.set(
        first,
        [...others, word].sort((a, b) => b.length - a.length),
      );
    }
  }

  /** Returns the longest match of each meaning at each place; matches of one meaning do not overlap. */
  find(text: string): UnspacedMatch<Meaning>[] {
    const found: UnspacedMatch<Meaning>[] = [];
    const ends = new Map<Meaning, number>();
    for (let start = 0; start < text.length; start++) {
      for (const { meaning, parts } of this.#words.get(text.charCodeAt(start)) ?? NONE) {
        const end = start < (ends.get(meaning) ?? 0) ? undefined : endOf(text, start, parts);
        if (end === undefined) continue;
        found.push({ meaning, start, end });
        ends.set(meaning, end);
      }
    }
    return found;
  }
}

const NONE: readonly never[] = [];

function endOf(text: string, start: number, parts: readonly string[]): number | undefined {
  let end = start;
  for (const [index, part] of parts.entries()) {
    if (index > 0) end = endOfGap(text, end);
    if (!text.startsWith(part, end)) return undefined;
    end += part.length;
  }
  return end;
}

function endOfGap(text: string, start: number): number {
  const [gap = ''] = /^[^\p{L}\p{M}\p{N}]*/u.exec(text.slice(start, start + MAX_GAP)) ?? [];
  return start + gap.length;
}
