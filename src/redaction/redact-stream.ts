import { isUtf8 } from 'node:buffer';
import type { Hit } from './byte-search.ts';
import { ESCAPE } from './ansi.ts';
import type { SecretPattern } from './secret-set.ts';
import { MarkedSearch, type Redactor } from './redactor.ts';
import type { SensitiveNames } from './sensitive-names.ts';

/** What is inside an artifact, as far as it matters for reading it. */
export type ArtifactKind = 'binary' | 'json' | 'json-lines' | 'text' | 'zip';

const KINDS: Readonly<Record<string, ArtifactKind>> = {
  ...kind('json-lines', 'trace', 'network', 'stacks', 'jsonl', 'ndjson'),
  ...kind('json', 'json', 'har'),
  ...kind('zip', 'zip'),
  ...kind('binary', 'png', 'jpeg', 'jpg', 'gif', 'webp', 'avif', 'ico', 'bmp', 'webm', 'mp4', 'mp3', 'wav', 'ogg'),
  ...kind('binary', 'woff', 'woff2', 'ttf', 'otf', 'eot', 'wasm', 'gz', 'br'),
};

function kind(name: ArtifactKind, ...extensions: string[]): Record<string, ArtifactKind> {
  return Object.fromEntries(extensions.map((extension) => [extension, name]));
}

/** By the name of a file, or of an entry of an archive. */
export function kindOf(name: string): ArtifactKind {
  return KINDS[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'text';
}

const OF_TYPE: readonly (readonly [RegExp, ArtifactKind])[] = [
  [/^(?:image(?!\/svg)|video|audio|font)\//, 'binary'],
  [/zip/, 'zip'],
  [/json/, 'json'],
];

/** By the media type of an attachment. */
export function kindOfType(contentType: string): ArtifactKind {
  return OF_TYPE.find(([pattern]) => pattern.test(contentType))?.[1] ?? 'text';
}

const MAX_WHOLE = 32 * 1024 * 1024;
/** Room around a place, to see whether it stands alone. */
const LOOK_AROUND = 64;
const LINE_FEED = 0x0a;

type MarkedHit = ReturnType<MarkedSearch['find']>[number];

interface Piece {
  readonly before: Buffer;
  readonly after: Buffer;
}

/** Takes the secrets out of what is inside an artifact, in pieces as they come. */
export class StreamRedactor {
  readonly #redactor: Redactor;
  readonly #marked: MarkedSearch;
  readonly #maxWhole: number;

  /** @param maxWhole what is held at once, in bytes; more is read piece by piece, and masked for known values only */
  constructor(redactor: Redactor, names: SensitiveNames, maxWhole: number = MAX_WHOLE) {
    this.#redactor = redactor;
    this.#maxWhole = maxWhole;
    this.#marked = new MarkedSearch(redactor.known, names);
  }

  /**
   * The same content without secrets.
   *
   * @param onChange called when a piece comes out other than it went in
   */
  async *redact(content: AsyncIterable<Buffer>, kind: ArtifactKind, onChange: () => void): AsyncGenerator<Buffer> {
    if (kind === 'binary') return yield* content;
    const pieces = kind === 'json-lines' ? this.#lines(content) : this.#whole(content, kind);
    for await (const { before, after } of pieces) {
      if (after !== before && !after.equals(before)) onChange();
      yield after;
    }
  }

  async *#lines(content: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
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

  /** Whole lines. Only those in which something was found are touched, and only marked ones are parsed. */
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

  /** @param found what stands in the block; `index`: the first in this line, which begins at `from` */
  #line(line: Buffer, found: readonly MarkedHit[], index: number, from: number): Buffer {
    const secrets: Hit<SecretPattern>[] = [];
    for (let at = index; at < found.length; at++) {
      const { start, end, pattern } = found[at] as MarkedHit;
      if (start >= from + line.length) break;
      // A marker may lie over the beginning of a value, so this line is searched once more.
      if ('isMarker' in pattern) return this.#redactor.json(line, false, true);
      secrets.push({ start: start - from, end: end - from, pattern });
    }
    return this.#redactor.jsonAt(line, secrets, false);
  }

  async *#whole(content: AsyncIterable<Buffer>, kind: ArtifactKind): AsyncGenerator<Piece> {
    const chunks: Buffer[] = [];
    let size = 0;
    const pieces = content[Symbol.asyncIterator]();
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
      chunks.push(next.value);
      size += next.value.length;
      if (size > this.#maxWhole)
        return yield* this.#pieces(Buffer.concat(chunks), { [Symbol.asyncIterator]: () => pieces });
    }
    const before = Buffer.concat(chunks);
    yield { before, after: this.redactWhole(before, kind) };
  }

  /** Content that is held anyway. The same bytes if there is nothing in them. */
  redactWhole(bytes: Buffer, kind: ArtifactKind): Buffer {
    if (kind === 'binary' || kind === 'zip') return bytes;
    if (kind === 'json-lines') return this.#block(bytes);
    const found = this.#marked.find(bytes);
    const hasColours = bytes.includes(ESCAPE);
    if (found.length === 0 && !hasColours) return bytes;
    const mayBeJson = kind === 'json' || bytes[0] === 0x7b || bytes[0] === 0x5b;
    if (!mayBeJson || !isUtf8(bytes)) return this.#redactor.textBytes(bytes);
    return this.#redactor.json(bytes, true, hasColours || found.some(({ pattern }) => 'isMarker' in pattern));
  }

  /** With as much in hand as the longest value has, so that none is cut in two. */
  async *#pieces(first: Buffer, content: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
    const search = this.#redactor.known.search();
    let held = first;
    let behind = 0;
    for await (const chunk of content) {
      const limit = Math.max(behind, held.length - search.overlap - LOOK_AROUND);
      // What begins later may be the beginning of a longer value.
      const hits = search.find(held, behind).filter(({ start }) => start < limit);
      const cut = Math.max(limit, hits.at(-1)?.end ?? 0);
      yield this.#between(held, behind, cut, hits);
      const kept = Math.max(0, cut - LOOK_AROUND);
      behind = cut - kept;
      held = Buffer.concat([held.subarray(kept), chunk]);
    }
    yield this.#between(held, behind, held.length, search.find(held, behind));
  }

  #between(bytes: Buffer, from: number, to: number, hits: Parameters<Redactor['replace']>[1]): Piece {
    const shifted = hits.map(({ start, end, pattern }) => ({ start: start - from, end: end - from, pattern }));
    const before = bytes.subarray(from, to);
    return { before, after: this.#redactor.replace(before, shifted) };
  }
}
