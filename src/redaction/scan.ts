import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Entry, ZipFile } from 'yauzl';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { type ArtifactKind, StreamRedactor, kindOf, kindOfType } from './redact-stream.ts';
import { type Compression, MAGIC_LENGTH, compressionOf, isZip, nameOfUnpacked, through } from './compression.ts';
import { headOf, limitTo, peek } from './content-head.ts';
import { filesIn } from './files.ts';
import type { Encoding } from './encodings.ts';
import type { SecretSet } from './secret-set.ts';
import { sensitiveNames } from './sensitive-names.ts';
import { Redactor } from './redactor.ts';

/** A secret in an artifact. */
export interface Finding {
  /** Path of the file, with `!` before each entry of an archive or page: `report/index.html!report.zip!a.json`. */
  readonly location: string;
  /** Persona and kind of the secret, such as `alice/password`. */
  readonly label: string;
  readonly encoding: Encoding;
  /** Number of occurrences. */
  count: number;
}

export interface ScanResult {
  readonly findings: readonly Finding[];
  /** Number of files and entries that were searched. */
  readonly scanned: number;
  /** Locations that could not be read, each with the reason. */
  readonly unreadable: readonly string[];
}

/** Maximum nesting of archives. */
const MAX_DEPTH = 6;
/** Maximum size of a nested archive, in bytes. */
const MAX_HELD = 1024 ** 3;
/** Minimum length of a data URL that can hold a secret. */
const MIN_DATA = 16;
const DATA_URL = /data:([\w.+/-]+)(?:;[\w.=-]+)*?;base64,/g;
const NOT_BASE64 = /[^\w+/=-]/g;

/**
 * Searches files and folders for secrets, including nested archives and data embedded in pages.
 *
 * @throws TwoFactorError `ARTIFACT_UNREADABLE` if a path does not exist.
 */
export async function scan(paths: readonly string[], known: SecretSet): Promise<ScanResult> {
  const search = new Search(known);
  for (const path of paths) {
    const files = await filesIn(path);
    if (files.length === 0 && !(await stat(path).catch(() => undefined)))
      throw new TwoFactorError('ARTIFACT_UNREADABLE', `There is no file or folder "${path}" to scan.`);
    for (const file of files) await search.file(file);
  }
  return search.result();
}

class Search {
  readonly #text: StreamRedactor;
  readonly #findings = new Map<string, Finding>();
  readonly #unreadable: string[] = [];
  #scanned = 0;
  #location = '';

  constructor(known: SecretSet) {
    const redactor = new Redactor(known, undefined, ({ label, encoding }) => this.#record(label, encoding));
    this.#text = new StreamRedactor(redactor, { ...sensitiveNames(), searchTerms: [] });
  }

  result(): ScanResult {
    return { findings: [...this.#findings.values()], scanned: this.#scanned, unreadable: this.#unreadable };
  }

  async file(path: string): Promise<void> {
    await this.#attempt(path, async () => {
      const head = await headOf(path);
      const kind = isZip(head) ? 'zip' : kindOf(path);
      const compression = compressionOf(path, head);
      if (compression) return await this.#packed(path, createReadStream(path), compression, 0);
      if (kind === 'zip') return await this.#archive(path, await openZip(path), 0);
      if (/\.html?$/i.test(path)) return await this.#whole(path, await readFile(path), kind, 0);
      await this.#stream(path, createReadStream(path), kind);
    });
  }

  async #archive(location: string, zip: ZipFile, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) throw new Error(`archives are nested more than ${MAX_DEPTH} deep`);
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName;
      if (!name.endsWith('/'))
        await this.#attempt(`${location}!${name}`, () => this.#entry(`${location}!${name}`, zip, entry, depth));
    }
  }

  async #entry(location: string, zip: ZipFile, entry: Entry, depth: number): Promise<void> {
    const { head, all } = await peek(await zip.openReadStreamPromise(entry));
    const kind = isZip(head) ? 'zip' : kindOf(entry.fileName);
    const compression = compressionOf(entry.fileName, head);
    if (compression) return await this.#packed(location, all, compression, depth + 1);
    if (kind !== 'zip' && !/\.html?$/i.test(entry.fileName)) return await this.#stream(location, all, kind);
    await this.#whole(location, await held(all), kind, depth + 1);
  }

  /** Searches content that is compressed as a whole. What cannot be unpacked is searched as it is. */
  async #packed(
    location: string,
    content: AsyncIterable<Buffer>,
    compression: Compression,
    depth: number,
  ): Promise<void> {
    const packed = await held(content);
    const plain = await held(through(once(packed), compression.unpack())).catch(() => undefined);
    await this.#whole(location, plain ?? packed, kindOf(plain ? nameOfUnpacked(location) : location), depth);
  }

  async #whole(location: string, bytes: Buffer, kind: ArtifactKind, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) throw new Error(`archives are nested more than ${MAX_DEPTH} deep`);
    const compression = compressionOf('', bytes.subarray(0, MAGIC_LENGTH));
    if (compression) {
      const plain = await held(through(once(bytes), compression.unpack())).catch(() => undefined);
      if (plain) return await this.#whole(location, plain, kind === 'binary' ? 'text' : kind, depth + 1);
    }
    if (kind === 'zip' || isZip(bytes)) {
      const { fromBufferPromise } = await import('yauzl');
      return await this.#archive(location, await fromBufferPromise(bytes), depth);
    }
    this.#location = location;
    this.#scanned++;
    this.#text.redactWhole(bytes, kind);
    if (!bytes.includes(';base64,')) return;
    for (const { type, data } of dataUrls(bytes.toString('latin1'))) {
      const inner = kindOfType(type);
      const name = `${location}!${type}`;
      if (inner !== 'binary')
        await this.#attempt(name, () => this.#whole(name, Buffer.from(data, 'base64'), inner, depth + 1));
    }
  }

  async #stream(location: string, content: AsyncIterable<Buffer>, kind: ArtifactKind): Promise<void> {
    this.#scanned++;
    const clean = this.#text.redact(content, kind, () => undefined);
    this.#location = location;
    for await (const _ of clean) this.#location = location;
  }

  async #attempt(location: string, read: () => Promise<void>): Promise<void> {
    await read().catch((error: unknown) => {
      this.#unreadable.push(`${location}: ${reasonOf(error)}`);
    });
  }

  #record(label: string, encoding: Encoding): void {
    const key = JSON.stringify([this.#location, label, encoding]);
    const finding = this.#findings.get(key);
    if (finding) finding.count++;
    else this.#findings.set(key, { location: this.#location, label, encoding, count: 1 });
  }
}

/** Reads content into memory. */
async function held(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of limitTo(MAX_HELD)(content)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function* dataUrls(text: string): Generator<{ type: string; data: string }> {
  for (const { 0: head, 1: type = '', index } of text.matchAll(DATA_URL)) {
    const start = index + head.length;
    // The report of a long run is too long for a single regular expression.
    NOT_BASE64.lastIndex = start;
    const data = text.slice(start, NOT_BASE64.exec(text)?.index);
    if (data.length >= MIN_DATA) yield { type, data };
  }
}

async function openZip(path: string): Promise<ZipFile> {
  const { openPromise } = await import('yauzl');
  return await openPromise(path);
}
