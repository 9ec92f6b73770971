import { foldAddress } from './address.ts';
import type { Envelope, Message, MessageLink } from './message.ts';
import { readVisible } from './visible.ts';

/** No test needs more of a text than this many characters; a hostile mail must not cost more. */
const MAX_TEXT = 2 * 1024 * 1024;

/** Decodes a raw message. The MIME parser is loaded with the first mail, and named nowhere else. */
export async function decodeMessage(envelope: Envelope, raw: Buffer): Promise<Message> {
  return envelope.kind === 'sms' ? decodeSms(envelope, raw) : await decodeMail(envelope, raw);
}

/** Loads the MIME parser now, while nothing waits for it, and not with the first mail. */
export function preloadDecoder(): void {
  setImmediate(() => void import('mailparser'));
}

function decodeSms(envelope: Envelope, raw: Buffer): Message {
  const text = raw.toString('utf8');
  return {
    ...head(envelope),
    from: envelope.from,
    subject: '',
    text,
    plain: text,
    links: linksOfText(text),
    headers: {},
  };
}

async function decodeMail(envelope: Envelope, raw: Buffer): Promise<Message> {
  const { simpleParser } = await import('mailparser');
  const mail = await simpleParser(raw, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
  });
  const plain = mail.text?.slice(0, MAX_TEXT);
  const html = mail.html ? mail.html.slice(0, MAX_TEXT) : undefined;
  const visible = html === undefined ? undefined : readVisible(html);
  // An HTML part without words (an image, a template that failed) is not what a person goes by.
  const text = visible?.text || plain || '';
  return {
    ...head(envelope),
    from: mail.from?.value[0]?.address ?? envelope.from,
    subject: mail.subject ?? '',
    text,
    ...(plain === undefined ? {} : { plain }),
    ...(html === undefined ? {} : { html }),
    links: unique([...(visible?.links ?? []), ...linksOfText(plain ?? '')]),
    headers: headersOf(mail.headerLines),
  };
}

function head({ kind, id, to, receivedAt }: Envelope): Pick<Message, 'kind' | 'id' | 'to' | 'receivedAt'> {
  return { kind, id, to: to.map((address) => foldAddress(kind, address)), receivedAt: new Date(receivedAt) };
}

function headersOf(lines: readonly { readonly key: string; readonly line: string }[]): Record<string, string> {
  return Object.fromEntries(lines.map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()]));
}

/** Bare addresses in a text, as mail programs underline them: up to white space, less the punctuation of the sentence. */
function linksOfText(text: string): MessageLink[] {
  const found = text.match(/https?:\/\/[^\s<>"'`]+/gi) ?? [];
  return unique(
    found.map((href) => ({ href: href.replace(/[.,;:!?\])}]+$/, (tail) => balance(href, tail)), text: '' })),
  );
}

/** Keeps a closing bracket that was opened within the address. */
function balance(href: string, tail: string): string {
  const body = href.slice(0, href.length - tail.length);
  return tail.startsWith(')') && body.split('(').length > body.split(')').length ? ')' : '';
}

function unique(links: readonly MessageLink[]): MessageLink[] {
  const byHref = new Map<string, MessageLink>();
  for (const link of links) if (!byHref.has(link.href)) byHref.set(link.href, link);
  return [...byHref.values()];
}
