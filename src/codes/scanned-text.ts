import { type Candidate, type ExpectedShape, findCandidates, plainText, withoutAddresses } from './code-candidates.ts';
import type { CodePlace } from './ranked-code.ts';
import { isSoftWrapped } from '../message/soft-wrap.ts';
import { type FoundWord, type WordMeaning, findWords, firstFrom } from '../language/message/index.ts';

/** Maximum distance between a number and evidence for or against it, in characters. */
export const MAX_DISTANCE = 90;
/** Limit of a sentence, in characters, so that the cost of a mail without full stops is bounded. */
const MAX_SENTENCE = 400;
/** Limit of the text that is searched for a code, in characters. */
const MAX_TEXT = 250_000;
/** Part at the beginning of a long text that is searched for words, in characters. */
const MAX_BEGINNING = 20_000;
/** Limit of all parts of a long text that are searched for words, in characters. */
const MAX_SEARCHED = 100_000;
/** Limit of the candidates; a message with more numbers is a table. */
const MAX_CANDIDATES = 500;

/** A part of a text, from `start` up to `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A text with its words and the candidates for a code. */
export class ScannedText {
  readonly where: CodePlace;
  /** Text with ASCII digits and without addresses. Each character keeps its place. */
  readonly plain: string;
  readonly words: readonly FoundWord[];
  readonly candidates: readonly Candidate[];
  readonly #alone = new Set<Candidate>();
  readonly #forms = new Map<string, Set<string>>();

