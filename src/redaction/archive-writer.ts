import type { FileHandle } from 'node:fs/promises';

/** What an archive says of an entry before its content. */
export interface EntryHead {
  readonly name: string;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  /** As MS-DOS counts them. */
  readonly date: number;
  readonly time: number;
  readonly attributes: number;
  /** Which system wrote it, since that decides what its attributes mean: permissions, on Unix alone. */
  readonly madeBy: number;
}

/** What is known of an entry when its content is. */
interface EntrySizes {
  /** Unpacked, in bytes. */
  readonly size: number;
  readonly crc32: number;
}

interface Written extends EntryHead, EntrySizes {
  readonly packedSize: number;
  readonly offset: number;
}

/** Without the extension for larger ones (ZIP64), which no trace needs. */
const MAX_SIZE = 0xff_ff_ff_ff;
const MAX_ENTRIES = 0xff_ff;
const VERSION = 20;
const UTF8_NAMES = 0x08_00;

/** Writes the entries of a zip archive, packed already, one after the other. See APPNOTE.TXT, section 4.3. */
export class ArchiveWriter {
  readonly #file: FileHandle;
  readonly #entries: Written[] = [];
  #offset = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async add({ packed, ...entry }: EntryHead & EntrySizes & { readonly packed: Buffer }): Promise<void> {
    const written = { ...entry, packedSize: packed.length, offset: this.#offset };
    await this.#append(localHeader(written));
    await this.#append(packed);
    this.#entries.push(written);
  }

  /** @param sizes asked when all of the content was read */
  async addStream(head: EntryHead, packed: AsyncIterable<Buffer>, sizes: () => EntrySizes): Promise<void> {
    const offset = this.#offset;
    await this.#append(localHeader({ ...head, size: 0, crc32: 0, packedSize: 0, offset }));
    const begin = this.#offset;
    for await (const chunk of packed) await this.#append(chunk);
    const written = { ...head, ...sizes(), packedSize: this.#offset - begin, offset };
    const header = localHeader(written);
    await this.#file.write(header, 0, header.length, offset);
    this.#entries.push(written);
  }

  async end(): Promise<void> {
    const start = this.#offset;
    await this.#append(Buffer.concat(this.#entries.map(centralHeader)));
    await this.#append(endRecord(this.#entries.length, this.#offset - start, start));
  }

  async #append(bytes: Buffer): Promise<void> {
    await this.#file.write(bytes, 0, bytes.length, this.#offset);
    this.#offset += bytes.length;
    if (this.#offset > MAX_SIZE || this.#entries.length >= MAX_ENTRIES)
      throw new Error('it is too large for a zip archive without extensions');
  }
}

function localHeader(entry: Written): Buffer {
  const name = Buffer.from(entry.name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04_03_4b_50, 0);
  writeCommon(header, 4, entry, name.length);
  return Buffer.concat([header, name]);
}

function centralHeader(entry: Written): Buffer {
  const name = Buffer.from(entry.name);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02_01_4b_50, 0);
  header.writeUInt16LE(entry.madeBy, 4);
  writeCommon(header, 6, entry, name.length);
  header.writeUInt32LE(entry.attributes >>> 0, 38);
  header.writeUInt32LE(entry.offset, 42);
  return Buffer.concat([header, name]);
}

/** From "version needed to extract" to "extra field length", which both headers have alike. */
function writeCommon(header: Buffer, at: number, entry: Written, nameLength: number): void {
  if (entry.size > MAX_SIZE)
    throw new Error('it holds an entry that is too large for a zip archive without extensions');
  header.writeUInt16LE(VERSION, at);
  header.writeUInt16LE(UTF8_NAMES, at + 2);
  header.writeUInt16LE(entry.method, at + 4);
  header.writeUInt16LE(entry.time, at + 6);
  header.writeUInt16LE(entry.date, at + 8);
  header.writeUInt32LE(entry.crc32 >>> 0, at + 10);
  header.writeUInt32LE(entry.packedSize, at + 14);
  header.writeUInt32LE(entry.size, at + 18);
  header.writeUInt16LE(nameLength, at + 22);
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06_05_4b_50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
