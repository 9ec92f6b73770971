import { setImmediate } from 'node:timers/promises';
import { Parser } from 'htmlparser2';
import { findBareLinks } from './bare-links.ts';
import type { ElementStyle } from './element-style.ts';
import { LineWriter } from './line-writer.ts';
import type { MessageLink } from './message.ts';
import { StyleSheet } from './style-sheet.ts';

/** The visible content of a page: its words, line by line, and its links. */
export interface HtmlText {
  readonly text: string;
  readonly links: readonly MessageLink[];
}

/** Limit of the links of a message; a message with more of them is a catalog. */
export const MAX_LINKS = 300;
/** Limit of the nesting, as browsers have one. */
const MAX_DEPTH = 512;
const NEVER_SHOWN = new Set(
  // `s`, `strike` and `del` are struck out: they no longer hold.
  'head title style script template noscript svg object select textarea s strike del'.split(' '),
);
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code dfn em font i img ins kbd label mark q samp small span strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));

/**
 * Reads HTML as a mail program shows it: no styles, scripts, hidden nodes, comments or attributes; a line break between
 * blocks and a gap between cells, so that two numbers that are apart on the screen stay apart. Lines of a quoted older
 * message begin with `> `.
 */
export function readHtmlText(html: string): HtmlText {
  const { reader, parser } = openPage();
  parser.end(html);
  return reader;
}

/** Size of the pieces that are read in one turn, in characters. */
const PIECE = 32 * 1024;

/** Reads HTML as `readHtmlText()` does, in pieces, so that other work goes on while a large page is read. */
export async function readHtmlTextInTurns(html: string): Promise<HtmlText> {
  const { reader, parser } = openPage();
  for (let start = 0; start < html.length;) {
    if (start > 0) await setImmediate();
    // A piece ends before a tag, so that no words are cut.
    const tag = html.indexOf('<', start + PIECE);
    const end = tag < 0 ? html.length : tag;
    parser.write(html.slice(start, end));
    start = end;
  }
  parser.end();
  return reader;
}

