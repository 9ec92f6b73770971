import type { MailParts } from './decode.ts';

/**
 * Reads a mail of the plain kind that applications send: text, HTML, or both, in one of the usual encodings. A general
 * parser takes ten times as long, and a fifth of a second to load, on the way of every code.
 *
 * Answers nothing for a mail with anything else in it, which is then the general parser's.
 *
 * @see RFC 5322, RFC 2045, RFC 2046, RFC 2047
 */
export function readPlainMail(raw: Buffer): MailParts | undefined {
  if (hasOddLineEnds(raw)) return undefined;
  const entity = splitEntity(raw);
  const subject = entity && decodeHeader(entity.headers['subject'] ?? '');
  const from = entity && readFrom(entity.headers['from'] ?? '');
  if (!entity || subject === undefined || from === undefined) return undefined;
  const texts = new Map<string, string>();
  if (!readBody(entity, texts, 0)) return undefined;
  return {
    from: from || undefined,
    subject,
    plain: texts.get('plain'),
    html: texts.get('html'),
    headers: entity.headers,
  };
}

/** Line ends of two kinds, or a carriage return alone: every parser makes something else of them. */
function hasOddLineEnds(raw: Buffer): boolean {
  if (!raw.includes(0x0d)) return false;
  for (let at = raw.indexOf(0x0a); at >= 0; at = raw.indexOf(0x0a, at + 1)) if (raw[at - 1] !== 0x0d) return true;
  for (let at = raw.indexOf(0x0d); at >= 0; at = raw.indexOf(0x0d, at + 1)) if (raw[at + 1] !== 0x0a) return true;
  return false;
}

interface Entity {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const MAX_DEPTH = 3;
const MAX_HEADERS = 64 * 1024;
/** Names under which the general parser reads the same letters as we do. */
const CHARSETS: Readonly<Record<string, 'utf8' | 'latin1'>> = {
  'utf-8': 'utf8',
  utf8: 'utf8',
  'us-ascii': 'utf8',
  ascii: 'utf8',
};

function splitEntity(raw: Buffer): Entity | undefined {
  const crlf = raw.indexOf('\r\n\r\n');
  const end = crlf < 0 ? raw.indexOf('\n\n') : crlf;
  if (end < 0 || end > MAX_HEADERS) return undefined;
  const head = raw.toString('latin1', 0, end);
  // eslint-disable-next-line no-control-regex
  if (/[^\x09\x0a\x0d\x20-\x7e]/.test(head)) return undefined;
  const headers: Record<string, string> = {};
  for (const line of head.split(/\r?\n(?![ \t])/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon < 1 || !/^[\w-]+$/.test(name) || name === '__proto__') return undefined;
    headers[name] = line.slice(colon + 1).trim();
  }
  return { headers, body: raw.subarray(end + (crlf < 0 ? 2 : 4)) };
}

/** Collects the texts of a body, and answers whether all of it was understood. */
function readBody({ headers, body }: Entity, texts: Map<string, string>, depth: number): boolean {
  const [type = '', ...parameters] = (headers['content-type'] ?? 'text/plain').replace(/\r?\n/g, '').split(/;\s*/);
  const subtype = type.trim().toLowerCase();
  const options = readParameters(parameters);
  if (!options) return false;
  if (subtype.startsWith('multipart/')) {
    const parts =
      /^multipart\/(?:alternative|mixed|related)$/.test(subtype) && splitParts(body, options['boundary'] ?? '');
    return parts && depth < MAX_DEPTH ? parts.every((part) => readBody(part, texts, depth + 1)) : false;
  }
  if (isAside(headers, subtype)) return true;
  const name = /^text\/(plain|html)$/.exec(subtype)?.[1];
  if (!name || texts.has(name) || options['format']) return false;
  const text = decodeText(body, headers['content-transfer-encoding'] ?? '7bit', options['charset'] ?? 'us-ascii');
  if (text === undefined) return false;
  texts.set(name, text);
  return true;
}

/** What a person does not read in the mail itself. */
function isAside(headers: Entity['headers'], type: string): boolean {
  return /^attachment\b/i.test(headers['content-disposition'] ?? '') || /^(?:image|audio|video|font)\//.test(type);
}

/** Parameters in the plain form; continued or encoded ones (RFC 2231) are left to the general parser. */
function readParameters(list: readonly string[]): Record<string, string> | undefined {
  const options: Record<string, string> = {};
  for (const parameter of list.filter(Boolean)) {
    const [, name, quoted, bare] = /^\s*([\w-]+)\s*=\s*(?:"([^"\\]*)"|([^\s";]+))\s*$/.exec(parameter) ?? [];
    if (!name) return undefined;
    options[name.toLowerCase()] = quoted ?? bare ?? '';
  }
  return options;
}

