import { type Entry, UNSPACED, type WordMeaning, lexicon } from './lexicon.ts';

export type { WordMeaning } from './lexicon.ts';

/** A word of the lists, where it stands in a text. */
export interface FoundWord {
  readonly meaning: WordMeaning;
  readonly start: number;
  readonly end: number;
}

/** Every word of the lists in a text, in its order; several meanings of one word stand beside each other. */
export function findWords(text: string): FoundWord[] {
  const { unspaced } = lexicon();
  const found: FoundWord[] = [];
  const words = split(text);
  for (let index = 0; index < words.length; index++) {
    const { entry, start, end } = words[index]!;
    const before = found.length;
    for (const phrase of entry.phrases) {
      const last = phraseEnd(text, words, index, phrase.words);
      if (last !== undefined) found.push({ meaning: phrase.meaning, start, end: last });
    }
    if (found.length > before) continue;
    for (const meaning of entry.derived) found.push({ meaning, start, end });
  }
  if (UNSPACED.test(text)) {
    for (const { meaning, pattern } of unspaced) {
      for (const match of text.matchAll(pattern))
        found.push({ meaning, start: match.index, end: match.index + match[0].length });
    }
  }
  return withoutOtherKinds(
    text,
    found.toSorted((a, b) => a.start - b.start || b.end - a.end),
  );
}

/** `promo code`, `code postal`: the name of a code beside a word of another kind names another number. */
function withoutOtherKinds(text: string, all: readonly FoundWord[]): FoundWord[] {
  const names = all.filter(({ meaning }) => meaning === 'other');
  // `código postal` is one name, and not a code that is postal.
  const found = all.filter((word) => word.meaning !== 'code' || !names.some((name) => covers(name, word)));
  const kinds = found.filter(({ meaning }) => meaning === 'kind');
  if (kinds.length === 0) return found;
  return found.map((word) => {
    if (word.meaning !== 'code') return word;
    const isOther = kinds.some(
      (kind) =>
        (kind.end <= word.start && /^[\s\-–_'’]{0,2}$/.test(text.slice(kind.end, word.start))) ||
        (kind.end - kind.start > 3 && kind.start >= word.end && OF.test(text.slice(word.end, kind.start))),
    );
    return isOther ? { ...word, meaning: 'other' } : word;
  });
}

/** `código de reserva`, `код товара`: what most languages put between the two, or do not. */
const OF = /^ (?:(?:de|di|da|do|du|des|del|dell|della|de la|d|của|cua)[ '’])?$/iu;

function covers(outer: FoundWord, inner: FoundWord): boolean {
  return outer.start <= inner.start && outer.end >= inner.end && outer.end - outer.start > inner.end - inner.start;
}

interface Word {
  readonly entry: Entry;
  readonly start: number;
  readonly end: number;
}

const WORD = /[\p{L}\p{M}]+/gu;

function split(text: string): Word[] {
  const lists = lexicon();
  const words: Word[] = [];
  const pattern = new RegExp(WORD);
  for (let match = pattern.exec(text); match; match = pattern.exec(text))
    words.push({ entry: lists.lookUp(match[0]), start: match.index, end: pattern.lastIndex });
  return words;
}

/** Where a phrase ends that begins at a word; nothing when the words behind it are others. */
function phraseEnd(text: string, words: readonly Word[], index: number, phrase: readonly string[]): number | undefined {
  for (let at = 1; at < phrase.length; at++) {
    const [previous, next] = [words[index + at - 1], words[index + at]];
    if (!previous || !next || next.entry.folded !== phrase[at]) return undefined;
    if (!/^[\s\-'’_/.]{0,3}$/.test(text.slice(previous.end, next.start))) return undefined;
  }
  return words[index + phrase.length - 1]?.end;
}
