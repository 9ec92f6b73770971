import type { Message } from '../message/message.ts';
import { type Candidate, findCandidates, plainText, withoutAddresses } from './code-candidates.ts';
import type { CodePlace } from './ranked-code.ts';
import { isSoftWrapped } from '../message/soft-wrap.ts';
import { type FoundWord, type WordMeaning, findWords } from '../language/message/index.ts';

/** How far around a number anything speaks for it or against it, in characters. */
export const REACH = 90;
/** No sentence is followed further than this, so that a mail without full stops costs no more than others. */
const LONGEST_SENTENCE = 400;
/** Nobody scrolls further for a code, in characters. */
const MAX_TEXT = 250_000;
/** How much of a long text is searched for words: its beginning, and around every number, in characters. */
const BEGINNING = 20_000;
const MOST = 200_000;
/** A message with more numbers than this is a table. */
const MAX_CANDIDATES = 1000;

/** A stretch of a text. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** One text, read once: its words, and what could be a code by its shape. */
export class ScannedText {
  readonly where: CodePlace;
  /** The text with plain digits and without addresses; places are the same as in the text. */
  readonly plain: string;
  readonly words: readonly FoundWord[];
  readonly candidates: readonly Candidate[];
  readonly #alone = new Set<Candidate>();
  readonly #forms = new Map<string, Set<string>>();

