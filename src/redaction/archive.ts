import { type FileHandle, open } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { crc32, createDeflateRaw, createInflateRaw, deflateRaw, inflateRaw } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { ArchiveWriter, type EntryHead } from './archive-writer.ts';

/** What happens to the content of an entry on its way. */
export type ChangeEntry = (name: string, content: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

export interface RewriteOptions {
  /** Permissions of the new file. */
  readonly mode: number;
  /** The most that the archive may hold, unpacked, in bytes. */
  readonly maxUnpacked: number;
  /** Entries that are taken over as they are, by name. */
  readonly isKept: (name: string) => boolean;
}

/** Snapshots of pages shrink to a fifth already at the fastest. */
const LEVEL = 1;
/** Larger entries go through in pieces; of the smaller ones, so many are worked on at once. */
const SMALL = 2 * 1024 * 1024;
const AT_ONCE = 4;
const PIECE = 64 * 1024;
const DEFLATED = 8;

const inflate = promisify<Buffer, object, Buffer>(inflateRaw);
const deflate = promisify<Buffer, object, Buffer>(deflateRaw);

/**
 * Writes a zip archive anew, in bounded memory. Entries that stay as they are keep their packed bytes.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function rewriteArchive(
  path: string,
  target: string,
  change: ChangeEntry,
  { mode, maxUnpacked, isKept }: RewriteOptions,
): Promise<void> {
  const { openPromise } = await import('yauzl');
  const from = await openPromise(path, { autoClose: false });
  let file: FileHandle | undefined;
  const underWay: Promise<() => Promise<void>>[] = [];
  try {
    file = await open(target, 'w', mode);
    const to = new ArchiveWriter(file);
    const settle = async (atMost: number): Promise<void> => {
      while (underWay.length > atMost) await (await underWay.shift())?.();
    };
    let unpacked = 0;
    for await (const entry of from.eachEntry()) {
      unpacked += entry.uncompressedSize;
      if (unpacked > maxUnpacked) throw new Error(`it holds more than ${maxUnpacked} bytes`);
      if (entry.uncompressedSize > SMALL && !isKept(entry.fileName)) {
        await settle(0);
        await stream(from, entry, to, change);
      } else {
        const writing = whole(from, entry, to, isKept(entry.fileName) ? undefined : change);
        writing.catch(() => undefined); // told when it is its turn
        underWay.push(writing);
        await settle(AT_ONCE - 1);
      }
    }
    await settle(0);
    await to.end();
  } finally {
    await Promise.allSettled(underWay);
    from.close();
    await file?.close();
  }
}

/** Does all but the writing, which happens in order. */
async function whole(
  from: ZipFile,
  entry: Entry,
  to: ArchiveWriter,
  change: ChangeEntry | undefined,
): Promise<() => Promise<void>> {
  const packed = await gather(await rawStream(from, entry));
  const asItIs = (): Promise<void> => to.add({ ...about(entry), ...sizes(entry), crc32: entry.crc32, packed });
  if (!change) return asItIs;
  const before =
    entry.compressionMethod === DEFLATED
      ? await inflate(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) })
      : packed;
  const after = await gather(change(entry.fileName, once(before)));
  if (after.equals(before)) return asItIs;
  const repacked = await deflate(after, { level: LEVEL });
  return () => to.add({ ...about(entry), method: DEFLATED, size: after.length, crc32: crc32(after), packed: repacked });
}

async function stream(from: ZipFile, entry: Entry, to: ArchiveWriter, change: ChangeEntry): Promise<void> {
  const raw = await rawStream(from, entry);
  const isDeflated = entry.compressionMethod === DEFLATED;
  const content = atMost(entry.uncompressedSize, isDeflated ? pipe(raw, createInflateRaw({ chunkSize: PIECE })) : raw);
  let size = 0;
  let checksum = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of change(entry.fileName, content)) {
      size += chunk.length;
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  }
  const packed = pipe(
    Readable.from(counted(), { objectMode: false }),
    createDeflateRaw({ level: LEVEL, chunkSize: PIECE }),
  );
  await to.addStream({ ...about(entry), method: DEFLATED }, packed, () => ({ size, crc32: checksum }));
}

/** Errors go on, and who stops reading stops all, as `pipe` alone does not do. */
function pipe<T extends NodeJS.ReadWriteStream & Readable>(from: Readable, to: T): T {
  pipeline(from, to, () => undefined);
  return to;
}

/** What an archive says of a size counts, so that what is small there does not fill the disk. */
async function* atMost(size: number, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of content) {
    length += chunk.length;
    if (length > size) throw new Error('an entry in it is longer than it says');
    yield chunk;
  }
}

async function rawStream(from: ZipFile, entry: Entry): Promise<Readable> {
  if (entry.isEncrypted()) throw new Error(`"${entry.fileName}" in it is encrypted`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== DEFLATED)
    throw new Error(`"${entry.fileName}" in it is packed by method ${entry.compressionMethod}`);
  return await from.openReadStreamPromise(entry, { decodeFileData: false });
}

function about(entry: Entry): Omit<EntryHead, 'method'> {
  return {
    name: entry.fileName,
    date: entry.lastModFileDate,
    time: entry.lastModFileTime,
    attributes: entry.externalFileAttributes,
    madeBy: entry.versionMadeBy,
  };
}

function sizes({ compressionMethod, uncompressedSize }: Entry): { method: number; size: number } {
  return { method: compressionMethod, size: uncompressedSize };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function gather(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
