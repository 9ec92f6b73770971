import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Entry, ZipFile } from 'yauzl';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { type ArtifactKind, StreamRedactor, kindOf, kindOfType } from './redact-stream.ts';
import { filesIn } from './files.ts';
import type { SecretSet, SecretPattern } from './secret-set.ts';
import { sensitiveNames } from './sensitive-names.ts';
import { Redactor } from './redactor.ts';

/** A secret in an artifact. */
export interface Find {
  /** The file, and behind each `!` the entry of an archive or of a page: `report/index.html!report.zip!a.json`. */
  readonly place: string;
  /** Whose secret it is and what, such as `alice/password`. */
  readonly label: string;
  /** How it is written there: as it is, as JSON, percent-encoded, … */
  readonly way: SecretPattern['way'];
  /** How often. */
  count: number;
}

export interface ScanResult {
  readonly finds: readonly Find[];
  /** Files and entries that were looked into. */
  readonly looked: number;
  /** What could not be read, and why. */
  readonly unread: readonly string[];
}

/** An archive in an archive, and so on, at most; and the most that is held of one, in bytes. */
const MAX_DEPTH = 6;
const MAX_HELD = 1024 ** 3;
/** Shorter data holds no secret. */
const MIN_DATA = 16;
const DATA_URL = /data:([\w.+/-]+)(?:;[\w.=-]+)*?;base64,/g;
const NO_BASE64 = /[^\w+/=-]/g;

/**
 * Looks for secrets in files and folders, in archives within archives, and in what is embedded in pages.
 *
 * @throws TwoFactorError `ARTIFACT_UNREADABLE` when there is nothing at a path.
 */
export async function scan(paths: readonly string[], known: SecretSet): Promise<ScanResult> {
  const search = new Search(known);
  for (const path of paths) {
    const files = await filesIn(path);
    if (files.length === 0 && !(await stat(path).catch(() => undefined)))
      throw new TwoFactorError('ARTIFACT_UNREADABLE', `There is no file or folder "${path}" to look into.`);
    for (const file of files) await search.file(file);
  }
  return search.result();
}

class Search {
  readonly #text: StreamRedactor;
  readonly #finds = new Map<string, Find>();
  readonly #unread: string[] = [];
  #looked = 0;
  #place = '';

  constructor(known: SecretSet) {
    const redactor = new Redactor(known, undefined, ({ label, way }) => this.#found(label, way));
    this.#text = new StreamRedactor(redactor, { ...sensitiveNames(), spellings: [] });
  }

  result(): ScanResult {
    return { finds: [...this.#finds.values()], looked: this.#looked, unread: this.#unread };
  }

  async file(path: string): Promise<void> {
    const kind = kindOf(path);
    await this.#readable(path, async () => {
      if (kind === 'zip') return await this.#archive(path, await openZip(path), 0);
      if (/\.html?$/i.test(path)) return await this.#held(path, await readFile(path), kind, 0);
      await this.#stream(path, createReadStream(path), kind);
    });
  }

  async #archive(place: string, zip: ZipFile, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) throw new Error(`archives in archives, more than ${MAX_DEPTH} deep`);
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName;
      if (!name.endsWith('/'))
        await this.#readable(`${place}!${name}`, () => this.#entry(`${place}!${name}`, zip, entry, depth));
    }
  }

  async #entry(place: string, zip: ZipFile, entry: Entry, depth: number): Promise<void> {
    const kind = kindOf(entry.fileName);
    const content = await zip.openReadStreamPromise(entry);
    if (kind !== 'zip' && !/\.html?$/i.test(entry.fileName)) return await this.#stream(place, content, kind);
    if (entry.uncompressedSize > MAX_HELD) throw new Error(`it has more than ${MAX_HELD} bytes`);
    await this.#held(place, Buffer.concat((await content.toArray()) as Buffer[]), kind, depth + 1);
  }

  async #held(place: string, bytes: Buffer, kind: ArtifactKind, depth: number): Promise<void> {
    if (kind === 'zip' || bytes.subarray(0, 4).toString('latin1') === 'PK\x03\x04') {
      const { fromBufferPromise } = await import('yauzl');
      return await this.#archive(place, await fromBufferPromise(bytes), depth);
    }
    this.#place = place;
    this.#looked++;
    this.#text.redactWhole(bytes, kind);
    if (!bytes.includes(';base64,')) return;
    for (const { type, data } of dataUrls(bytes.toString('latin1'))) {
      const inner = kindOfType(type);
      const name = `${place}!${type}`;
      if (inner !== 'binary')
        await this.#readable(name, () => this.#held(name, Buffer.from(data, 'base64'), inner, depth + 1));
    }
  }

  async #stream(place: string, content: AsyncIterable<Buffer>, kind: ArtifactKind): Promise<void> {
    this.#looked++;
    const clean = this.#text.redact(content, kind, () => undefined);
    this.#place = place;
    for await (const _ of clean) this.#place = place;
  }

  async #readable(place: string, look: () => Promise<void>): Promise<void> {
    await look().catch((error: unknown) => {
      this.#unread.push(`${place}: ${reasonOf(error)}`);
    });
  }

  #found(label: string, way: Find['way']): void {
    const key = JSON.stringify([this.#place, label, way]);
    const find = this.#finds.get(key);
    if (find) find.count++;
    else this.#finds.set(key, { place: this.#place, label, way, count: 1 });
  }
}

function* dataUrls(text: string): Generator<{ type: string; data: string }> {
  for (const { 0: head, 1: type = '', index } of text.matchAll(DATA_URL)) {
    const start = index + head.length;
    // The report of a long run is longer than one expression can match.
    NO_BASE64.lastIndex = start;
    const data = text.slice(start, NO_BASE64.exec(text)?.index);
    if (data.length >= MIN_DATA) yield { type, data };
  }
}

async function openZip(path: string): Promise<ZipFile> {
  const { openPromise } = await import('yauzl');
  return await openPromise(path);
}