  constructor(text: string, where: CodePlace) {
    this.where = where;
    this.plain = withoutAddresses(plainText(text.slice(0, MAX_TEXT)));
    this.candidates = findCandidates(this.plain, MAX_CANDIDATES);
    this.words = this.candidates.length > 0 || where === 'subject' ? this.#findWords() : [];
    for (const candidate of this.candidates) {
      if (!this.#standsAlone(candidate)) continue;
      this.#alone.add(candidate);
      const key = `${candidate.shape} ${candidate.code.length}`;
      this.#forms.set(key, (this.#forms.get(key) ?? new Set()).add(candidate.code));
    }
  }

  /** The words of some meanings between two places. */
  between(from: number, to: number, ...meanings: WordMeaning[]): FoundWord[] {
    const found: FoundWord[] = [];
    for (let index = this.#firstFrom(from); index < this.words.length; index++) {
      const word = this.words[index];
      if (!word || word.start >= to) break;
      if (word.end <= to && meanings.includes(word.meaning)) found.push(word);
    }
    return found;
  }

  /** How many different codes of the same form stand alone on a line. */
  alike({ shape, code }: Candidate): number {
    return this.#forms.get(`${shape} ${code.length}`)?.size ?? 0;
  }

  /** Whether nothing but brackets, quotes and stops stands beside it on its line. */
  isAlone(candidate: Candidate): boolean {
    return this.#alone.has(candidate);
  }

  /** Whether nothing but the name of a sender in brackets stands before it. */
  isFirst({ start }: Stretch): boolean {
    return (
      start < REACH &&
      BLANK.test(this.plain.slice(0, start).replace(/^\s*(?:[[【(<][^\]】)>]{1,30}[\]】)>]|[\p{L}\d .&-]{1,24}:)/u, ''))
    );
  }

  /** Whether nothing but brackets, quotes and stops comes after it. */
  isLast({ end }: Stretch): boolean {
    return BLANK.test(this.after(end, REACH));
  }

  before(at: number, length: number): string {
    return this.plain.slice(Math.max(0, at - length), at);
  }

  after(at: number, length: number): string {
    return this.plain.slice(at, at + length);
  }

  sentence({ start, end }: Stretch, stop: RegExp = SENTENCE): Stretch {
    const window = this.before(start, LONGEST_SENTENCE);
    const line = window.slice(window.lastIndexOf('\n') + 1);
    const after = this.after(end, LONGEST_SENTENCE);
    const next = NEXT_STOP.exec(after);
    return {
      start: start - line.length + lastMatch(line, stop) + 1,
      end: end + (next ? next.index : after.length),
    };
  }

  /** The line before the one of a place, blank ones passed over; both lines, when it was wrapped. */
  previousLine(at: number): Stretch | undefined {
    const window = this.before(at, LONGEST_SENTENCE);
    const lineStart = window.lastIndexOf('\n');
    const above = lineStart < 0 ? '' : window.slice(0, lineStart).trimEnd();
    if (!above) return undefined;
    const offset = at - window.length;
    const start = above.lastIndexOf('\n') + 1;
    const first = this.isSoftWrapped(offset + start) ? above.lastIndexOf('\n', start - 2) + 1 : start;
    return { start: offset + first, end: offset + above.length };
  }

  /** Whether a line goes on where the one above it was wrapped. */
  isSoftWrapped(lineStart: number): boolean {
    if (this.plain[lineStart - 1] !== '\n') return false;
    const above = this.plain.lastIndexOf('\n', lineStart - 2) + 1;
    return isSoftWrapped(this.plain.slice(above, lineStart - 1));
  }

  /** Whether only punctuation and words such as `is` stand between two places. */
  isLink(from: number, to: number): boolean {
    if (to - from > 40) return false;
    let rest = this.plain.slice(from, to);
    if ((rest.match(/\n/g) ?? []).length > 2) return false;
    for (const { start, end } of this.between(from, to, 'link')) {
      rest = rest.slice(0, start - from) + ' '.repeat(end - start) + rest.slice(end - from);
    }
    return BLANK.test(rest) && !/[!?;。！？；]|\.\s|={2}/.test(rest);
  }

  /** A code that is only named to say that nobody may know it. */
  isWarning(word: FoundWord): boolean {
    const sentence = this.sentence(word, CLAUSE);
    const warning = this.between(sentence.start, sentence.end, 'warn')[0];
    return warning !== undefined && warning.start < word.start && word.start - warning.end < 40;
  }

  #standsAlone({ start, end }: Stretch): boolean {
    const before = this.before(start, REACH);
    const after = this.after(end, REACH);
    const next = after.indexOf('\n');
    return (
      BLANK.test(before.slice(before.lastIndexOf('\n') + 1)) && BLANK.test(next < 0 ? after : after.slice(0, next))
    );
  }

  #findWords(): FoundWord[] {
    if (this.plain.length <= BEGINNING) return findWords(this.plain);
    const found: FoundWord[] = [];
    let budget = MOST;
    for (const { start, end } of this.#stretches()) {
      if ((budget -= end - start) < 0) break;
      for (const word of findWords(this.plain.slice(start, end)))
        found.push({ ...word, start: word.start + start, end: word.end + start });
    }
    return found;
  }

  /** The parts of a long text that may speak of a number, in order and apart. */
  #stretches(): Stretch[] {
    const stretches = [{ start: 0, end: BEGINNING }];
    for (const { start, end } of this.candidates) {
      const last = stretches.at(-1);
      const from = Math.max(start - LONGEST_SENTENCE, 0);
      if (last && from <= last.end) last.end = Math.max(last.end, end + LONGEST_SENTENCE);
      else stretches.push({ start: from, end: end + LONGEST_SENTENCE });
    }
    return stretches;
  }

  #firstFrom(place: number): number {
    let [low, high] = [0, this.words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.words[middle]?.start ?? Infinity) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What is known of the whole message while one of its numbers is judged. */
export interface Around {
  /** Whether the message names a code anywhere. */
  readonly names: boolean;
  /** Whether it says what to do, or until when. */
  readonly acts: boolean;
  readonly message: Message;
}

/** Nothing but punctuation. */
export const BLANK: RegExp = /^[\s\p{P}\p{S}]*$/u;
/** Chinese and Japanese put a comma where others end a sentence. */
const CLAUSE = /[.!?]\s+(?!\p{Ll})|[。！？；，、]/gu;
/** A full stop before a small letter, or of a short word before a number, is an abbreviation's. */
const SENTENCE = /(?<!(?<!\p{L})\p{L}{1,3}(?=\.\s+\d))[.!?]\s+(?!\p{Ll})|[。！？；]/gu;
const NEXT_STOP = /\n|[.!?](?:\s+(?!\p{Ll})|$)|[。！？；]/u;

function lastMatch(text: string, pattern: RegExp): number {
  let last = -1;
  for (const match of text.matchAll(pattern)) last = match.index + match[0].length - 1;
  return last;
}
