import { stat } from 'node:fs/promises';
import { emptied } from '../../redaction/artifact.ts';
import { filesIn } from '../../redaction/files.ts';
import type { ResponseCleaner } from './response-cleaner.ts';

/** The folder that a server of tools writes to. Its files are cleaned before a model reads of them. */
export class OutputFolder {
  readonly path: string;
  readonly #cleaner: ResponseCleaner;
  readonly #onProblem: (text: string) => void;
  /** State in which a file was cleaned, by its path. */
  readonly #cleaned = new Map<string, string>();
  readonly #stop: () => void;
  #last: Promise<void> = Promise.resolve();
  /** The cleaning that has not begun yet. */
  #next: Promise<void> | undefined;

  /** @param onProblem called for each file that had to be emptied */
  constructor(path: string, cleaner: ResponseCleaner, onProblem: (text: string) => void) {
    this.path = path;
    this.#cleaner = cleaner;
    this.#onProblem = onProblem;
    // Older files may hold the new secret.
    this.#stop = cleaner.onSecret(() => void this.clean().catch((error: unknown) => onProblem(String(error))));
  }

  /** Cleans the files that have changed since they were cleaned, or that are older than a secret. */
  async clean(): Promise<void> {
    if (this.#cleaner.isOff) return;
    this.#next ??= this.#last
      .catch(() => undefined)
      .then(async () => {
        this.#last = this.#next!;
        this.#next = undefined;
        for (const path of await filesIn(this.path)) await this.cleanFile(path);
      });
    await this.#next;
  }

  /** Cleans one file, which may be outside the folder. A file that cannot be read is emptied. */
  async cleanFile(path: string): Promise<void> {
    if (this.#cleaner.isOff) return;
    // A file that is being written, or that the cleaning rewrites, has another state next time.
    const state = await this.#stateOf(path);
    if (this.#cleaned.get(path) === state) return;
    const problem = await this.#cleaner.files.cleanOrEmpty(path);
    this.#cleaned.set(path, state);
    if (problem !== undefined) this.#onProblem(emptied(problem));
  }

  /** Cleans the folder once more, and stops listening for secrets. */
  async close(): Promise<void> {
    this.#stop();
    await this.clean();
  }

  async #stateOf(path: string): Promise<string> {
    const state = await stat(path).catch(() => undefined);
    return state ? `${state.mtimeMs} ${state.size} ${this.#cleaner.known.size}` : '';
  }
}
