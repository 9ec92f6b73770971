import { isUtf8 } from 'node:buffer';
import type { Hit } from './byte-search.ts';
import { ESCAPE } from './ansi.ts';
import type { SecretPattern } from './secret-set.ts';
import { MarkedSearch, type Redactor } from './redactor.ts';
import type { SensitiveNames } from './sensitive-names.ts';

/** Content type of an artifact, which decides how it is redacted. */
export type ArtifactKind = 'binary' | 'json' | 'json-lines' | 'text' | 'zip';

const KINDS: Readonly<Record<string, ArtifactKind>> = {
  ...kind('json-lines', 'trace', 'network', 'stacks', 'jsonl', 'ndjson'),
  ...kind('json', 'json', 'har'),
  ...kind('zip', 'zip'),
  ...kind('binary', 'png', 'jpeg', 'jpg', 'gif', 'webp', 'avif', 'ico', 'bmp', 'webm', 'mp4', 'mp3', 'wav', 'ogg'),
  ...kind('binary', 'woff', 'woff2', 'ttf', 'otf', 'eot', 'wasm', 'gz', 'br', 'deflate'),
};

function kind(name: ArtifactKind, ...extensions: string[]): Record<string, ArtifactKind> {
  return Object.fromEntries(extensions.map((extension) => [extension, name]));
}

