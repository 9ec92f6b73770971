import { Parser } from 'htmlparser2';
import { decodePercent } from '../core/decode-percent.ts';
import type { MailFile } from './mail-files.ts';
import type { Message } from './message.ts';

export interface MailPageOptions {
  /** Files of the mail. Its HTML shows the pictures among them. @default none */
  readonly files?: readonly MailFile[];
  /** True if pictures of other servers load. @default false */
  readonly remoteImages?: boolean;
  /** Window in which links open. @default the same page */
  readonly linkTarget?: '_blank';
}

/** A message as a page of its own. */
export interface MailPage {
  readonly html: string;
  /** Value of the header Content-Security-Policy that the page must be served with. It is what keeps the message from harm. */
  readonly policy: string;
  /** True if the message refers to pictures or styles of other servers. */
  readonly isRemote: boolean;
}

/** Limit of the HTML, in characters. */
const MAX_HTML = 2 * 1024 * 1024;
/** Limit of the pictures in a page, in bytes. */
const MAX_PICTURES = 8 * 1024 * 1024;
const REMOTE_STYLE = /url\(\s*["']?\s*(?:https?:)?\/\/|@import/i;
const REMOTE_URL = /url\(\s*(?:"(?!data:)[^"]*"|'(?!data:)[^']*'|(?!["']|data:)[^)]*)\s*\)/gi;

/** Style of a message that states none. */
const STYLE = `html{background:#fff;color:#1f2328;color-scheme:light;font:15px/1.5 system-ui,sans-serif}
body{margin:16px}body.own{margin:0}pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}img{max-width:100%}`;

/**
 * Renders a message as its recipient sees it. Nothing in it runs, submits, frames or redirects, and nothing loads from
 * elsewhere, except pictures if they are allowed. The policy forbids all of it; elements and attributes that ask for it are
 * left out as well, so that the browser reports no blocked attempts.
 */
export function renderMailPage(message: Message, options: MailPageOptions = {}): MailPage {
  const cleaner = new MailCleaner(options);
  const body = message.html === undefined ? plainBody(message, options) : cleaner.clean(message.html);
  const images = options.remoteImages ? 'data: http: https:' : 'data:';
  return {
    html: `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(message.subject || 'Message')}</title><style>${STYLE}</style></head><body${/<body\b/i.test(message.html ?? '') ? ' class="own"' : ''}>${body}</body></html>`,
    policy: `default-src 'none'; style-src 'unsafe-inline'; img-src ${images}; form-action 'none'; base-uri 'none'`,
    isRemote: cleaner.isRemote,
  };
}

function plainBody({ text, links }: Message, { linkTarget }: MailPageOptions): string {
  const target = linkTarget ? ` target="${linkTarget}"` : '';
  let rest = text;
  const parts: string[] = [];
  for (const { href } of links) {
    const at = isWebLink(href) ? rest.indexOf(href) : -1;
    if (at < 0) continue;
    parts.push(escape(rest.slice(0, at)), `<a href="${escape(href)}" rel="noreferrer"${target}>${escape(href)}</a>`);
    rest = rest.slice(at + href.length);
  }
  return `<pre>${parts.join('')}${escape(rest)}</pre>`;
}

/** Elements that are left out together with all that is in them. */
const OMITTED: ReadonlySet<string> = new Set([
  ...['script', 'noscript', 'iframe', 'frame', 'frameset', 'noframes', 'object', 'embed', 'applet', 'template', 'svg'],
  ...[
    'math',
    'title',
    'textarea',
    'xmp',
    'plaintext',
    'noembed',
    'audio',
    'video',
    'canvas',
    'portal',
    'select',
    'dialog',
  ],
]);
/** Elements that are left out, but not what is in them. */
const UNWRAPPED: ReadonlySet<string> = new Set([
  ...['html', 'head', 'body', 'base', 'meta', 'link', 'form', 'param', 'source', 'track', 'frame', 'embed', 'bgsound'],
]);
/** Elements without a closing tag. */
const VOID: ReadonlySet<string> = new Set([
  ...[
    'area',
    'base',
    'bgsound',
    'br',
    'col',
    'embed',
    'frame',
    'hr',
    'img',
    'input',
    'link',
    'meta',
    'param',
    'source',
  ],
  ...['track', 'wbr'],
]);
const KEPT_ATTRIBUTE =
  /^(?:style|class|id|align|valign|width|height|bgcolor|color|border|cellpadding|cellspacing|colspan|rowspan|dir|lang|face|size|hidden|alt|title|role|type|value|disabled|placeholder|start|aria-[a-z]+|data-[\w-]+)$/;
const ELEMENT = /^[a-z][a-z0-9-]*$/;

/** Makes a mail's HTML harmless, as far as markup can. */
class MailCleaner {
  isRemote = false;
  readonly #options: MailPageOptions;
  readonly #parts: string[] = [];
  readonly #open: string[] = [];
  #omitted = 0;
  #picturesLeft = MAX_PICTURES;

  constructor(options: MailPageOptions) {
    this.#options = options;
  }

  clean(html: string): string {
    const parser = new Parser({
      onopentag: (name, attributes) => this.#opened(name, attributes),
      onclosetag: (name) => this.#closed(name),
      ontext: (text) => this.#text(text),
    });
    parser.end(html.slice(0, MAX_HTML));
    return this.#parts.join('');
  }

  #opened(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#omitted > 0 || OMITTED.has(name)) {
      if (!VOID.has(name)) this.#omitted++;
      return;
    }
    // The body of a mail often has its background.
    const written = name === 'body' ? 'div' : name;
    const isWritten = name === 'body' || (!UNWRAPPED.has(name) && ELEMENT.test(name));
    if (!VOID.has(name)) this.#open.push(isWritten ? written : '');
    if (!isWritten) return;
    const kept = Object.entries(attributes).flatMap(([attribute, value]) => this.#attribute(name, attribute, value));
    this.#parts.push(`<${written}${kept.join('')}>`);
  }

  #closed(name: string): void {
    if (this.#omitted > 0) {
      if (!VOID.has(name)) this.#omitted--;
      return;
    }
    if (VOID.has(name)) return;
    const written = this.#open.pop();
    if (written) this.#parts.push(`</${written}>`);
  }

  #text(text: string): void {
    if (this.#omitted > 0) return;
    if (this.#open.at(-1) !== 'style') this.#parts.push(escape(text));
    else {
      this.#parts.push(this.#css(text).replaceAll('<', '\\3c '));
    }
  }

  #attribute(name: string, attribute: string, value: string): string[] {
    if (name === 'a' && attribute === 'href') return this.#link(value);
    if (name === 'img' && attribute === 'src') return this.#picture('src', value);
    if (attribute === 'background') return this.#picture('background', value);
    if (!KEPT_ATTRIBUTE.test(attribute)) return [];
    if (attribute === 'style') return [` style="${escape(this.#css(value))}"`];
    return [` ${attribute}="${escape(value)}"`];
  }

  #link(href: string): string[] {
    if (!isWebLink(href)) return [];
    const target = this.#options.linkTarget ? ` target="${this.#options.linkTarget}"` : '';
    return [` href="${escape(href)}" rel="noreferrer"${target}`];
  }

  #picture(attribute: string, value: string): string[] {
    const address = value.trim();
    if (/^data:image\//i.test(address)) return [` ${attribute}="${escape(address)}"`];
    if (/^cid:/i.test(address)) {
      const data = this.#ownPicture(address.slice(4));
      return data ? [` ${attribute}="${data}"`] : [];
    }
    if (!/^(?:https?:)?\/\//i.test(address)) return [];
    this.isRemote = true;
    if (!this.#options.remoteImages) return [];
    return [` ${attribute}="${escape(address.startsWith('//') ? `https:${address}` : address)}"`];
  }

  /** Returns the address of a picture of the mail itself. */
  #ownPicture(reference: string): string | undefined {
    const id = decodePercent(reference);
    const file = this.#options.files?.find(({ contentId }) => contentId === id);
    if (!file || !/^image\/[\w.+-]+$/.test(file.type) || file.content.length > this.#picturesLeft) return undefined;
    this.#picturesLeft -= file.content.length;
    return `data:${file.type};base64,${file.content.toString('base64')}`;
  }

  /** Returns CSS without what the policy would block, as far as it is written plainly. */
  #css(css: string): string {
    if (REMOTE_STYLE.test(css)) this.isRemote = true;
    const own = css.replace(/@import\b[^;]*;?/gi, '');
    return this.#options.remoteImages ? own : own.replace(REMOTE_URL, 'none');
  }
}

function isWebLink(href: string): boolean {
  return /^\s*(?:https?:\/\/|mailto:|tel:)/i.test(href);
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