function splitParts(body: Buffer, boundary: string): Entity[] | undefined {
  if (!boundary) return undefined;
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Entity[] = [];
  let at = lineStart(body, delimiter, 0);
  while (at >= 0) {
    const lineEnd = body.indexOf('\n', at);
    const rest = body.toString('latin1', at + delimiter.length, lineEnd < 0 ? body.length : lineEnd).trimEnd();
    if (rest === '--') return parts;
    if (rest !== '' || lineEnd < 0) return undefined;
    const next = lineStart(body, delimiter, lineEnd);
    if (next < 0) return undefined;
    const end = next - (body[next - 2] === 0x0d ? 2 : 1);
    // A part without headers begins with the empty line itself.
    const part = splitEntity(
      Buffer.concat([
        body[lineEnd + 1] === 0x0d || body[lineEnd + 1] === 0x0a ? NO_HEADERS : NOTHING,
        body.subarray(lineEnd + 1, Math.max(end, lineEnd + 1)),
      ]),
    );
    if (!part) return undefined;
    parts.push(part);
    at = next;
  }
  return undefined;
}

const NOTHING = Buffer.alloc(0);
const NO_HEADERS = Buffer.from('content-type: text/plain\r\n');

/** Where the next line begins that begins with the delimiter. */
function lineStart(body: Buffer, delimiter: Buffer, from: number): number {
  for (let at = body.indexOf(delimiter, from); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    if (at === 0 || body[at - 1] === 0x0a) return at;
  }
  return -1;
}

function decodeText(body: Buffer, encoding: string, charset: string): string | undefined {
  const letters = CHARSETS[charset.toLowerCase()];
  const bytes = decodeBytes(body, encoding.trim().toLowerCase());
  if (!letters || !bytes) return undefined;
  return bytes
    .toString(letters)
    .replace(/^\ufeff/, '')
    .replace(/\r\n/g, '\n');
}

function decodeBytes(body: Buffer, encoding: string): Buffer | undefined {
  if (/^(?:7bit|8bit|binary)$/.test(encoding)) return body;
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  return encoding === 'quoted-printable' ? decodeQuoted(body) : undefined;
}

/** Nothing for a text with an escape that is none. */
function decodeQuoted(body: Buffer): Buffer | undefined {
  const out = Buffer.allocUnsafe(body.length);
  let length = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    if (byte !== 0x3d) {
      out[length++] = byte;
      continue;
    }
    const soft = body[at + 1] === 0x0d && body[at + 2] === 0x0a ? 2 : body[at + 1] === 0x0a ? 1 : 0;
    const [high, low] = [HEX[body[at + 1] ?? 0], HEX[body[at + 2] ?? 0]];
    if (!soft) {
      if (high === undefined || low === undefined) return undefined;
      out[length++] = high * 16 + low;
    }
    at += soft || 2;
  }
  return out.subarray(0, length);
}

const HEX: readonly (number | undefined)[] = Array.from({ length: 256 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? undefined : value;
});

/** A header with encoded words; nothing when one is in a charset of the general parser. */
function decodeHeader(value: string): string | undefined {
  const unfolded = value.replace(/\r?\n(?=[ \t])/g, '');
  if (!unfolded.includes('=?')) return unfolded;
  // White space between two encoded words is not shown, and one letter may be split over both.
  const chunks: Buffer[] = [];
  let at = 0;
  let wasWord = false;
  for (const match of unfolded.matchAll(/=\?([^?*\s]+)\?([bq])\?([^?\s]*)\?=/gi)) {
    const [word, charset = '', encoding = '', text = ''] = match;
    const between = unfolded.slice(at, match.index);
    if (CHARSETS[charset.toLowerCase()] === undefined) return undefined;
    if (between.includes('=?')) return undefined;
    if (!(wasWord && /^\s*$/.test(between))) chunks.push(Buffer.from(between));
    const bytes =
      encoding.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64')
        : decodeQuoted(Buffer.from(text.replace(/_/g, ' '), 'latin1'));
    if (!bytes) return undefined;
    chunks.push(bytes);
    at = match.index + word.length;
    wasWord = true;
  }
  const rest = unfolded.slice(at);
  return rest.includes('=?') ? undefined : Buffer.concat([...chunks, Buffer.from(rest)]).toString('utf8');
}

/** The address of a sender, where there is just one in the usual form. */
function readFrom(value: string): string | undefined {
  const unfolded = value.replace(/\r?\n(?=[ \t])/g, '').trim();
  if (unfolded === '') return '';
  return (
    /^(?:[^<>,;:@()"\\]*|"[^"\\]*"\s*)<([^<>\s,;:()"]+@[^<>\s,;:()"]+)>$/.exec(unfolded) ??
    /^([^<>\s,;:()"]+@[^<>\s,;:()"]+)$/.exec(unfolded)
  )?.[1];
}
