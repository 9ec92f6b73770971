import { maskCode } from '../message/mask.ts';
import type { Message } from '../message/message.ts';
import { type Hide, hideCodes } from './hidden-codes.ts';
import { maskHtml } from './masked-html.ts';

/** Maximum length of a part, in characters. */
const MAX_PART = 256 * 1024;
/** Maximum length of a header, in characters. */
const MAX_HEADER = 2000;
/** Headers that describe how the mail was encoded, which the copy is not. */
const OF_ENCODING = /^(?:content-.*|mime-version|dkim-signature|arc-.*)$/;
/** Headers with addresses and dates, whose numbers stay. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set(['from', 'to', 'cc', 'reply-to', 'sender', 'date']);

/**
 * Returns a copy of a mail for a report, as an `.eml` file. Codes are masked, and links keep their host only. The parts
 * are in no transfer encoding, in which a secret could hide from redaction; attachments are left out.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc5322
 */
export function maskedMail(message: Message): string {
  const hide = hideCodes(message, maskCode);
  const parts = [
    ...(message.plain === undefined ? [] : [part('plain', hide(message.plain.slice(0, MAX_PART)))]),
    ...(message.html === undefined ? [] : [part('html', maskHtml(message.html.slice(0, MAX_PART), hide))]),
  ];
  const boundary = boundaryFor(parts);
  const head = [
    ...headersOf(message, hide),
    `X-Playwright-2fa: codes are masked, links keep their host; ${cutNote(message)}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
  ];
  const body = parts.map((one) => `--${boundary}\r\n${one}\r\n`).join('');
  return `${head.join('\r\n')}\r\n\r\n${body}--${boundary}--\r\n`;
}

function headersOf({ from, to, subject, headers }: Message, hide: Hide): string[] {
  const all = { from, to: to.join(', '), ...headers, subject };
  return Object.entries(all).flatMap(([name, value]) => {
    // An encoded word (RFC 2047) may hold a code.
    if (OF_ENCODING.test(name) || value.includes('=?') || !/^[\w-]+$/.test(name)) return [];
    const line = value.replace(/\s+/g, ' ').trim().slice(0, MAX_HEADER);
    return [
      `${name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase())}: ${PLAIN_HEADERS.has(name) ? line : hide(line)}`,
    ];
  });
}

function part(type: string, content: string): string {
  const lines = content.replace(/\r\n?|\n/g, '\r\n');
  return `Content-Type: text/${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${lines}`;
}

function cutNote({ plain = '', html = '' }: Message): string {
  return Math.max(plain.length, html.length) > MAX_PART
    ? `parts are cut at ${MAX_PART} characters, attachments are left out`
    : 'attachments are left out';
}

function boundaryFor(parts: readonly string[]): string {
  for (let number = 0; ; number++) {
    const boundary = `=_playwright-2fa-${number}`;
    if (!parts.some((one) => one.includes(boundary))) return boundary;
  }
}
