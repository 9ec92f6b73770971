import { UNSPACED, UnspacedWords } from './unspaced.ts';
import { type Beginning, type KnownWord, type Pattern, WordIndex, matches } from './word-index.ts';
import type { WordTable } from './word-table.ts';

export interface MatcherOptions {
  /** Characters of a word, as the inside of a character class with the flag `u`. */
  readonly letters: string;
  /** Pattern of the characters that may stand between two words of an entry. @default any */
  readonly gap?: RegExp;
}

/** An entry of the tables, at its place in a text. */
export interface WordMatch<Meaning extends string> {
  readonly meaning: Meaning;
  readonly start: number;
  readonly end: number;
  /** False if its first word matches only with letters in place of `*`. */
  readonly isExact: boolean;
  /** Letters before the listed word in a compound: `sicherheits` in `Sicherheitscode`. */
  readonly stem: string;
}

interface Word<Meaning extends string> {
  readonly known: KnownWord<Meaning>;
  readonly start: number;
  readonly end: number;
}

/** A character outside ASCII. */
const FOREIGN = /[^\t\n\r -~]/;

/** Finds the words of some word tables in texts. */
export class Matcher<Meaning extends string> {
  readonly #word: RegExp;
  readonly #gap: RegExp | undefined;
  readonly #index = new WordIndex<Meaning>();
  readonly #unspaced = new UnspacedWords<Meaning>();

  constructor(tables: readonly Partial<WordTable<Meaning>>[], { letters, gap }: MatcherOptions) {
    this.#word = new RegExp(`[${letters}]+`, 'gu');
    this.#gap = gap;
    const words = new RegExp(`[${letters}*]+`, 'gu');
    for (const table of tables) {
      for (const meaning of Object.keys(table) as Meaning[]) {
        for (const entry of new Set(table[meaning]?.split(','))) {
          if (UNSPACED.test(entry)) this.#unspaced.add(meaning, entry.trim());
          else this.#index.add(meaning, entry.match(words) ?? []);
        }
      }
    }
  }

  /** Returns every match in a text: first the words in the order of the text, then those of scripts without spaces. */
  find(text: string): WordMatch<Meaning>[] {
    const found: WordMatch<Meaning>[] = [];
    this.#visit(text, ({ entry, isExact, stem }, start, end) => {
      found.push({ meaning: entry.meaning, start, end, isExact, stem });
    });
    if (UNSPACED.test(text))
      for (const match of this.#unspaced.find(text)) found.push({ ...match, isExact: true, stem: '' });
    return found;
  }

  /** Returns the meanings that a text has in any language. */
  meaningsOf(text: string): ReadonlySet<Meaning> {
    // Places do not matter here, so that letters of another width can be replaced by plain ones.
    const plain = FOREIGN.test(text) ? text.normalize('NFKC').toLowerCase() : text;
    const meanings = new Set<Meaning>();
    this.#visit(plain, ({ entry }) => meanings.add(entry.meaning));
    if (UNSPACED.test(plain)) for (const { meaning } of this.#unspaced.find(plain)) meanings.add(meaning);
    return meanings;
  }

  /** Calls back for each entry that begins at a word of a text. */
  #visit(text: string, visit: (beginning: Beginning<Meaning>, start: number, end: number) => void): void {
    const words = this.#split(text);
    for (let index = 0; index < words.length; index++) {
      const { known, start, end: ownEnd } = words[index]!;
      for (const beginning of known.beginnings) {
        const { words: listed } = beginning.entry;
        const end = listed.length === 1 ? ownEnd : this.#endOf(listed, text, words, index);
        if (end !== undefined) visit(beginning, start, end);
      }
    }
  }

  #split(text: string): Word<Meaning>[] {
    const words: Word<Meaning>[] = [];
    const pattern = new RegExp(this.#word);
    for (let match = pattern.exec(text); match; match = pattern.exec(text))
      words.push({ known: this.#index.lookUp(match[0]), start: match.index, end: pattern.lastIndex });
    return words;
  }

  /** Returns the end of an entry that begins at a word, or undefined if the words after it are others. */
  #endOf(listed: readonly Pattern[], text: string, words: readonly Word<Meaning>[], index: number): number | undefined {
    for (let at = 1; at < listed.length; at++) {
      const [previous, next] = [words[index + at - 1], words[index + at]];
      if (!previous || !next || !matches(next.known.forms, listed[at]!)) return undefined;
      if (this.#gap && !this.#gap.test(text.slice(previous.end, next.start))) return undefined;
    }
    return words[index + listed.length - 1]?.end;
  }
}
