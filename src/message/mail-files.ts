import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { MAX_PARTS, tooManyParts } from './mail-parts.ts';

/** A file in a mail: an attachment, or a picture that its HTML shows. */
export interface MailFile {
  readonly name: string;
  /** Type as the mail states it, such as `image/png`. */
  readonly type: string;
  readonly content: Buffer;
  /** Content-ID without angle brackets, by which HTML refers to the file (RFC 2392). */
  readonly contentId?: string;
}

/** Maximum number of files that are read. */
const MAX_FILES = 200;
/** Maximum length of a name, in characters. */
const MAX_NAME = 200;
/** Limit of the headers of a mail, and of each of its parts, in bytes. */
const MAX_HEAD = 256 * 1024;
/** Size of the pieces that are parsed at a time, in bytes. */
const SLICE = 64 * 1024;

/** Reads the files of a mail. A mail that cannot be read has none. */
export async function readMailFiles(raw: Buffer): Promise<MailFile[]> {
  if (!raw.includes('multipart/') && !raw.includes('Multipart/') && !raw.includes('ttachment')) return [];
  if (tooManyParts(raw) !== undefined) return [];
  const { simpleParser } = await import('mailparser');
  const options = {
    maxHeadSize: MAX_HEAD,
    maxChildNodes: MAX_PARTS,
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
  };
  const mail = await simpleParser(Readable.from(slicesOf(raw)), { ...options, skipImageLinks: true }).catch(
    () => undefined,
  );
  return (mail?.attachments ?? []).slice(0, MAX_FILES).map(({ filename, contentType, content, contentId }, index) => ({
    name: nameOf(filename, index),
    type: contentType,
    content,
    ...(contentId ? { contentId: contentId.replace(/^<|>$/g, '') } : {}),
  }));
}

/** Returns a name without characters that a path or a header could end at. */
function nameOf(filename: string | false | undefined, index: number): string {
  const name = (filename || '')
    // oxlint-disable-next-line no-control-regex -- matching control characters is the purpose
    .replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069"\\/]/g, ' ')
    .trim()
    .slice(0, MAX_NAME);
  return name || `file-${index + 1}`;
}

/** Yields a mail in pieces, so that other work goes on while a large one is parsed. */
async function* slicesOf(raw: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < raw.length; start += SLICE) {
    if (start > 0) await setImmediate();
    yield raw.subarray(start, start + SLICE);
  }
}
