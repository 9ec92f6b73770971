import type { FileHandle } from 'node:fs/promises';

/** Metadata of an entry that is known before its content. */
export interface EntryHead {
  readonly name: string;
  /** Compression method: 0 is stored, 8 is deflated. */
  readonly method: number;
  /** Modification date in MS-DOS format. */
  readonly date: number;
  /** Modification time in MS-DOS format. */
  readonly time: number;
  readonly attributes: number;
  /** System that wrote the entry. It decides how `attributes` are read: as permissions on Unix only. */
  readonly madeBy: number;
}

/** Metadata of an entry that is known once its content is read. */
interface EntrySizes {
  /** Uncompressed size, in bytes. */
  readonly size: number;
  readonly crc32: number;
}

interface WrittenEntry extends EntryHead, EntrySizes {
  readonly packedSize: number;
  readonly offset: number;
  /** True if the local header has room for sizes of 64 bits. */
  readonly isZip64: boolean;
}

const MAX_UINT32 = 0xff_ff_ff_ff;
const MAX_UINT16 = 0xff_ff;
const VERSION = 20;
const VERSION_ZIP64 = 45;
const UTF8_NAMES = 0x08_00;
/** Redaction lengthens a text. Streamed entries above this size, in bytes, get a local header with room for more. */
const MAYBE_ZIP64 = 1024 ** 3;

/**
 * Writes the entries of a ZIP archive, already compressed, one after the other. Switches to ZIP64 for an archive or an
 * entry above 4 GiB, and for more than 65,534 entries.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 4.3
 */
export class ArchiveWriter {
  readonly #file: FileHandle;
  readonly #entries: WrittenEntry[] = [];
  #offset = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Adds an entry that is held in memory, so that it is far from 4 GiB. */
  async add({ packed, ...entry }: EntryHead & EntrySizes & { readonly packed: Buffer }): Promise<void> {
    const written = { ...entry, packedSize: packed.length, offset: this.#offset, isZip64: false };
    await this.#append(Buffer.concat([localHeader(written), packed]));
    this.#entries.push(written);
  }

  /**
   * @param expectedSize uncompressed size before redaction, in bytes
   * @param sizes called when the content is read
   */
  async addStream(
    head: EntryHead,
    packed: AsyncIterable<Buffer>,
    expectedSize: number,
    sizes: () => EntrySizes,
  ): Promise<void> {
    const offset = this.#offset;
    const isZip64 = expectedSize > MAYBE_ZIP64;
    await this.#append(localHeader({ ...head, size: 0, crc32: 0, packedSize: 0, offset, isZip64 }));
    const begin = this.#offset;
    for await (const chunk of packed) await this.#append(chunk);
    const written = { ...head, ...sizes(), packedSize: this.#offset - begin, offset, isZip64 };
    if (!isZip64 && Math.max(written.size, written.packedSize) >= MAX_UINT32)
      throw new Error('an entry in it grows beyond 4 GiB');
    const header = localHeader(written);
    await this.#file.write(header, 0, header.length, offset);
    this.#entries.push(written);
  }

  async end(): Promise<void> {
    const start = this.#offset;
    await this.#append(Buffer.concat(this.#entries.map(centralHeader)));
    await this.#append(endRecords(this.#entries.length, this.#offset - start, start));
  }

  async #append(bytes: Buffer): Promise<void> {
    await this.#file.write(bytes, 0, bytes.length, this.#offset);
    this.#offset += bytes.length;
  }
}

function localHeader(entry: WrittenEntry): Buffer {
  const name = Buffer.from(entry.name);
  const extra = entry.isZip64 ? zip64Extra([entry.size, entry.packedSize]) : Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04_03_4b_50, 0);
  writeCommon(header, 4, entry, entry.isZip64);
  header.writeUInt32LE(entry.isZip64 ? MAX_UINT32 : entry.packedSize, 18);
  header.writeUInt32LE(entry.isZip64 ? MAX_UINT32 : entry.size, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

function centralHeader(entry: WrittenEntry): Buffer {
  const name = Buffer.from(entry.name);
  const large = [entry.size, entry.packedSize, entry.offset].filter((value) => value >= MAX_UINT32);
  const extra = large.length > 0 ? zip64Extra(large) : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02_01_4b_50, 0);
  header.writeUInt16LE(entry.madeBy, 4);
  writeCommon(header, 6, entry, entry.isZip64 || large.length > 0);
  header.writeUInt32LE(Math.min(entry.packedSize, MAX_UINT32), 20);
  header.writeUInt32LE(Math.min(entry.size, MAX_UINT32), 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(entry.attributes >>> 0, 38);
  header.writeUInt32LE(Math.min(entry.offset, MAX_UINT32), 42);
  return Buffer.concat([header, name, extra]);
}

/** Writes the fields from "version needed to extract" to "crc-32", which both headers share. */
function writeCommon(header: Buffer, at: number, entry: WrittenEntry, isZip64: boolean): void {
  header.writeUInt16LE(isZip64 ? VERSION_ZIP64 : VERSION, at);
  header.writeUInt16LE(UTF8_NAMES, at + 2);
  header.writeUInt16LE(entry.method, at + 4);
  header.writeUInt16LE(entry.time, at + 6);
  header.writeUInt16LE(entry.date, at + 8);
  header.writeUInt32LE(entry.crc32 >>> 0, at + 10);
}

/** "Zip64 Extended Information Extra Field", section 4.5.3. */
function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(0x00_01, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

/** Sections 4.3.14 to 4.3.16. */
function endRecords(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06_05_4b_50, 0);
  record.writeUInt16LE(Math.min(count, MAX_UINT16), 8);
  record.writeUInt16LE(Math.min(count, MAX_UINT16), 10);
  record.writeUInt32LE(Math.min(size, MAX_UINT32), 12);
  record.writeUInt32LE(Math.min(offset, MAX_UINT32), 16);
  if (count < MAX_UINT16 && size < MAX_UINT32 && offset < MAX_UINT32) return record;
  const zip64 = Buffer.alloc(56);
  zip64.writeUInt32LE(0x06_06_4b_50, 0);
  zip64.writeBigUInt64LE(44n, 4);
  zip64.writeUInt16LE(VERSION_ZIP64, 12);
  zip64.writeUInt16LE(VERSION_ZIP64, 14);
  zip64.writeBigUInt64LE(BigInt(count), 24);
  zip64.writeBigUInt64LE(BigInt(count), 32);
  zip64.writeBigUInt64LE(BigInt(size), 40);
  zip64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07_06_4b_50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([zip64, locator, record]);
}
