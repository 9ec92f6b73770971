import { endOfAddress } from './bare-address.ts';
import type { MessageLink } from './message.ts';
import { isSoftWrapped } from './soft-wrap.ts';

export interface BareLinkOptions {
  readonly limit: number;
  /** True to read a host with a path, too: `acme.example/v/1`. @default false */
  readonly withoutScheme?: boolean;
}

const WITH_SCHEME = /https?:\/\//gi;
const ANY = /https?:\/\/|(?<![\w@./:-])(?:[a-z\d-]{1,63}\.){1,5}[a-z]{2,24}\//gi;
/** Limit of the text before a link that is read, in characters. */
const MAX_BEFORE = 400;
/** Limit of the text after a link that is read, in characters. */
const MAX_AFTER = 200;

/**
 * Finds the bare addresses in a text, as mail programs underline them. The words before an address in brackets are its
 * text: `Verify your address <https://…>`, `[Verify](https://…)`.
 */
export function findBareLinks(text: string, { limit, withoutScheme = false }: BareLinkOptions): MessageLink[] {
  const found: MessageLink[] = [];
  const starts: number[] = [];
  let last = 0;
  for (const match of text.matchAll(withoutScheme ? ANY : WITH_SCHEME)) {
    if (match.index < last) continue;
    const end = endOfAddress(text, match.index, match[0].length);
    if (end === undefined) continue;
    last = end;
    const label = labelBefore(text, match.index);
    // `[https://a.example](https://a.example)` is one link.
    if (label && (starts.at(-1) ?? -1) >= label.start) {
      starts.pop();
      found.pop();
    }
    if (found.length >= limit) break;
    starts.push(match.index);
    const href = text.slice(match.index, end);
    const words = label ? label.words : wordsBefore(text, match.index);
    found.push({ href, ...words, after: wordsAfter(text, end) });
  }
  return found;
}

type Words = Pick<MessageLink, 'text' | 'before'>;

/** Returns the label of a link in Markdown, and where it starts. */
function labelBefore(text: string, at: number): { readonly start: number; readonly words: Words } | undefined {
  if (text[at - 2] !== ']' || text[at - 1] !== '(') return undefined;
  const window = text.slice(Math.max(0, at - MAX_BEFORE), at - 2);
  const open = window.lastIndexOf('[');
  if (open < 0) return undefined;
  const { own, above } = linesOf(window.slice(0, open));
  const words = { text: withoutLinks(window.slice(open + 1)), before: withoutLinks(own.trim() ? own : above) };
  return { start: at - 2 - window.length + open, words };
}

function wordsBefore(text: string, at: number): Words {
  const isBracketed = /[<([]/.test(text[at - 1] ?? '');
  const { own, above, previous } = linesOf(text.slice(Math.max(0, at - MAX_BEFORE), isBracketed ? at - 1 : at));
  if (isBracketed) return { text: withoutLinks(own), before: withoutLinks(above) };
  return { text: '', before: withoutLinks(own.trim() ? joined(previous, own) : above) };
}

/** Returns the rest of the line of a link, up to the next link. */
function wordsAfter(text: string, end: number): string {
  const rest = text.slice(end, end + MAX_AFTER);
  const words = rest.split(/\n|https?:\/\//, 1)[0] ?? '';
  return words
    .replace(/\S*[=&/]\S*/g, ' ')
    .replace(/^[\s>)\]*_]+/, '')
    .trim();
}

/** Returns the beginning of the line of a link, the line above it, and the last sentence above it. */
function linesOf(text: string): {
  readonly own: string;
  readonly previous: string | undefined;
  readonly above: string;
} {
  const lines = text.split('\n');
  const own = lines.pop() ?? '';
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return { own, previous: lines.at(-1), above: last < 0 ? '' : joined(lines[last - 1], lines[last] ?? '') };
}

/** Joins a line to the line above it if that one was wrapped. */
function joined(above: string | undefined, line: string): string {
  return above !== undefined && isSoftWrapped(above) ? `${above} ${line}` : line;
}

function withoutLinks(line: string): string {
  return line.replace(/https?:\/\/\S+/g, ' ').trim();
}
