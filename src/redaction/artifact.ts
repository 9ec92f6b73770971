import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { type TransformEntry, rewriteArchive } from './archive.ts';
import { type Compression, compressionOf, isZip, nameOfUnpacked, through } from './compression.ts';
import { headOf, limitTo, peek } from './content-head.ts';
import { type StreamRedactor, kindOf } from './redact-stream.ts';

/** Maximum nesting of archives. */
const MAX_DEPTH = 5;
/** Maximum uncompressed size of an archive, in bytes. Protects the disk from a ZIP bomb. */
const MAX_UNPACKED = 8 * 1024 ** 3;

/** An end of central directory record alone, see APPNOTE.TXT 4.3.16. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

/** Removes secrets from files, in place. */
export class ArtifactCleaner {
  readonly #text: StreamRedactor;
  readonly #folder: string;

  /** @param folder parent of the temporary folder (mode 0700) for nested archives */
  constructor(text: StreamRedactor, folder: string = tmpdir()) {
    this.#text = text;
    this.#folder = folder;
  }

  /**
   * Replaces a file with a copy without secrets, if it has any. The replacement is atomic.
   *
   * @returns true if the file had secrets
   */
  async clean(path: string, depth = 0): Promise<boolean> {
    return await this.#rewrite(path, path, depth);
  }

  /**
   * Writes a copy of a file without its secrets, if it has any. The copy of a file that cannot be read is empty.
   *
   * @param target path of the copy, in a folder that exists
   * @returns true if the copy was written; the reason if it is empty
   */
  async cleanCopy(path: string, target: string): Promise<{ isChanged: boolean; problem?: string }> {
    try {
      return { isChanged: await this.#rewrite(path, target, 0) };
    } catch (error) {
      const all = [error, ...(await this.#empty(target))].map(reasonOf);
      return { isChanged: true, problem: `${path}: ${all.join('; ')}` };
    }
  }

  async #rewrite(path: string, target: string, depth: number): Promise<boolean> {
    const head = await headOf(path);
    const compression = compressionOf(path, head);
    const kind = isZip(head) ? 'zip' : kindOf(path);
    if (kind === 'binary' && !compression) return false;
    const draft = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    try {
      const { mode } = await stat(path);
      const isChanged = await (compression
        ? this.#packed(path, draft, mode, depth)
        : kind === 'zip'
          ? this.#zip(path, draft, mode, depth)
          : this.#plain(path, draft, mode));
      // The umask of the process may have removed bits from the mode of the new file.
      if (isChanged) await chmod(draft, mode);
      if (isChanged) await rename(draft, target);
      return isChanged;
    } finally {
      await rm(draft, { force: true });
    }
  }

  /**
   * Like `clean`, but empties a file that cannot be read, so that no unchecked file remains.
   *
   * @returns the reason if the file was emptied
   */
  async cleanOrEmpty(path: string): Promise<string | undefined> {
    try {
      await this.clean(path);
      return undefined;
    } catch (error) {
      // Playwright removes the files of a test that passed.
      if (!existsSync(path)) return undefined;
      return `${path}: ${[error, ...(await this.#empty(path))].map(reasonOf).join('; ')}`;
    }
  }

  /** @returns the error, if the file cannot be emptied */
  async #empty(path: string): Promise<unknown[]> {
    try {
      await writeFile(path, kindOf(path) === 'zip' ? EMPTY_ZIP : '');
      return [];
    } catch (error) {
      return [error];
    }
  }

  async #plain(path: string, draft: string, mode: number): Promise<boolean> {
    let isChanged = false;
    const clean = this.#text.redact(createReadStream(path), kindOf(path), () => (isChanged = true));
    await pipeline(clean, createWriteStream(draft, { mode }));
    return isChanged;
  }

  /** Cleans a file that is compressed as a whole. */
  async #packed(path: string, draft: string, mode: number, depth: number): Promise<boolean> {
    checkDepth(path, depth);
    let isChanged = false;
    const clean = this.#content(basename(path), createReadStream(path), depth, () => (isChanged = true));
    await pipeline(clean, createWriteStream(draft, { mode }));
    return isChanged;
  }

  async #zip(path: string, draft: string, mode: number, depth: number): Promise<boolean> {
    checkDepth(path, depth);
    let isChanged = false;
    const onChange = (): void => void (isChanged = true);
    const isKept = (name: string, head: Buffer): boolean =>
      name.endsWith('/') || (kindOf(name) === 'binary' && !isZip(head) && !compressionOf(name, head));
    const transform: TransformEntry = (name, content) => this.#content(name, content, depth, onChange);
    await rewriteArchive(path, draft, transform, { mode, maxUnpacked: MAX_UNPACKED, isKept });
    return isChanged;
  }

  /** Cleans content by its first bytes, and by its name if they are those of no archive. */
  async *#content(
    name: string,
    content: AsyncIterable<Buffer>,
    depth: number,
    onChange: () => void,
  ): AsyncGenerator<Buffer> {
    const { head, all } = await peek(content);
    const compression = compressionOf(name, head);
    if (compression) return yield* this.#unpacked(all, { name, compression, depth, onChange });
    if (isZip(head) || kindOf(name) === 'zip') return yield* this.#inner('inner.zip', all, depth, onChange);
    yield* this.#text.redact(all, kindOf(name), onChange);
  }

  /** Cleans compressed content, and compresses it again if that changed it. Damaged content is kept as it is. */
  async *#unpacked(
    content: AsyncIterable<Buffer>,
    { name, compression, depth, onChange }: Unpacking,
  ): AsyncGenerator<Buffer> {
    const folder = await mkdtemp(join(this.#folder, 'playwright-2fa-'));
    try {
      const packed = join(folder, 'packed');
      const inner = join(folder, nameOfUnpacked(name));
      await pipeline(content, createWriteStream(packed, { mode: 0o600 }));
      const isWhole = await pipeline(
        createReadStream(packed),
        compression.unpack(),
        limitTo(MAX_UNPACKED),
        createWriteStream(inner, { mode: 0o600 }),
      ).then(
        () => true,
        () => false,
      );
      const isChanged = isWhole && (await this.clean(inner, depth + 1));
      if (isChanged) onChange();
      yield* isChanged
        ? through(createReadStream(inner) as AsyncIterable<Buffer>, compression.pack())
        : (createReadStream(packed) as AsyncIterable<Buffer>);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async *#inner(
    name: string,
    content: AsyncIterable<Buffer>,
    depth: number,
    onChange: () => void,
  ): AsyncGenerator<Buffer> {
    const folder = await mkdtemp(join(this.#folder, 'playwright-2fa-'));
    try {
      const inner = join(folder, name);
      await pipeline(content, createWriteStream(inner, { mode: 0o600 }));
      if (await this.clean(inner, depth + 1)) onChange();
      yield* createReadStream(inner) as AsyncIterable<Buffer>;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

interface Unpacking {
  readonly name: string;
  readonly compression: Compression;
  readonly depth: number;
  readonly onChange: () => void;
}

function checkDepth(path: string, depth: number): void {
  if (depth <= MAX_DEPTH) return;
  const text = `${path} holds archives nested ${depth} deep; the limit is ${MAX_DEPTH}.`;
  throw new TwoFactorError('ARTIFACT_UNREADABLE', text);
}

/** Returns the message about a file that `cleanOrEmpty` emptied. */
export function emptied(problem: string): string {
  return `playwright-2fa: emptied a file that may hold secrets: ${problem}`;
}
