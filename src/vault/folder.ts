import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { TwoFactorError } from '../core/errors.ts';
import { makeCommittedFolderIn } from '../core/ignored-folder.ts';
import { fileLedger } from '../ledger/file-ledger.ts';
import type { Lease } from '../ledger/ledger.ts';
import { readLimited } from './file.ts';
import { isPersonaName } from './name.ts';
import { type Recipients, parseRecipients } from './recipients.ts';
import type { RecordSchema } from './record.ts';

/** Maximum size of a file of the vault, in bytes. */
export const MAX_FILE: number = 1024 * 1024;
/** Maximum wait for another writer, in milliseconds. A write takes milliseconds, or seconds with a passphrase. */
const LOCK_TIMEOUT = 60_000;
const LOCK = 'vault';

/** A lock on a part of the vault. Both methods reject if it was lost, so that no change of another writer is lost. */
export type Lock = Pick<Lease, 'check' | 'renameFile'>;

/** The folder of a vault: paths, files and locks. */
export class VaultFolder {
  readonly path: string;
  readonly recipientsPath: string;
  /** Members that its documents may have. */
  readonly schema: RecordSchema;
  readonly #ignoredFolder: string;

  /** @param ignoredFolder folder around it, of which git ignores all but the vault, if the vault creates it */
  constructor(path: string, schema: RecordSchema, ignoredFolder: string = path) {
    this.path = resolve(path);
    this.#ignoredFolder = resolve(ignoredFolder);
    this.schema = schema;
    this.recipientsPath = join(this.path, 'recipients.txt');
  }

  pathOf(persona: string): string {
    return join(this.path, `${persona}.age`);
  }

  /** Lists all names in the folder, sorted. Empty if the folder does not exist. */
  async entries(): Promise<string[]> {
    const names = await readdir(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return [];
    });
    return names.sort((a, b) => (a < b ? -1 : 1));
  }

  /** Lists the personas, sorted. */
  async names(): Promise<string[]> {
    const files = (await this.entries()).filter((name) => name.endsWith('.age'));
    return files.map((name) => name.slice(0, -'.age'.length)).filter(isPersonaName);
  }

  async readRecipients(): Promise<Recipients | undefined> {
    const text = await this.readRecipientsText();
    return text === undefined ? undefined : await parseRecipients(text, this.recipientsPath);
  }

  async readRecipientsText(): Promise<string | undefined> {
    return (await readLimited(this.recipientsPath, MAX_FILE))?.toString('utf8');
  }

  async create(): Promise<void> {
    makeCommittedFolderIn(this.#ignoredFolder, this.path);
  }

  /**
   * Runs `work` while no other process on this machine changes the vault. One lock for all files: a list of recipients
   * and the files that are encrypted to it change together.
   *
   * @throws TwoFactorError `VAULT_LOCKED` if another process holds the lock for too long, or took it over.
   */
  async locked<T>(work: (lock: Lock) => Promise<T>): Promise<T> {
    const lease = await this.#lease();
    try {
      return await work(lease);
    } catch (error) {
      if (!(error instanceof TwoFactorError) || error.code !== 'LEASE_LOST') throw error;
      const text = `${this.path} was not changed: this process paused for too long, and another took over its lock. Run the command again.`;
      throw new TwoFactorError('VAULT_LOCKED', text, { cause: error });
    } finally {
      await lease.release();
    }
  }

  async #lease(): Promise<Lease> {
    const ledger = fileLedger({ folder: await this.#lockFolder() });
    try {
      return await ledger.lease(LOCK, { timeout: LOCK_TIMEOUT, owner: 'a writer of the vault' });
    } catch (error) {
      if (!(error instanceof TwoFactorError)) throw error;
      throw new TwoFactorError('VAULT_LOCKED', `${this.path} is locked by another writer. ${error.message}`, {
        cause: error,
      });
    }
  }

  /** Returns the lock folder beside the vault, so that all users and paths of a vault share it. Git ignores it. */
  async #lockFolder(): Promise<string> {
    await this.create();
    const path = await realpath(this.path);
    const folder = join(dirname(path), `.${basename(path)}.locks`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    return folder;
  }
}
