import { type Transform, pipeline } from 'node:stream';
import * as zlib from 'node:zlib';
import { kindOf } from './redact-stream.ts';

/** Compression of a single file or body. */
export interface Compression {
  unpack(): Transform;
  pack(): Transform;
}

const GZIP: Compression = { unpack: zlib.createGunzip, pack: () => zlib.createGzip({ level: 1 }) };
const ZLIB: Compression = { unpack: zlib.createInflate, pack: () => zlib.createDeflate({ level: 1 }) };
const RAW: Compression = { unpack: zlib.createInflateRaw, pack: () => zlib.createDeflateRaw({ level: 1 }) };
const BROTLI: Compression = {
  unpack: zlib.createBrotliDecompress,
  pack: () => zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
};

/** Zstandard, which Node has since version 22.15. */
const zstd = zlib as unknown as {
  readonly createZstdCompress?: () => Transform;
  readonly createZstdDecompress?: () => Transform;
};

/** Number of bytes that tell an archive from other content. */
export const MAGIC_LENGTH = 4;

/** Returns true for the first bytes of a ZIP archive, see APPNOTE.TXT 4.3.7 and 4.3.16. */
export function isZip(head: Buffer): boolean {
  const mark = head.toString('latin1', 0, MAGIC_LENGTH);
  return mark === 'PK\x03\x04' || mark === 'PK\x05\x06';
}

/** Returns the compression of content by its first bytes. Brotli and raw deflate have no mark, so that the name decides. */
export function compressionOf(name: string, head: Buffer): Compression | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = head;
  if (first === 0x1f && second === 0x8b) return GZIP;
  if (first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd) return zstandard();
  // RFC 1950: the method is 8, and both bytes together are a multiple of 31.
  if ((first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0 && !isText(head)) return ZLIB;
  if (/\.deflate$/i.test(name)) return RAW;
  return /\.br$/i.test(name) ? BROTLI : undefined;
}

function zstandard(): Compression | undefined {
  const { createZstdCompress: pack, createZstdDecompress: unpack } = zstd;
  return pack && unpack ? { pack, unpack } : undefined;
}

/** The letters `x`, `h`, `X` and others may begin a text, too, but its next bytes are printable. */
function isText(head: Buffer): boolean {
  return head.every((byte) => byte === 0x09 || byte === 0x0a || byte === 0x0d || (byte >= 0x20 && byte < 0x7f));
}

/** Passes content through a compression. Errors of both end it. */
export function through(content: AsyncIterable<Buffer>, compression: Transform): AsyncIterable<Buffer> {
  pipeline(content, compression, () => undefined);
  return compression as AsyncIterable<Buffer>;
}

/** Returns a name for unpacked content with the extension of the original, unless that is the one of a picture or archive. */
export function nameOfUnpacked(name: string): string {
  const [, extension = ''] = /(\.\w{1,16})(?:\.(?:gz|br|zst|deflate))?$/i.exec(name) ?? [];
  const kind = kindOf(extension);
  return kind === 'binary' || kind === 'zip' ? 'unpacked' : `unpacked${extension}`;
}
