import { createWriteStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type Entry, type ZipFile as ZipReader, openPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { ArchiveWriter } from '../../src/redaction/archive-writer.ts';
import { unzip } from '../support/archive.ts';
import { FULL } from '../support/full.ts';
import { redactionOf } from '../support/redaction.ts';
import { expect, test } from '../support/temp-folder.ts';

const { files } = redactionOf({ code: '482913' });
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
/** Timeout of a test that writes gigabytes, in milliseconds. */
const LONG = 30 * 60_000;

async function writeArchive(path: string, zip: ZipFile): Promise<string> {
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

/** Chunks of the same bytes, without holding them at once. */
function repeat(chunk: Buffer, times: number): () => Readable {
  return () =>
    Readable.from(
      (function* () {
        for (let index = 0; index < times; index++) yield chunk;
      })(),
      { objectMode: false },
    );
}

async function readEntries(path: string): Promise<{ zip: ZipReader; entries: Entry[] }> {
  const zip = await openPromise(path, { autoClose: false });
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return { zip, entries };
}

test('an entry that may grow beyond 4 GiB has a local header with room for its size', async ({ folder }) => {
  const path = join(folder, 'a.zip');
  const content = Buffer.from('some text');
  const head = { name: 'a.txt', method: 0, date: 0x58_a6, time: 0, attributes: 0, madeBy: 20 };
  const file = await open(path, 'w');
  const writer = new ArchiveWriter(file);
  await writer.addStream(head, Readable.from([content]), 2 * GIB, () => ({ size: 9, crc32: crc32(content) }));
  await writer.end();
  await file.close();
  const bytes = await readFile(path);
  // APPNOTE.TXT 4.3.7 and 4.5.3: both sizes are in the extra field, and their old places hold the largest number.
  expect(bytes.readUInt16LE(4)).toBe(45);
  expect([bytes.readUInt32LE(18), bytes.readUInt32LE(22)]).toEqual([0xff_ff_ff_ff, 0xff_ff_ff_ff]);
  const extra = 30 + bytes.readUInt16LE(26);
  expect([bytes.readUInt16LE(extra), bytes.readUInt16LE(extra + 2)]).toEqual([1, 16]);
  expect([bytes.readBigUInt64LE(extra + 4), bytes.readBigUInt64LE(extra + 12)]).toEqual([9n, 9n]);
  const [entry] = await unzip(path);
  expect(entry?.content).toEqual(content);
});

test('an archive of more than 65,535 entries keeps all of them', async ({ folder }) => {
  test.skip(!FULL, 'takes half a minute; set PLAYWRIGHT_2FA_FULL=1');
  test.setTimeout(LONG);
  const zip = new ZipFile();
  for (let index = 0; index < 66_000; index++) zip.addEmptyDirectory(`${index}`);
  zip.addBuffer(Buffer.from('code 482913'), 'last.txt');
  const path = await writeArchive(join(folder, 'trace.zip'), zip);
  expect(await files.clean(path)).toBe(true);
  const { zip: clean, entries } = await readEntries(path);
  expect(entries.map(({ fileName }) => fileName).slice(-2)).toEqual(['65999/', 'last.txt']);
  expect(entries.length).toBe(66_001);
  expect(await text(await clean.openReadStreamPromise(entries.at(-1) as Entry))).toBe('code [secret code]');
  clean.close();
});

test('an archive with a video of more than 4 GiB keeps it, and loses a secret behind it', async ({ folder }) => {
  test.skip(!FULL, 'writes 9 GB; set PLAYWRIGHT_2FA_FULL=1');
  test.setTimeout(LONG);
  const zip = new ZipFile();
  zip.addReadStreamLazy('video.webm', { compress: false, size: 4100 * MIB }, (done) =>
    done(undefined, repeat(Buffer.alloc(MIB, 1), 4100)()),
  );
  zip.addBuffer(Buffer.from('{"value":"482913"}\n'), 'trace.trace');
  const path = await writeArchive(join(folder, 'trace.zip'), zip);
  expect(await files.clean(path)).toBe(true);
  expect((await stat(path)).size).toBeGreaterThan(4 * GIB);
  const { zip: clean, entries } = await readEntries(path);
  const [video, trace] = entries as [Entry, Entry];
  expect(video.uncompressedSize).toBe(4100 * MIB);
  expect(await text(await clean.openReadStreamPromise(trace))).toBe('{"value":"[secret code]"}\n');
  // Verifies the checksum of the entry to its end.
  for await (const _ of await clean.openReadStreamPromise(video));
  clean.close();
});

test('an entry of more than 4 GiB loses its secret', async ({ folder }) => {
  test.skip(!FULL, 'reads 4 GiB of text; set PLAYWRIGHT_2FA_FULL=1');
  test.setTimeout(LONG);
  const line = Buffer.from(`${'x'.repeat(1023)}\n`);
  const zip = new ZipFile();
  const block = Buffer.concat(Array.from({ length: 1024 }, () => line));
  zip.addReadStreamLazy('server.log', { compressionLevel: 1, size: 4100 * MIB + 7 }, (done) =>
    done(
      undefined,
      Readable.from(
        (function* () {
          for (let index = 0; index < 4100; index++) yield block;
          yield Buffer.from('482913\n');
        })(),
        { objectMode: false },
      ),
    ),
  );
  const path = await writeArchive(join(folder, 'trace.zip'), zip);
  expect(await files.clean(path)).toBe(true);
  const { zip: clean, entries } = await readEntries(path);
  const [log] = entries as [Entry];
  expect(log.uncompressedSize).toBe(4100 * MIB + '[secret code]\n'.length);
  let end = Buffer.alloc(0);
  for await (const chunk of await clean.openReadStreamPromise(log))
    end = Buffer.concat([end.subarray(-20), chunk as Buffer]);
  expect(end.toString().endsWith('\n[secret code]\n')).toBe(true);
  clean.close();
});
