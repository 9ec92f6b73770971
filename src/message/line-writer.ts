import { isForwarded } from './quoted-text.ts';

/** Limit of the words before a link, in characters. */
const MAX_BEFORE = 400;
/** Limit of the words after a link, in characters. */
const MAX_AFTER = 200;

/** Spaces between two pieces of text, the widest last. */
const GAPS: readonly string[] = ['', ' ', '\t', '\n'];
const [NONE, SPACE, CELL, LINE] = [0, 1, 2, 3];

/** A part of a page that stands beside its neighbors: a cell of a table, a box in a row. */
interface Cell {
  /** Index of the gap before its first words; -1 if they begin a line. */
  gap: number;
  hasWords: boolean;
  hasLines: boolean;
}

/**
 * Puts the words of a page into lines. Cells with one line each share a line, with a tab between them; a cell with
 * several lines has them for itself.
 */
export class LineWriter {
  readonly #parts: string[] = [];
  readonly #cells: Cell[] = [];
  #gap = NONE;
  /** Quotes that are open; true for those of a message that is answered. `undefined` until their first words. */
  readonly #quotes: (boolean | undefined)[] = [];

  /** Number of parts written so far. */
  get length(): number {
    return this.#parts.length;
  }

  /** True within a quoted message. */
  get isQuoted(): boolean {
    return this.#quotes.includes(true);
  }

  write(words: string): void {
    const text = words.replace(/\s{2,}|[^\S ]/g, ' ');
    if (text.trim() === '') {
      if (text !== '') this.#widen(SPACE);
      return;
    }
    if (this.#quotes.at(-1) === undefined && this.#quotes.length > 0) this.#judgeQuotes(text);
    this.#writeGap();
    this.#parts.push(text);
  }

  breakLine(): void {
    const cell = this.#cells.at(-1);
    if (!cell || cell.hasWords) this.#widen(LINE);
  }

  openCell(): void {
    this.#widen(CELL);
    this.#cells.push({ gap: -1, hasWords: false, hasLines: false });
  }

  closeCell(): void {
    const cell = this.#cells.pop();
    if (cell?.hasWords) this.#gap = cell.hasLines ? LINE : CELL;
    else this.#widen(CELL);
  }

  openQuote(): void {
    this.breakLine();
    this.#quotes.push(undefined);
  }

  closeQuote(): void {
    this.#quotes.pop();
    this.breakLine();
  }

  /** Returns the text of a range of parts, without blank lines. */
  text(from = 0, to: number = this.#parts.length): string {
    return tidy(this.#parts.slice(from, to).join(''));
  }

  /** Returns the text with a blank in place of some ranges of parts. */
  textWithout(ranges: readonly { readonly from: number; readonly to: number }[]): string {
    if (!this.#parts.some((part) => part.includes('://'))) return '';
    const kept: string[] = [];
    let at = 0;
    for (const { from, to } of ranges) {
      kept.push(...this.#parts.slice(at, from), ' ');
      at = Math.max(at, to);
    }
    return tidy([...kept, ...this.#parts.slice(at)].join(''));
  }

  /** Returns the last line with words before a part. */
  wordsBefore(part: number): string {
    let words = '';
    for (let at = part - 1; at >= 0 && words.length < MAX_BEFORE; at--) {
      words = this.#parts[at] + words;
      if (words.includes('\n') && words.trim() !== '') break;
    }
    return tidy(words.slice(-MAX_BEFORE)).split('\n').at(-1) ?? '';
  }

  /** Returns the rest of the line after a part. */
  wordsAfter(part: number): string {
    let words = '';
    for (let at = part; at < this.#parts.length && words.length < MAX_AFTER; at++) {
      words += this.#parts[at];
      if (words.includes('\n')) break;
    }
    return words.slice(0, MAX_AFTER).split('\n', 1)[0]?.trim() ?? '';
  }

  #judgeQuotes(firstWords: string): void {
    const isOlder = !isForwarded(firstWords, this.wordsBefore(this.#parts.length));
    for (const [index, known] of this.#quotes.entries()) this.#quotes[index] = known ?? isOlder;
  }

  #widen(gap: number): void {
    if (gap > this.#gap) this.#gap = gap;
  }

  #writeGap(): void {
    const gap = this.#gap;
    const isLine = gap === LINE || this.#parts.length === 0;
    this.#noteCells(gap);
    const quote = isLine && this.isQuoted ? '> ' : '';
    if (gap !== NONE || quote) this.#parts.push(GAPS[gap] + quote);
    this.#gap = NONE;
  }

  /** Notes the words that are about to be written in the cells that are open. */
  #noteCells(gap: number): void {
    for (let index = this.#cells.length - 1; index >= 0; index--) {
      const cell = this.#cells[index]!;
      if (!cell.hasWords) {
        cell.hasWords = true;
        cell.gap = gap === CELL ? this.#parts.length : -1;
        continue;
      }
      if (gap !== LINE || cell.hasLines) return;
      cell.hasLines = true;
      if (cell.gap >= 0) this.#parts[cell.gap] = '\n';
    }
  }
}

function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/[ \t]{2,}/g, (gap) => (gap.includes('\t') ? '\t' : ' ')).trim())
    .filter((line) => line !== '')
    .join('\n');
}