/** Returns the kind for the name of a file or an archive entry. */
export function kindOf(name: string): ArtifactKind {
  return KINDS[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'text';
}

const OF_TYPE: readonly (readonly [RegExp, ArtifactKind])[] = [
  [/^(?:image(?!\/svg)|video|audio|font)\//, 'binary'],
  [/zip/, 'zip'],
  [/json/, 'json'],
];

/** Returns the kind for the media type of an attachment. */
export function kindOfType(contentType: string): ArtifactKind {
  return OF_TYPE.find(([pattern]) => pattern.test(contentType))?.[1] ?? 'text';
}

/** Maximum size of content that is held at once, in bytes. */
const MAX_WHOLE = 32 * 1024 * 1024;
/** Context kept around a hit, in bytes, to tell a code from a part of a longer number. */
const CONTEXT = 64;
const LINE_FEED = 0x0a;

type MarkedHit = ReturnType<MarkedSearch['find']>[number];

interface Chunk {
  readonly before: Buffer;
  readonly after: Buffer;
}

/** Redacts the content of an artifact as a stream. */
export class StreamRedactor {
  readonly #redactor: Redactor;
  readonly #marked: MarkedSearch;
  readonly #maxWhole: number;

  /** @param maxWhole size limit in bytes; larger content is redacted chunk by chunk, for known values only */
  constructor(redactor: Redactor, names: SensitiveNames, maxWhole: number = MAX_WHOLE) {
    this.#redactor = redactor;
    this.#maxWhole = maxWhole;
    this.#marked = new MarkedSearch(redactor.known, names);
  }

  /**
   * Redacts content.
   *
   * @param onChange called for every chunk that changes
   */
  async *redact(content: AsyncIterable<Buffer>, kind: ArtifactKind, onChange: () => void): AsyncGenerator<Buffer> {
    if (kind === 'binary') return yield* content;
    const chunks = kind === 'json-lines' ? this.#lines(content) : this.#whole(content, kind);
    for await (const { before, after } of chunks) {
      if (after !== before && !after.equals(before)) onChange();
      yield after;
    }
  }

  async *#lines(content: AsyncIterable<Buffer>): AsyncGenerator<Chunk> {
    let rest: Buffer[] = [];
    for await (const chunk of content) {
      const end = chunk.lastIndexOf(LINE_FEED) + 1;
      if (end > 0) {
        const before = rest.length > 0 ? Buffer.concat([...rest, chunk.subarray(0, end)]) : chunk.subarray(0, end);
        yield { before, after: this.#block(before) };
        rest = [];
      }
      if (end < chunk.length) rest.push(chunk.subarray(end));
    }
    const before = Buffer.concat(rest);
    yield { before, after: this.#block(before) };
  }

  /** Redacts whole lines. Changes only lines with a hit, and parses only lines with a marker. */
  #block(lines: Buffer): Buffer {
    const parts: Uint8Array[] = [];
    let done = 0;
    const found = this.#marked.find(lines);
    for (const [index, { start }] of found.entries()) {
      if (start < done) continue;
      const from = lines.lastIndexOf(LINE_FEED, start) + 1;
      const next = lines.indexOf(LINE_FEED, start);
      const to = next < 0 ? lines.length : next;
      parts.push(lines.subarray(done, from), this.#line(lines.subarray(from, to), found, index, from));
      done = to;
    }
    return done === 0 ? lines : Buffer.concat([...parts, lines.subarray(done)]);
  }

  /**
   * @param found hits in the whole block
   * @param index index of the first hit in this line
   * @param from start of the line in the block
   */
  #line(line: Buffer, found: readonly MarkedHit[], index: number, from: number): Buffer {
    const secrets: Hit<SecretPattern>[] = [];
    for (let at = index; at < found.length; at++) {
      const { start, end, pattern } = found[at] as MarkedHit;
      if (start >= from + line.length) break;
      // A marker may overlap the start of a value, so this line is searched again.
      if ('isMarker' in pattern) return this.#redactor.pieces(this.#redactor.json(line, false, true));
      secrets.push({ start: start - from, end: end - from, pattern });
    }
    return this.#redactor.jsonAt(line, secrets, false);
  }

  async *#whole(content: AsyncIterable<Buffer>, kind: ArtifactKind): AsyncGenerator<Chunk> {
    const chunks: Buffer[] = [];
    let size = 0;
    const iterator = content[Symbol.asyncIterator]();
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      chunks.push(next.value);
      size += next.value.length;
      if (size > this.#maxWhole)
        return yield* this.#chunks(Buffer.concat(chunks), { [Symbol.asyncIterator]: () => iterator });
    }
    const before = Buffer.concat(chunks);
    yield { before, after: this.redactWhole(before, kind) };
  }

  /** Redacts content in memory. Returns the same bytes if they have no secret. */
  redactWhole(bytes: Buffer, kind: ArtifactKind): Buffer {
    if (kind === 'binary' || kind === 'zip') return bytes;
    if (kind === 'json-lines') return this.#block(bytes);
    return this.#redactor.pieces(this.#withoutValues(bytes, kind));
  }

  #withoutValues(bytes: Buffer, kind: ArtifactKind): Buffer {
    const found = this.#marked.find(bytes);
    const hasAnsiCodes = bytes.includes(ESCAPE);
    if (found.length === 0 && !hasAnsiCodes) return bytes;
    const mayBeJson = kind === 'json' || bytes[0] === 0x7b || bytes[0] === 0x5b;
    if (!mayBeJson || !isUtf8(bytes)) return this.#redactor.textBytes(bytes);
    return this.#redactor.json(bytes, true, hasAnsiCodes || found.some(({ pattern }) => 'isMarker' in pattern));
  }

  /** Keeps an overlap as long as the longest value, so that no value is split between chunks. */
  async *#chunks(first: Buffer, content: AsyncIterable<Buffer>): AsyncGenerator<Chunk> {
    const search = this.#redactor.known.search();
    let held = first;
    let behind = 0;
    for await (const chunk of content) {
      const limit = Math.max(behind, held.length - search.overlap - CONTEXT);
      // A hit after the limit may be the start of a longer value.
      const hits = search.find(held, behind).filter(({ start }) => start < limit);
      const cut = Math.max(limit, hits.at(-1)?.end ?? 0);
      yield this.#between(held, behind, cut, hits);
      const kept = Math.max(0, cut - CONTEXT);
      behind = cut - kept;
      held = Buffer.concat([held.subarray(kept), chunk]);
    }
    yield this.#between(held, behind, held.length, search.find(held, behind));
  }

  #between(bytes: Buffer, from: number, to: number, hits: Parameters<Redactor['replace']>[1]): Chunk {
    const shifted = hits.map(({ start, end, pattern }) => ({ start: start - from, end: end - from, pattern }));
    const before = bytes.subarray(from, to);
    return { before, after: this.#redactor.replace(before, shifted) };
  }
}
