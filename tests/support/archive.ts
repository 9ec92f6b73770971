import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type Entry, fromBufferPromise } from 'yauzl';
import { ZipFile } from 'yazl';

export interface NewEntry {
  readonly name: string;
  readonly content: string | Buffer;
  /** @default true */
  readonly isDeflated?: boolean;
  /** @default 0o100644 */
  readonly mode?: number;
}

/** Modification time of all entries. An archive stores it with a resolution of two seconds. */
export const TIME: Date = new Date(2024, 4, 6, 7, 8, 10);

export async function zipOf(...entries: readonly NewEntry[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { name, content, isDeflated = true, mode = 0o10_06_44 } of entries) {
    if (name.endsWith('/')) zip.addEmptyDirectory(name, { mtime: TIME, mode: 0o04_07_55 });
    else zip.addBuffer(Buffer.from(content), name, { mtime: TIME, mode, compress: isDeflated });
  }
  zip.end();
  return await buffer(zip.outputStream);
}

export async function writeZip(path: string, ...entries: readonly NewEntry[]): Promise<string> {
  await writeFile(path, await zipOf(...entries));
  return path;
}

export interface Unpacked {
  readonly entry: Entry;
  readonly packed: Buffer;
  readonly content: Buffer;
}

/** Reads all entries of an archive, in order. */
export async function unzip(archive: string | Buffer): Promise<Unpacked[]> {
  const zip = await fromBufferPromise(typeof archive === 'string' ? await readFile(archive) : archive);
  const read = async (entry: Entry, options: object): Promise<Buffer> =>
    await buffer(await zip.openReadStreamPromise(entry, options));
  const entries: Unpacked[] = [];
  for await (const entry of zip.eachEntry())
    entries.push({ entry, packed: await read(entry, { decodeFileData: false }), content: await read(entry, {}) });
  return entries;
}

/** Returns the metadata of entries, without their offsets. */
export function headsOf(entries: readonly Unpacked[]): unknown[] {
  return entries.map(({ entry }) => [
    entry.fileName,
    entry.lastModFileDate,
    entry.lastModFileTime,
    entry.externalFileAttributes >>> 16,
    entry.versionMadeBy >> 8,
  ]);
}
