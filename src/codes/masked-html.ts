import { Parser } from 'htmlparser2';
import type { Hide } from './hidden-codes.ts';
import { KEPT_ATTRIBUTES, VOID } from './message-preview.ts';

/** Elements whose content people do not read. */
const OMITTED: ReadonlySet<string> = new Set(['script', 'noscript', 'template', 'svg', 'math', 'object', 'embed']);
/** Attributes with addresses. */
const ADDRESSES = /^(?:href|src|srcset|action|formaction|background|poster|cite|longdesc|data|xlink:href)$/;
const HOST = /^([a-z][a-z\d+.-]*:(?:\/\/[^/?#\s]*)?)/i;

/** Returns the HTML of a mail with its codes masked. Addresses keep their scheme and host. */
export function maskHtml(html: string, hide: Hide): string {
  const parts: string[] = [];
  const open: string[] = [];
  let omitted = 0;
  const parser = new Parser({
    onprocessinginstruction: (name, data) => parts.push(/^!doctype$/i.test(name) ? `<${data}>` : ''),
    onopentag(name, attributes) {
      if (omitted > 0 || OMITTED.has(name)) {
        if (!VOID.has(name)) omitted++;
        return;
      }
      const kept = Object.entries(attributes).map(
        ([key, value]) => ` ${key}="${escape(maskAttribute(key, value, hide))}"`,
      );
      parts.push(`<${name}${kept.join('')}>`);
      if (!VOID.has(name)) open.push(name);
    },
    onclosetag(name) {
      if (omitted > 0) omitted -= VOID.has(name) ? 0 : 1;
      else if (!VOID.has(name)) parts.push(`</${open.pop() ?? name}>`);
    },
    ontext(text) {
      if (omitted > 0) return;
      parts.push(open.at(-1) === 'style' ? withoutUrls(text).replaceAll('<', '') : escape(hide(text)));
    },
  });
  parser.end(html);
  return parts.join('');
}

function maskAttribute(name: string, value: string, hide: Hide): string {
  if (ADDRESSES.test(name)) return `${HOST.exec(value)?.[1] ?? ''}…`;
  return KEPT_ATTRIBUTES.test(name) ? withoutUrls(value) : hide(value);
}

function withoutUrls(style: string): string {
  return style.replace(/url\([^)]*\)?|@import[^;]*;?/gi, '…');
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
