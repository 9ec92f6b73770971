/** What a reader of HTML is told, in the order of the page. */
export interface HtmlEvents {
  /** Of the attributes at least those that hide, link and describe. */
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  words(words: string): void;
}

/**
 * Reads HTML of the plain kind that mails are made of: known elements, each closed where it was opened. It tells the
 * events that the general parser tells, in a third of its time, which is on the way of every code.
 *
 * Answers `false` at the first thing that a browser would have to mend or guess; the page is then the general parser's,
 * from its beginning.
 */
export function readPlainHtml(html: string, events: HtmlEvents): boolean {
  if (html.length > MAX_LENGTH) return false;
  const open: string[] = [];
  for (let at = 0; at < html.length;) {
    const next = html.indexOf('<', at);
    const words = decoded(html.slice(at, next < 0 ? html.length : next), TEXT_ENTITY);
    if (words === undefined) return false;
    if (words) events.words(words);
    if (next < 0) break;
    const end = html.startsWith('<!', next) ? endOfAside(html, next) : readTag(html, next, open, events);
    if (end === undefined) return false;
    at = end;
  }
  return open.length === 0;
}

const MAX_LENGTH = 256 * 1024;
/** As deep as mails go; the general parser decides about what is deeper. */
const MAX_DEPTH = 100;

const TAG = /<(\/?)([a-z][a-z\d]*)((?:\s+[a-z][\w:.-]*(?:="[^"<>]*"|='[^'<>]*'|=[^\s"'<>=`/]+(?=[\s>]))?)*)\s*\/?>/iy;
const ATTRIBUTE = /\s([a-z][\w:.-]*)(?:=(?:"([^"]*)"|'([^']*)'|(\S+)))?/gi;

/** Tells of a tag, and answers where it ends. */
function readTag(html: string, at: number, open: string[], events: HtmlEvents): number | undefined {
  TAG.lastIndex = at;
  const [tag, slash, written = '', attributes = ''] = TAG.exec(html) ?? [];
  const name = written.toLowerCase();
  const parent = open.at(-1);
  if (!tag || !KNOWN.has(name)) return undefined;
  const end = at + tag.length;
  if (slash) {
    if (attributes || parent !== name) return undefined;
    open.pop();
    events.close(name);
    return end;
  }
  if (open.length >= MAX_DEPTH || (parent !== undefined && endsParent(name, parent))) return undefined;
  const isAsked = attributes !== '' && (name === 'a' || name === 'img' || HIDING.test(attributes));
  const read = isAsked ? readAttributes(attributes) : NONE;
  if (!read) return undefined;
  events.open(name, read);
  if (EMPTY.has(name)) return end;
  if (!RAW.has(name)) {
    open.push(name);
    return end;
  }
  const close = new RegExp(`</${name}`, 'gi');
  close.lastIndex = end;
  const found = close.exec(html);
  if (!found || html[close.lastIndex] !== '>') return undefined;
  events.close(name);
  return close.lastIndex + 1;
}

/** Where a document type or a comment ends. */
function endOfAside(html: string, at: number): number | undefined {
  if (!html.startsWith('<!--', at)) {
    const [type] = /^<!doctype[^<>"']{0,20}(?:"[^<>"]{0,200}"|\s){0,4}>/i.exec(html.slice(at, at + 500)) ?? [];
    return type === undefined ? undefined : at + type.length;
  }
  const end = html.indexOf('-->', at + 4);
  const isOdd = end < 0 || html[at + 4] === '>' || html[at + 4] === '-' || html.slice(at, end + 3).includes('--!');
  return isOdd ? undefined : end + 3;
}

function readAttributes(written: string): Record<string, string> | undefined {
  const attributes: Record<string, string> = {};
  for (const [, name = '', double, single, bare] of written.matchAll(ATTRIBUTE)) {
    const value = decoded(double ?? single ?? bare ?? '', ATTRIBUTE_ENTITY);
    if (value === undefined || name === '__proto__') return undefined;
    attributes[name.toLowerCase()] ??= value;
  }
  return attributes;
}

/** What may hide an element, or be written in a way that only the decoded value shows. */
const HIDING = /&|hidden|display|opacity|collapse|mso-hide|font-size\s*:\s*0|max-(?:height|width)\s*:\s*0/i;
const NONE: Readonly<Record<string, string>> = {};

/** `&x=` in an address is no entity. */
const ATTRIBUTE_ENTITY = /&(?!\w+=)(?:(\w+);|#(\d{1,7});|#x([\da-f]{1,6});|)/gi;
const TEXT_ENTITY = /&(?![\s<]|$)(?:(\w+);|#(\d{1,7});|#x([\da-f]{1,6});|)/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: '\u00a0',
  copy: '©',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  middot: '·',
  bull: '•',
  zwnj: '\u200c',
};

/** The text with its entities decoded; nothing when one is not among the usual. */
function decoded(text: string, pattern: RegExp): string | undefined {
  if (!text.includes('&')) return text;
  let isUsual = true;
  const plain = text.replace(pattern, (entity, name?: string, decimal?: string, hex?: string) => {
    const code = Number.parseInt(decimal ?? hex ?? '', decimal ? 10 : 16);
    const character = name ? ENTITIES[name] : isPlainCode(code) ? String.fromCodePoint(code) : undefined;
    if (character === undefined) isUsual = false;
    return character ?? entity;
  });
  return isUsual ? plain : undefined;
}

/** Control characters and halves of characters stand for others. */
function isPlainCode(code: number): boolean {
  return (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code < 0xd800) || (code >= 0x1f000 && code < 0x1ffff);
}

const INLINE = setOf('a abbr b big code em font i img br small span strong sub sup u');
const EMPTY = setOf('br hr img link meta wbr');
const RAW = setOf('style title');
const KNOWN: ReadonlySet<string> = new Set([
  ...INLINE,
  ...EMPTY,
  ...RAW,
  ...setOf('html head body center table thead tbody tfoot tr td th div p h1 h2 h3 h4 h5 h6 ul ol li'),
  ...setOf('section header footer main article pre blockquote'),
]);

/** Whether an element ends the one it opens in, whose closing tag may be left out. */
function endsParent(name: string, parent: string): boolean {
  if (parent === 'p') return !INLINE.has(name);
  if (parent === 'head') return name === 'body';
  if (parent === 'li') return name === 'li';
  if (/^(?:td|th|tr|thead|tbody)$/.test(parent))
    return /^(?:td|th|tr|tbody|tfoot)$/.test(name) && !isWithin(name, parent);
  return false;
}

function isWithin(name: string, parent: string): boolean {
  return parent === 'tr' ? name === 'td' || name === 'th' : name === 'tr' && /^t(?:head|body)$/.test(parent);
}

function setOf(names: string): ReadonlySet<string> {
  return new Set(names.split(' '));
}
