import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { type TransformEntry, rewriteArchive } from './archive.ts';
import { type StreamRedactor, kindOf } from './redact-stream.ts';

/** An archive in an archive, and so on, at most. */
const MAX_DEPTH = 5;
/** What an archive may hold, unpacked, in bytes: more is meant to fill the disk. */
const MAX_UNPACKED = 8 * 1024 ** 3;

/** The end of the central directory alone, see APPNOTE.TXT 4.3.16. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

/** Takes the secrets out of files, in place. */
export class ArtifactCleaner {
  readonly #text: StreamRedactor;
  readonly #folder: string;

  /** @param folder where archives in archives are unpacked, in a folder that only its owner can enter */
  constructor(text: StreamRedactor, folder: string = tmpdir()) {
    this.#text = text;
    this.#folder = folder;
  }

  /**
   * Writes a file anew without the secrets in it, if there are any. Whoever reads it meanwhile sees the old or the new
   * one.
   *
   * @returns whether there were any
   */
  async clean(path: string, depth = 0): Promise<boolean> {
    const kind = kindOf(path);
    if (kind === 'binary') return false;
    const draft = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
    try {
      const { mode } = await stat(path);
      const isChanged = await (kind === 'zip' ? this.#zip(path, draft, mode, depth) : this.#plain(path, draft, mode));
      // The mode of a new file is less what the process masks.
      if (isChanged) await chmod(draft, mode);
      if (isChanged) await rename(draft, path);
      return isChanged;
    } finally {
      await rm(draft, { force: true });
    }
  }

  /**
   * As `clean`, but never leaves a file that nobody has looked into: what cannot be read is emptied.
   *
   * @returns why it was emptied, if it was
   */
  async cleanOrEmpty(path: string): Promise<string | undefined> {
    try {
      await this.clean(path);
      return undefined;
    } catch (error) {
      // A test that passed takes its files with it.
      if (!existsSync(path)) return undefined;
      return `${path}: ${[error, ...(await this.#empty(path))].map(reasonOf).join('; ')}`;
    }
  }

  /** @returns why it could not, if it could not */
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

  async #zip(path: string, draft: string, mode: number, depth: number): Promise<boolean> {
    if (depth > MAX_DEPTH)
      throw new TwoFactorError('ARTIFACT_UNREADABLE', `${path} holds archives in archives, ${depth} deep.`);
    let isChanged = false;
    const onChange = (): void => void (isChanged = true);
    const isKept = (name: string): boolean => kindOf(name) === 'binary' || name.endsWith('/');
    const transform: TransformEntry = (name, content) =>
      kindOf(name) === 'zip'
        ? this.#inner(content, depth, onChange)
        : this.#text.redact(content, kindOf(name), onChange);
    await rewriteArchive(path, draft, transform, { mode, maxUnpacked: MAX_UNPACKED, isKept });
    return isChanged;
  }

  async *#inner(content: AsyncIterable<Buffer>, depth: number, onChange: () => void): AsyncGenerator<Buffer> {
    const folder = await mkdtemp(join(this.#folder, 'playwright-2fa-'));
    try {
      const inner = join(folder, 'inner.zip');
      await pipeline(content, createWriteStream(inner, { mode: 0o600 }));
      if (await this.clean(inner, depth + 1)) onChange();
      yield* createReadStream(inner) as AsyncIterable<Buffer>;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** What is printed of a file that `cleanOrEmpty` has emptied. */
export function emptied(problem: string): string {
  return `playwright-2fa: emptied, since it may hold secrets: ${problem}`;
}
