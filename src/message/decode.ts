import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { reasonOf } from '../core/errors.ts';
import { memoize } from '../core/memoize.ts';
import { foldAddress } from './address.ts';
import type { Envelope, MailParts, Message, MessageLink } from './message.ts';
import { findBareLinks } from './bare-links.ts';
import { readSimpleMail, readSubject } from './fast-mime.ts';
import { type HtmlText, MAX_LINKS, readHtmlText, readHtmlTextInTurns } from './html-text.ts';
import { MAX_PARTS, tooManyParts } from './mail-parts.ts';
import { withoutQuotes } from './quoted-text.ts';

/** Limit of a text, in characters, so that the cost of a hostile mail is bounded. */
const MAX_TEXT = 2 * 1024 * 1024;
/** Limit of the headers of a mail, and of each of its parts, in bytes. */
const MAX_HEAD = 256 * 1024;
/** Size of the pieces that are parsed at a time, in bytes. */
const SLICE = 64 * 1024;

const PARSER_OPTIONS = {
  maxHeadSize: MAX_HEAD,
  maxChildNodes: MAX_PARTS,
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
};

/** Decodes a raw message. A mail that cannot be read has the reason in `unreadable`. */
export async function decodeMessage(envelope: Envelope, raw: Buffer): Promise<Message> {
  return envelope.kind === 'sms' ? decodeSms(envelope, raw) : await decodeMail(envelope, raw);
}

function decodeSms(envelope: Envelope, raw: Buffer): Message {
  const sent = raw.toString('utf8');
  // Some services send the HTML of their mails by SMS.
  const page = /<(?:br|p|b|strong|div|a)\b[^>]*>/i.test(sent) ? readHtmlText(sent) : undefined;
  const text = page?.text ?? sent;
  return {
    ...head(envelope),
    from: envelope.from,
    subject: '',
    text,
    plain: text,
    links: unique([...(page?.links ?? []), ...findBareLinks(text, { limit: MAX_LINKS, withoutScheme: true })]),
    headers: {},
  };
}

async function decodeMail(envelope: Envelope, raw: Buffer): Promise<Message> {
  const parts = await partsOf(raw);
  const html = (parts.html?.length ?? 0) > SLICE ? parts.html?.slice(0, MAX_TEXT) : undefined;
  const message = messageOf(envelope, parts, html === undefined ? undefined : await readHtmlTextInTurns(html));
  // Not enumerable, so that it does not appear where a message is printed or serialized.
  return Object.defineProperty(message, 'raw', { value: raw, enumerable: false });
}

async function partsOf(raw: Buffer): Promise<MailParts> {
  const unreadable = (reason: string): MailParts => ({ subject: readSubject(raw), unreadable: reason });
  const problem = tooManyParts(raw);
  if (problem !== undefined) return unreadable(problem);
  return readSimpleMail(raw) ?? (await parseMail(raw).catch((error: unknown) => unreadable(reasonOf(error))));
}

/** Yields a mail in pieces, so that other work goes on while a large one is parsed. */
async function* slicesOf(raw: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < raw.length; start += SLICE) {
    if (start > 0) await setImmediate();
    yield raw.subarray(start, start + SLICE);
  }
}

/** Parses any mail. The general parser is loaded for the first mail that `readSimpleMail` does not read. */
export async function parseMail(raw: Buffer): Promise<MailParts> {
  const { simpleParser } = await import('mailparser');
  const mail = await simpleParser(raw.length > SLICE ? Readable.from(slicesOf(raw)) : raw, PARSER_OPTIONS);
  return {
    from: mail.from?.value[0]?.address,
    subject: mail.subject,
    plain: mail.text,
    html: mail.html || undefined,
    headers: headersOf(mail.headerLines),
  };
}

/**
 * Makes a message of the parts of a mail.
 *
 * @param page visible content of its HTML. @default it is read on first use
 */
export function messageOf(envelope: Envelope, parts: MailParts, page?: HtmlText): Message {
  const plain = parts.plain?.slice(0, MAX_TEXT);
  const html = parts.html?.slice(0, MAX_TEXT);
  // Read on first use: the subject may contain the code, and few callers need the links.
  const visible = memoize(() => page ?? (html === undefined ? undefined : readHtmlText(html)));
  // An HTML part may have no words: an image, or a template that failed.
  const text = memoize(() => visible()?.text || plain || '');
  const links = memoize(() => unique([...(visible()?.links ?? []), ...linksOfPlain(plain ?? '', parts.subject ?? '')]));
  return {
    ...head(envelope),
    from: parts.from ?? envelope.from,
    subject: parts.subject ?? '',
    ...(plain === undefined ? {} : { plain }),
    ...(html === undefined ? {} : { html }),
    headers: parts.headers ?? {},
    ...(parts.unreadable === undefined ? {} : { unreadable: parts.unreadable }),
    get text() {
      return text();
    },
    get links() {
      return links();
    },
  };
}

function linksOfPlain(plain: string, subject: string): MessageLink[] {
  return findBareLinks(withoutQuotes(plain, { subject, isMarked: false }), { limit: MAX_LINKS });
}

function head({ kind, id, to, receivedAt }: Envelope): Pick<Message, 'kind' | 'id' | 'to' | 'receivedAt'> {
  return { kind, id, to: to.map((address) => foldAddress(kind, address)), receivedAt: new Date(receivedAt) };
}

function headersOf(lines: readonly { readonly key: string; readonly line: string }[]): Record<string, string> {
  return Object.fromEntries(lines.map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()]));
}

function unique(links: readonly MessageLink[]): MessageLink[] {
  const byHref = new Map<string, MessageLink>();
  for (const link of links) if (!byHref.has(link.href)) byHref.set(link.href, link);
  return [...byHref.values()];
}
