import { memoize } from '../core/memoize.ts';
import { foldAddress } from './address.ts';
import type { Envelope, MailParts, Message, MessageLink } from './message.ts';
import { readSimpleMail } from './fast-mime.ts';
import { MAX_LINKS, readHtmlText } from './html-text.ts';
import { isSoftWrapped } from './soft-wrap.ts';

/** Limit of a text, in characters, so that the cost of a hostile mail is bounded. */
const MAX_TEXT = 2 * 1024 * 1024;

/** Decodes a raw message. */
export async function decodeMessage(envelope: Envelope, raw: Buffer): Promise<Message> {
  return envelope.kind === 'sms' ? decodeSms(envelope, raw) : await decodeMail(envelope, raw);
}

function decodeSms(envelope: Envelope, raw: Buffer): Message {
  const sent = raw.toString('utf8');
  // Some services send the HTML of their mails by SMS.
  const text = /<(?:br|p|b|strong|div)\b[^>]*>/i.test(sent) ? readHtmlText(sent).text : sent;
  return {
    ...head(envelope),
    from: envelope.from,
    subject: '',
    text,
    plain: text,
    links: linksOfText(text, BARE_LINK),
    headers: {},
  };
}

async function decodeMail(envelope: Envelope, raw: Buffer): Promise<Message> {
  const message = messageOf(envelope, readSimpleMail(raw) ?? (await parseMail(raw)));
  // Not enumerable, so that it does not appear where a message is printed or serialized.
  return Object.defineProperty(message, 'raw', { value: raw, enumerable: false });
}

/** Parses any mail. The general parser is loaded for the first mail that `readSimpleMail` does not read. */
export async function parseMail(raw: Buffer): Promise<MailParts> {
  const { simpleParser } = await import('mailparser');
  const mail = await simpleParser(raw, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
  });
  return {
    from: mail.from?.value[0]?.address,
    subject: mail.subject,
    plain: mail.text,
    html: mail.html || undefined,
    headers: headersOf(mail.headerLines),
  };
}

/** Makes a message of the parts of a mail. */
export function messageOf(envelope: Envelope, parts: MailParts): Message {
  const plain = parts.plain?.slice(0, MAX_TEXT);
  const html = parts.html?.slice(0, MAX_TEXT);
  // Read on first use: the subject may contain the code, and few callers need the links.
  const visible = memoize(() => (html === undefined ? undefined : readHtmlText(html)));
  // An HTML part may have no words: an image, or a template that failed.
  const text = memoize(() => visible()?.text || plain || '');
  const links = memoize(() => unique([...(visible()?.links ?? []), ...linksOfText(plain ?? '', LINK)]));
  return {
    ...head(envelope),
    from: parts.from ?? envelope.from,
    subject: parts.subject ?? '',
    ...(plain === undefined ? {} : { plain }),
    ...(html === undefined ? {} : { html }),
    headers: parts.headers ?? {},
    get text() {
      return text();
    },
    get links() {
      return links();
    },
  };
}

function head({ kind, id, to, receivedAt }: Envelope): Pick<Message, 'kind' | 'id' | 'to' | 'receivedAt'> {
  return { kind, id, to: to.map((address) => foldAddress(kind, address)), receivedAt: new Date(receivedAt) };
}

function headersOf(lines: readonly { readonly key: string; readonly line: string }[]): Record<string, string> {
  return Object.fromEntries(lines.map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()]));
}

/**
 * Finds the bare addresses in a text, as mail programs underline them: up to white space, without the punctuation of the
 * sentence. Plain text writes a link as `Verify your address <https://…>`, so the words before an angle bracket are its
 * text.
 */
function linksOfText(text: string, pattern: RegExp): MessageLink[] {
  const links: MessageLink[] = [];
  for (const match of text.matchAll(pattern)) {
    if (links.length >= MAX_LINKS) break;
    const [, bracket, href = ''] = match;
    const lines = text.slice(Math.max(0, match.index - 400), match.index).split('\n');
    const own = lines.pop() ?? '';
    const above = lastSentenceOf(lines);
    const words = bracket
      ? { text: withoutLinks(own), before: withoutLinks(above) }
      : { text: '', before: withoutLinks(own.trim() ? joined(lines.at(-1), own) : above) };
    links.push({ href: href.replace(/[.,;:!?\])}]+$/, (tail) => balance(href, tail)), ...words });
  }
  return unique(links);
}

const LINK = /(<|\()?(https?:\/\/[^\s<>"'`]+)/gi;
/** In an SMS, a host with a path is also a link: `acme.example/v/1`. */
const BARE_LINK = /(<|\()?(https?:\/\/[^\s<>"'`]+|(?<![\w@./:-])(?:[a-z\d-]{1,63}\.){1,5}[a-z]{2,24}\/[^\s<>"'`]+)/gi;

/** Returns the last line with words, joined to the line above it if that one was wrapped. */
function lastSentenceOf(lines: readonly string[]): string {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return last < 0 ? '' : joined(lines[last - 1], lines[last] ?? '');
}

function joined(above: string | undefined, line: string): string {
  return above !== undefined && isSoftWrapped(above) ? `${above} ${line}` : line;
}

function withoutLinks(line: string): string {
  return line.replace(/https?:\/\/\S+/g, ' ').trim();
}

/** Returns the closing bracket of a tail if it was opened within the address. */
function balance(href: string, tail: string): string {
  const body = href.slice(0, href.length - tail.length);
  return tail.startsWith(')') && body.split('(').length > body.split(')').length ? ')' : '';
}

function unique(links: readonly MessageLink[]): MessageLink[] {
  const byHref = new Map<string, MessageLink>();
  for (const link of links) if (!byHref.has(link.href)) byHref.set(link.href, link);
  return [...byHref.values()];
}
