import { Parser } from 'htmlparser2';
import type { MessageLink } from './message.ts';

/** The visible content of a page: its words, line by line, and its links. */
export interface HtmlText {
  readonly text: string;
  readonly links: readonly MessageLink[];
}

/** Limit of the links of a message; a message with more of them is a catalog. */
export const MAX_LINKS = 300;
/** Limit of the words before a link, in characters. */
const MAX_BEFORE = 400;
/** Limit of the nesting, as browsers have one. */
const MAX_DEPTH = 512;
const NEVER_SHOWN = new Set([
  'head',
  'title',
  'style',
  'script',
  'template',
  'noscript',
  'svg',
  'object',
  'select',
  'textarea',
]);
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code dfn em font i ins kbd mark q s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
const HIDING_STYLE =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*(?:0*\.)?0+(?![.\d])|(?:font-size|max-height|max-width)\s*:\s*0(?![.\d])|mso-hide\s*:\s*all)/i;

/**
 * Reads HTML as a person sees it: no styles, scripts, hidden nodes, comments or attributes; a line break between
 * blocks and a gap between cells, so that two numbers that are apart on the screen stay apart.
 */
export function readHtmlText(html: string): HtmlText {
  const reader = new VisibleReader();
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        // Drop the outermost elements: the parser's work grows with the depth, and a hostile mail may have no other end.
        const open = parser['stack'] as unknown[];
        if (open.length > MAX_DEPTH) open.length = MAX_DEPTH;
        reader.open(name, attributes);
      },
      onclosetag: (name) => reader.close(name),
      ontext: (words) => reader.words(words),
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.end(html);
  return reader;
}

/** Characters without a width; some senders split a code with them. */
const ZERO_WIDTH = /\u200b|\u200c|\u200d|\u2060|\ufeff|\u00ad|\u034f/g;

interface Anchor {
  readonly href: string;
  /** Range of its words in the parts of the text. */
  readonly from: number;
  to: number;
  /** Alternative text of its image. */
  alt: string;
}

/** Collects the visible parts of a page from the events of a parser. */
class VisibleReader implements HtmlText {
  readonly #parts: string[] = [];
  readonly #links: Anchor[] = [];
  /** Number of open elements from the outermost hidden one on; 0 while the content is visible. */
  #hidden = 0;
  #anchor: Anchor | undefined;

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#hidden > 0 || NEVER_SHOWN.has(name) || isHidden(attributes)) {
      if (!VOID.has(name)) this.#hidden++;
      return;
    }
    this.#gap(name);
    if (name === 'img' && this.#anchor) this.#anchor.alt = attributes['alt'] ?? '';
    if (name !== 'a' || !attributes['href'] || this.#links.length >= MAX_LINKS) return;
    this.#anchor = { href: attributes['href'], from: this.#parts.length, to: this.#parts.length, alt: '' };
    this.#links.push(this.#anchor);
  }

  close(name: string): void {
    if (VOID.has(name)) return;
    if (this.#hidden > 0) {
      this.#hidden--;
      return;
    }
    if (name === 'a' && this.#anchor) {
      this.#anchor.to = this.#parts.length;
      this.#anchor = undefined;
    }
    this.#gap(name);
  }

  words(words: string): void {
    if (this.#hidden === 0) this.#parts.push(words.replace(ZERO_WIDTH, '').replace(/\s{2,}|[^\S ]/g, ' '));
  }

  get text(): string {
    return tidy(this.#parts.join(''));
  }

  get links(): MessageLink[] {
    return this.#links
      .filter(({ href }) => /^https?:/i.test(href.trim()))
      .map(({ href, from, to, alt }) => ({
        href: href.trim(),
        text: tidy(this.#parts.slice(from, to).join('')).replace(/\s+/g, ' ') || alt,
        before: this.#wordsBefore(from),
      }));
  }

  /** Returns the rest of the line before a link, or the line above it. */
  #wordsBefore(part: number): string {
    let words = '';
    for (let at = part - 1; at >= 0 && words.length < MAX_BEFORE; at--) {
      words = this.#parts[at] + words;
      if (words.lastIndexOf('\n', words.trimEnd().length) >= 0) break;
    }
    return tidy(words.slice(-MAX_BEFORE)).split('\n').at(-1) ?? '';
  }

  #gap(name: string): void {
    if (name === 'td' || name === 'th') this.#parts.push(' \t ');
    else if (!INLINE.has(name) && name !== 'img') this.#parts.push('\n');
  }
}

function isHidden(attributes: Record<string, string>): boolean {
  return 'hidden' in attributes || HIDING_STYLE.test(attributes['style'] ?? '');
}

function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/[ \t]{2,}/g, (gap) => (gap.includes('\t') ? '\t' : ' ')).trim())
    .filter((line) => line !== '')
    .join('\n');
}
