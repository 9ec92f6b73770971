import { Parser } from 'htmlparser2';
import type { Message } from '../message/message.ts';
import { type Hide, dots, hideCodes } from './hidden-codes.ts';

/**
 * Renders a message as a page for a report. Its codes are hidden, and it has no scripts, no links and no resources to load.
 */
export function renderPreview(message: Message): string {
  const hide = hideCodes(message, dots);
  const rows = Object.entries({
    From: message.from,
    To: message.to.join(', '),
    Subject: hide(message.subject),
    Received: message.receivedAt.toISOString(),
  });
  const head = rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<tr><th>${name}</th><td>${escape(value)}</td></tr>`);
  const body =
    message.html === undefined ? `<pre>${escape(hide(message.text))}</pre>` : withoutCodes(message.html, hide);
  return `<!DOCTYPE html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
  html { background: #fff; color: #1f2328; font: 14px/1.5 system-ui, sans-serif; color-scheme: light }
  .playwright-2fa-head { width: 100%; border-bottom: 1px solid #d1d9e0; padding: 12px; background: #f6f8fa; text-align: left }
  .playwright-2fa-head th { width: 90px; font-weight: 600; vertical-align: top }
  pre { margin: 16px; white-space: pre-wrap; font: inherit }
</style></head><body style="margin:0"><table class="playwright-2fa-head">${head.join('')}</table><div style="margin:8px">${body}</div></body></html>`;
}

const OMITTED = new Set([
  'script',
  'noscript',
  'iframe',
  'object',
  'embed',
  'template',
  'svg',
  'math',
  'base',
  'meta',
  'link',
  'title',
]);
/** Elements without a closing tag. */
export const VOID: ReadonlySet<string> = new Set([
  'br',
  'hr',
  'img',
  'input',
  'col',
  'wbr',
  'area',
  'source',
  'track',
  'param',
]);
export const KEPT_ATTRIBUTES: RegExp =
  /^(?:style|class|id|align|valign|width|height|bgcolor|color|border|cellpadding|cellspacing|colspan|rowspan|dir|face|size|hidden)$/;

/** Returns HTML without scripts, links and resources, and with hidden codes. */
function withoutCodes(html: string, hide: Hide): string {
  const parts: string[] = [];
  const open: string[] = [];
  let omitted = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (omitted > 0 || OMITTED.has(name)) {
        if (!VOID.has(name)) omitted++;
        return;
      }
      const kept = Object.entries(attributes).filter(([attribute]) => KEPT_ATTRIBUTES.test(attribute));
      parts.push(`<${name}${kept.map(([attribute, value]) => ` ${attribute}="${escape(value)}"`).join('')}>`);
      if (!VOID.has(name)) open.push(name);
    },
    onclosetag(name) {
      if (omitted > 0) omitted--;
      else if (!VOID.has(name)) parts.push(`</${open.pop() ?? name}>`);
    },
    ontext(text) {
      if (omitted > 0) return;
      parts.push(open.at(-1) === 'style' ? text.replace(/<\/|@import|url\(/gi, '') : escape(hide(text)));
    },
  });
  parser.end(html.slice(0, MAX_HTML));
  return parts.join('');
}

/** Limit of the HTML, in characters: more than a screenshot can show. */
const MAX_HTML = 512 * 1024;

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
