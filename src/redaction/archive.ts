import { type FileHandle, open } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { promisify } from 'node:util';
import {
  constants,
  crc32,
  createDeflateRaw,
  createInflateRaw,
  deflateRaw,
  inflateRaw,
  inflateRawSync,
} from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { ArchiveWriter, type EntryHead } from './archive-writer.ts';
import { MAGIC_LENGTH } from './compression.ts';

/** Transforms the content of an entry. */
export type TransformEntry = (name: string, content: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

export interface RewriteOptions {
  /** File mode of the new archive. */
  readonly mode: number;
  /** Maximum uncompressed size of all entries, in bytes. */
  readonly maxUnpacked: number;
  /** True for an entry, by its name and its first bytes, that is copied as it is. */
  readonly isKept: (name: string, head: Buffer) => boolean;
}

/** Deflate level. Page snapshots shrink to a fifth even at the fastest. */
const LEVEL = 1;
/** Larger entries are streamed one at a time, in bytes. */
const SMALL = 2 * 1024 * 1024;
/** Number of small entries that are processed at the same time. */
const CONCURRENCY = 4;
const CHUNK_SIZE = 64 * 1024;
/** Packed bytes that hold the first bytes of an entry. */
const HEAD = 256;
const DEFLATED = 8;

const inflate = promisify<Buffer, object, Buffer>(inflateRaw);
const deflate = promisify<Buffer, object, Buffer>(deflateRaw);

/**
 * Rewrites a ZIP archive in bounded memory. An entry that does not change keeps its compressed bytes.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function rewriteArchive(
  path: string,
  target: string,
  transform: TransformEntry,
  { mode, maxUnpacked, isKept }: RewriteOptions,
): Promise<void> {
  const { openPromise } = await import('yauzl');
  const from = await openPromise(path, { autoClose: false });
  let file: FileHandle | undefined;
  const pending: Promise<() => Promise<void>>[] = [];
  try {
    file = await open(target, 'w', mode);
    const to = new ArchiveWriter(file);
    const drain = async (maxPending: number): Promise<void> => {
      while (pending.length > maxPending) await (await pending.shift())?.();
    };
    let unpacked = 0;
    for await (const entry of from.eachEntry()) {
      unpacked += entry.uncompressedSize;
      if (unpacked > maxUnpacked) throw new Error(`it holds more than ${maxUnpacked} bytes`);
      if (Math.max(entry.uncompressedSize, entry.compressedSize) > SMALL) {
        await drain(0);
        const isCopied = isKept(entry.fileName, await readHead(from, entry));
        await (isCopied ? copyStream(from, entry, to) : transformStream(from, entry, to, transform));
      } else {
        const writing = transformSmall({ from, entry, to, transform, isKept });
        writing.catch(() => undefined); // reported when its turn to be written comes
        pending.push(writing);
        await drain(CONCURRENCY - 1);
      }
    }
    await drain(0);
    await to.end();
  } finally {
    await Promise.allSettled(pending);
    from.close();
    await file?.close();
  }
}

interface SmallEntry extends Pick<RewriteOptions, 'isKept'> {
  readonly from: ZipFile;
  readonly entry: Entry;
  readonly to: ArchiveWriter;
  readonly transform: TransformEntry;
}

/** Does all the work except the write, which has to happen in order. */
async function transformSmall({ from, entry, to, transform, isKept }: SmallEntry): Promise<() => Promise<void>> {
  const packed = await readAll(await openRaw(from, entry));
  const copy = (): Promise<void> => to.add({ ...headOf(entry), ...sizesOf(entry), packed });
  if (isKept(entry.fileName, headIn(packed, entry))) return copy;
  const before =
    entry.compressionMethod === DEFLATED
      ? await inflate(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) })
      : packed;
  const after = await readAll(transform(entry.fileName, once(before)));
  if (after.equals(before)) return copy;
  const repacked = await deflate(after, { level: LEVEL });
  const changed = { method: DEFLATED, size: after.length, crc32: crc32(after), packed: repacked };
  return () => to.add({ ...headOf(entry), ...changed });
}

/** Reads the first bytes of an entry. */
async function readHead(from: ZipFile, entry: Entry): Promise<Buffer> {
  const raw = await openRaw(from, entry);
  for await (const chunk of raw) return headIn(chunk as Buffer, entry);
  return Buffer.alloc(0);
}

/** Unpacks the first bytes of an entry, and no more. */
function headIn(packed: Buffer, { compressionMethod }: Entry): Buffer {
  if (compressionMethod !== DEFLATED) return packed.subarray(0, MAGIC_LENGTH);
  // A start of the packed bytes holds a start of the content. Without it, the name decides.
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: CHUNK_SIZE };
  try {
    return inflateRawSync(packed.subarray(0, HEAD), options).subarray(0, MAGIC_LENGTH);
  } catch {
    return Buffer.alloc(0);
  }
}

async function copyStream(from: ZipFile, entry: Entry, to: ArchiveWriter): Promise<void> {
  const raw = await openRaw(from, entry);
  await to.addStream(headOf(entry), raw, entry.uncompressedSize, () => sizesOf(entry));
}

async function transformStream(
  from: ZipFile,
  entry: Entry,
  to: ArchiveWriter,
  transform: TransformEntry,
): Promise<void> {
  const raw = await openRaw(from, entry);
  const isDeflated = entry.compressionMethod === DEFLATED;
  const unpacked = isDeflated ? pipe(raw, createInflateRaw({ chunkSize: CHUNK_SIZE })) : raw;
  const content = limit(entry.uncompressedSize, unpacked);
  let size = 0;
  let checksum = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of transform(entry.fileName, content)) {
      size += chunk.length;
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  }
  const packed = pipe(
    Readable.from(counted(), { objectMode: false }),
    createDeflateRaw({ level: LEVEL, chunkSize: CHUNK_SIZE }),
  );
  const head = { ...headOf(entry), method: DEFLATED };
  await to.addStream(head, packed, entry.uncompressedSize, () => ({ size, crc32: checksum }));
}

/** Passes errors on and destroys the source with the target, which `pipe` of a stream does not do. */
function pipe<T extends NodeJS.ReadWriteStream & Readable>(from: Readable, to: T): T {
  pipeline(from, to, () => undefined);
  return to;
}

/** Holds an entry to the size it declares, so that a small one cannot fill the disk. */
async function* limit(size: number, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of content) {
    length += chunk.length;
    if (length > size) throw new Error('an entry in it is longer than it declares');
    yield chunk;
  }
}

/** Opens the compressed bytes of an entry. */
async function openRaw(from: ZipFile, entry: Entry): Promise<Readable> {
  if (entry.isEncrypted()) throw new Error(`"${entry.fileName}" in it is encrypted`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== DEFLATED)
    throw new Error(`"${entry.fileName}" in it uses compression method ${entry.compressionMethod}`);
  if (entry.compressedSize === 0) return Readable.from([]);
  return await from.openReadStreamPromise(entry, { decodeFileData: false });
}

function headOf(entry: Entry): EntryHead {
  return {
    name: entry.fileName,
    method: entry.compressionMethod,
    date: entry.lastModFileDate,
    time: entry.lastModFileTime,
    attributes: entry.externalFileAttributes,
    madeBy: entry.versionMadeBy,
  };
}

function sizesOf({ uncompressedSize, crc32 }: Entry): { size: number; crc32: number } {
  return { size: uncompressedSize, crc32 };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function readAll(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