function openPage(): { readonly reader: VisibleReader; readonly parser: Parser } {
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
  return { reader, parser };
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

/** An open element that is visible. */
interface OpenElement {
  readonly place: 'inline' | 'block' | 'cell';
  readonly isRow: boolean;
  readonly keepsLines: boolean;
  readonly isQuote: boolean;
  /** True if its own words have a font of size 0. */
  readonly isTiny: boolean;
}

const ROOT: OpenElement = { place: 'block', isRow: false, keepsLines: false, isQuote: false, isTiny: false };

/** Collects the visible parts of a page from the events of a parser. */
class VisibleReader implements HtmlText {
  readonly #lines = new LineWriter();
  readonly #styles = new StyleSheet();
  readonly #links: Anchor[] = [];
  readonly #open: OpenElement[] = [];
  /** Number of open elements from the outermost hidden one on; 0 while the content is visible. */
  #hidden = 0;
  #sheet: string | undefined;
  #anchor: Anchor | undefined;

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'style') this.#sheet = '';
    const style = this.#hidden > 0 || NEVER_SHOWN.has(name) ? undefined : this.#styles.of(attributes);
    if (!style || style.isHidden || 'hidden' in attributes) {
      if (!VOID.has(name)) this.#hidden++;
      return;
    }
    if (VOID.has(name)) {
      if (!INLINE.has(name)) this.#lines.breakLine();
      if (name === 'img' && this.#anchor) this.#anchor.alt = attributes['alt'] ?? '';
      this.#lines.write(shownText(name, attributes).replace(ZERO_WIDTH, ''));
      return;
    }
    const element = this.#elementOf(name, style, attributes);
    this.#open.push(element);
    if (element.place === 'block') this.#lines.breakLine();
    if (element.place === 'cell') this.#lines.openCell();
    if (element.isQuote) this.#lines.openQuote();
    if (name === 'a' && attributes['href'] && this.#links.length < MAX_LINKS) this.#startAnchor(attributes['href']);
  }

  close(name: string): void {
    if (VOID.has(name)) return;
    if (name === 'style' && this.#sheet !== undefined) {
      this.#styles.add(this.#sheet);
      this.#sheet = undefined;
    }
    if (this.#hidden > 0) {
      this.#hidden--;
      return;
    }
    if (name === 'a' && this.#anchor) {
      this.#anchor.to = this.#lines.length;
      this.#anchor = undefined;
    }
    const element = this.#open.pop();
    if (element?.isQuote) this.#lines.closeQuote();
    if (element?.place === 'cell') this.#lines.closeCell();
    if (element?.place === 'block') this.#lines.breakLine();
  }

  words(words: string): void {
    if (this.#sheet !== undefined) this.#sheet += words;
    const element = this.#open.at(-1) ?? ROOT;
    if (this.#hidden > 0 || element.isTiny) return;
    const shown = words.replace(ZERO_WIDTH, '');
    if (!element.keepsLines) return this.#lines.write(shown);
    for (const [index, line] of shown.split('\n').entries()) {
      if (index > 0) this.#lines.breakLine();
      this.#lines.write(line);
    }
  }

  get text(): string {
    return this.#lines.text();
  }

  get links(): MessageLink[] {
    const anchors = this.#links
      .filter(({ href }) => /^https?:/i.test(href.trim()))
      .map(({ href, from, to, alt }) => ({
        href: href.trim(),
        text: this.#lines.text(from, to).replace(/\s+/g, ' ') || alt,
        before: this.#lines.wordsBefore(from),
        after: this.#lines.wordsAfter(to),
      }));
    // The address that an anchor shows is not another link.
    return [...anchors, ...findBareLinks(this.#lines.textWithout(this.#links), { limit: MAX_LINKS })];
  }

  #startAnchor(href: string): void {
    const at = this.#lines.length;
    this.#anchor = { href, from: at, to: at, alt: '' };
    // A quoted message is an older one: its links are not offered.
    if (!this.#lines.isQuoted) this.#links.push(this.#anchor);
  }

  #elementOf(name: string, style: ElementStyle, attributes: Readonly<Record<string, string>>): OpenElement {
    const parent = this.#open.at(-1) ?? ROOT;
    const { layout, font } = style;
    const isInline = INLINE.has(name);
    const isCell = name === 'td' || name === 'th' ? layout !== 'block' : layout?.startsWith('beside') && !isInline;
    const isBlock = layout === 'block' || layout === 'row' || (!isInline && layout !== 'inline');
    return {
      place: isCell || parent.isRow ? 'cell' : isBlock ? 'block' : 'inline',
      isRow: layout === 'row' || layout === 'beside-row',
      keepsLines: parent.keepsLines || name === 'pre' || style.keepsLines === true,
      isQuote: isQuote(name, attributes),
      isTiny: font === undefined ? parent.isTiny : font === 'none',
    };
  }
}

/** Types of fields that show no value, or that of a button. */
const WITHOUT_VALUE = /^(?:hidden|password|checkbox|radio|file|image|submit|button|reset|color|range)$/i;

/**
 * Returns what an element without content shows: the value of a field, and the words of a picture that is not loaded. Words
 * without a digit name the sender or the picture, and a number without words is that of a file.
 */
function shownText(name: string, { type = '', value = '', alt = '' }: Readonly<Record<string, string>>): string {
  if (name === 'input') return WITHOUT_VALUE.test(type.trim()) ? '' : value;
  return name === 'img' && /\d/.test(alt) && /\p{L}/u.test(alt) ? ` ${alt} ` : '';
}

/** True for the element in which mail programs put the message that is answered. */
function isQuote(name: string, { type, class: classes = '' }: Readonly<Record<string, string>>): boolean {
  if (name === 'blockquote' && type?.toLowerCase() === 'cite') return true;
  return /(?:^|\s)(?:gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra|tutanota_quote)(?:\s|$)/.test(
    classes,
  );
}