  constructor(text: string, where: CodePlace, expected: ExpectedShape = {}) {
    this.where = where;
    this.plain = withoutAddresses(plainText(text.slice(0, MAX_TEXT)));
    this.candidates = findCandidates(this.plain, MAX_CANDIDATES, expected);
    this.words = this.candidates.length > 0 || where === 'subject' ? this.#findWords() : [];
    for (const candidate of this.candidates) {
      if (!this.#hasOwnLine(candidate)) continue;
      this.#alone.add(candidate);
      const key = `${candidate.shape} ${candidate.code.length}`;
      this.#forms.set(key, (this.#forms.get(key) ?? new Set()).add(candidate.code));
    }
  }

  /** Returns the words of some meanings between two places. */
  between(from: number, to: number, ...meanings: WordMeaning[]): FoundWord[] {
    const found: FoundWord[] = [];
    for (let index = firstFrom(this.words, from); index < this.words.length; index++) {
      const word = this.words[index];
      if (!word || word.start >= to) break;
      if (word.end <= to && meanings.includes(word.meaning)) found.push(word);
    }
    return found;
  }

  /** Returns the number of different codes of the same form that are alone on their lines. */
  countAlike({ shape, code }: Candidate): number {
    return this.#forms.get(`${shape} ${code.length}`)?.size ?? 0;
  }

  /** True if the rest of its line is only punctuation. */
  isAlone(candidate: Candidate): boolean {
    return this.#alone.has(candidate);
  }

  /** True if at most the name of a sender is before it. */
  isFirst({ start }: Range): boolean {
    return (
      start < MAX_DISTANCE &&
      BLANK.test(this.plain.slice(0, start).replace(/^\s*(?:[[【(<][^\]】)>]{1,30}[\]】)>]|[\p{L}\d .&-]{1,24}:)/u, ''))
    );
  }

  /** True if only punctuation comes after it. */
  isLast({ end }: Range): boolean {
    return BLANK.test(this.after(end, MAX_DISTANCE));
  }

  before(at: number, length: number): string {
    return this.plain.slice(Math.max(0, at - length), at);
  }

  after(at: number, length: number): string {
    return this.plain.slice(at, at + length);
  }

  /** Returns the sentence around a range. */
  sentence({ start, end }: Range, stop: RegExp = SENTENCE): Range {
    const window = this.before(start, MAX_SENTENCE);
    const line = window.slice(window.lastIndexOf('\n') + 1);
    const after = this.after(end, MAX_SENTENCE);
    const next = NEXT_STOP.exec(after);
    return {
      start: start - line.length + lastMatch(line, stop) + 1,
      end: end + (next ? next.index : after.length),
    };
  }

  /** Returns the last line with words before the line of a place, joined to the line above if that one was wrapped. */
  previousLine(at: number): Range | undefined {
    const window = this.before(at, MAX_SENTENCE);
    const lineStart = window.lastIndexOf('\n');
    const above = lineStart < 0 ? '' : window.slice(0, lineStart).trimEnd();
    if (!above) return undefined;
    const offset = at - window.length;
    const start = above.lastIndexOf('\n') + 1;
    const first = this.isSoftWrapped(offset + start) ? above.lastIndexOf('\n', start - 2) + 1 : start;
    return { start: offset + first, end: offset + above.length };
  }

  /** True if a line continues the line above it, which was wrapped. */
  isSoftWrapped(lineStart: number): boolean {
    if (this.plain[lineStart - 1] !== '\n') return false;
    const above = this.plain.lastIndexOf('\n', lineStart - 2) + 1;
    return isSoftWrapped(this.plain.slice(above, lineStart - 1));
  }

  /** True if only punctuation and words such as `is` are between two places. */
  isLink(from: number, to: number): boolean {
    if (to - from > 40) return false;
    let rest = this.plain.slice(from, to);
    if ((rest.match(/\n/g) ?? []).length > 2) return false;
    for (const { start, end } of this.between(from, to, 'link')) {
      rest = rest.slice(0, start - from) + ' '.repeat(end - start) + rest.slice(end - from);
    }
    return BLANK.test(rest) && !/[!?;。！？；]|\.\s|={2}/.test(rest);
  }

  /** True if the name of a code is part of a warning not to pass it on. */
  isWarning(word: FoundWord): boolean {
    const sentence = this.sentence(word, CLAUSE);
    const warning = this.between(sentence.start, sentence.end, 'warn')[0];
    return warning !== undefined && warning.start < word.start && word.start - warning.end < 40;
  }

  #hasOwnLine({ start, end }: Range): boolean {
    const before = this.before(start, MAX_DISTANCE);
    const after = this.after(end, MAX_DISTANCE);
    const next = after.indexOf('\n');
    return (
      BLANK.test(before.slice(before.lastIndexOf('\n') + 1)) && BLANK.test(next < 0 ? after : after.slice(0, next))
    );
  }

  #findWords(): FoundWord[] {
    if (this.plain.length <= MAX_BEGINNING) return findWords(this.plain);
    const found: FoundWord[] = [];
    let budget = MAX_SEARCHED;
    for (const { start, end } of this.#ranges()) {
      if ((budget -= end - start) < 0) break;
      for (const word of findWords(this.plain.slice(start, end)))
        found.push({ ...word, start: word.start + start, end: word.end + start });
    }
    return found;
  }

  /** Returns the parts of a long text that may be about a number, in order and without overlaps. */
  #ranges(): Range[] {
    const ranges = [{ start: 0, end: MAX_BEGINNING }];
    for (const { start, end } of this.candidates) {
      const last = ranges.at(-1);
      const from = Math.max(start - MAX_SENTENCE, 0);
      if (last && from <= last.end) last.end = Math.max(last.end, end + MAX_SENTENCE);
      else ranges.push({ start: from, end: end + MAX_SENTENCE });
    }
    return ranges;
  }
}

/** Only punctuation and white space. */
export const BLANK: RegExp = /^[\s\p{P}\p{S}]*$/u;
/** End of a clause. Chinese and Japanese put a comma where other languages end a sentence. */
const CLAUSE = /[.!?]\s+(?!\p{Ll})|[。！？；，、]/gu;
/** End of a sentence. A full stop before a small letter, or between a short word and a number, ends an abbreviation. */
const SENTENCE = /(?<!(?<!\p{L})\p{L}{1,3}(?=\.\s+\d))[.!?]\s+(?!\p{Ll})|[。！？；]/gu;
const NEXT_STOP = /\n|[.!?](?:\s+(?!\p{Ll})|$)|[。！？；]/u;

function lastMatch(text: string, pattern: RegExp): number {
  let last = -1;
  for (const match of text.matchAll(pattern)) last = match.index + match[0].length - 1;
  return last;
}
