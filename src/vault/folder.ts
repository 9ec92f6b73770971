import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { TwoFactorError } from '../core/errors.ts';
import { fileLedger } from '../ledger/file-ledger.ts';
import type { Lease } from '../ledger/ledger.ts';
import { readLimited } from './file.ts';
import { isPersonaName } from './name.ts';
import { type Recipients, parseRecipients } from './recipients.ts';
import type { RecordSchema } from './record.ts';

/** The largest file of a vault, in bytes. */
export const MAX_FILE: number = 1024 * 1024;
/** A writer needs milliseconds, and with a passphrase seconds. */
const LOCK_TIMEOUT = 60_000;

/** Fails when the lock was lost meanwhile, so that nothing is written over what another wrote. */
export type CheckLock = () => Promise<void>;

/** Where the files of a vault are, and who may change one now. */
export class VaultFolder {
  readonly path: string;
  readonly recipientsPath: string;
  /** Members that its documents may have. */
  readonly schema: RecordSchema;

  constructor(path: string, schema: RecordSchema) {
    this.path = resolve(path);
    this.schema = schema;
    this.recipientsPath = join(this.path, 'recipients.txt');
  }

  pathOf(persona: string): string {
    return join(this.path, `${persona}.age`);
  }

  /** Everything that is in it; nothing when there is no such folder. */
  async entries(): Promise<string[]> {
    const names = await readdir(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return [];
    });
    return names.sort((a, b) => (a < b ? -1 : 1));
  }

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
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  /**
   * Does some work while no other process of this machine does any under the same key.
   *
   * @throws TwoFactorError `VAULT_LOCKED`
   */
  async locked<T>(key: string, work: (checkLock: CheckLock) => Promise<T>): Promise<T> {
    const lease = await this.#lease(key);
    try {
      return await work(async () => {
        if (await lease.isHeld()) return;
        const text = `${this.path} was not changed: this process stood still for so long that another took the lock of ${key}. Run it again.`;
        throw new TwoFactorError('VAULT_LOCKED', text);
      });
    } finally {
      await lease.release();
    }
  }

  async #lease(key: string): Promise<Lease> {
    const ledger = fileLedger({ folder: await this.#lockFolder() });
    try {
      return await ledger.lease(key, { timeout: LOCK_TIMEOUT, owner: 'a writer of the vault' });
    } catch (error) {
      if (!(error instanceof TwoFactorError)) throw error;
      throw new TwoFactorError('VAULT_LOCKED', `${this.path} cannot be changed now. ${error.message}`, {
        cause: error,
      });
    }
  }

  /** Beside the vault: whoever sees the vault sees its locks, by whatever path and user. Git leaves them out. */
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
