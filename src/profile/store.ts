import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BrowserContext } from '@playwright/test';

/** What Playwright saves of a browser context: cookies, and the storage of each origin. */
export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A saved state, and what tells it from the one before. */
export interface SavedState {
  readonly id: string;
  readonly savedAt: string;
  readonly storageState: StorageState;
}

/** Where profiles are kept: one file each, for the eyes of its owner only, replaced as a whole or not at all. */
export class ProfileStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A file that cannot be read as a profile counts as none: signing in anew mends it. */
  async read(name: string): Promise<SavedState | undefined> {
    const text = await readFile(this.pathOf(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    });
    try {
      const saved = text === undefined ? undefined : (JSON.parse(text) as SavedState);
      return saved?.storageState && saved.id ? saved : undefined;
    } catch {
      return undefined;
    }
  }

  async write(name: string, storageState: StorageState): Promise<SavedState> {
    const saved = { id: randomUUID(), savedAt: new Date().toISOString(), storageState };
    const path = this.pathOf(name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.${randomUUID()}`;
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(JSON.stringify(saved));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    return saved;
  }

  async discard(name: string): Promise<void> {
    await rm(this.pathOf(name), { force: true });
  }

  pathOf(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}
