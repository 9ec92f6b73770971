import { rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Envelope } from '../../message/message.ts';
import type { Keeper } from '../keeper.ts';
import type { StoredMessage } from '../stored-message.ts';
import type { Take } from '../taken-messages.ts';
import type { ClaimsFile } from './claims-file.ts';
import { flushFolder, isMissing, replaceFlushed, writeFlushed } from './files.ts';
import { encodeKept } from './kept-file.ts';

/** Number of sequence numbers that are reserved at once. */
const RESERVE = 10_000;
/** Maximum number of changes that are flushed together. */
const MAX_BATCH = 256;

/** A change that is not on disk yet. */
interface Change {
  readonly envelope: Envelope;
  /** Content of the file. @default the file is removed */
  readonly content?: Buffer;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** The numbers that must not be given out again. */
export interface Numbers {
  readonly instance: string;
  /** Every given number is at most this. */
  readonly reserved: number;
}

/** Messages in a folder. Changes that come during a flush share the next one. */
export class Disk implements Keeper {
  readonly instance: string;
  readonly firstSeq: number;
  readonly #folder: string;
  readonly #unlock: () => void;
  readonly #claims: ClaimsFile;
  #reserved: number;
  #pendingBytes = 0;
  #queue: Change[] = [];
  #isRunning = false;
  /** Writes and removals that are not on disk yet. */
  readonly #pending = new Set<Promise<void>>();
  readonly #writes = new WeakMap<StoredMessage, Promise<void>>();
  /** Files that are not where this process would write them. */
  readonly #paths = new Map<number, string>();

  constructor(folder: string, { instance, reserved }: Numbers, claims: ClaimsFile, unlock: () => void) {
    this.#folder = folder;
    this.#claims = claims;
    this.#unlock = unlock;
    this.instance = instance;
    this.firstSeq = reserved;
    this.#reserved = reserved;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  reserve(seq: number): void {
    if (seq <= this.#reserved) return;
    const reserved = seq + RESERVE;
    replaceFlushed(join(this.#folder, 'sink.json'), JSON.stringify({ instance: this.instance, reserved }));
    this.#reserved = reserved;
  }

  added(message: StoredMessage): void {
    this.#writes.set(message, this.#change(message.envelope, encodeKept(message.envelope, message.raw)));
  }

  /** Tells where a message is that was read back. */
  found(seq: number, path: string): void {
    this.#paths.set(seq, path);
  }

  removed({ envelope }: StoredMessage): void {
    void this.#change(envelope).catch(() => undefined);
  }

  taken(take: Take): void {
    this.#claims.add(take);
  }

  /** The claims of earlier runs, oldest first. */
  get earlierClaims(): readonly Take[] {
    return this.#claims.earlier;
  }

  async claimsSettled(): Promise<void> {
    await this.#claims.settled();
  }

  async written(message: StoredMessage): Promise<void> {
    await this.#writes.get(message);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#pending);
    await this.#claims.close();
    this.#unlock();
  }

  #change(envelope: Envelope, content?: Buffer): Promise<void> {
    const promise = new Promise<void>((done, failed) => {
      this.#queue.push({ envelope, ...(content && { content }), done, failed });
    });
    this.#pendingBytes += content?.length ?? 0;
    this.#pending.add(promise);
    const settle = (): void => {
      this.#pending.delete(promise);
      this.#pendingBytes -= content?.length ?? 0;
    };
    promise.then(settle, settle);
    if (!this.#isRunning) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    await Promise.resolve(); // changes of the same turn share a flush
    while (this.#queue.length > 0) await this.#commit(this.#queue.splice(0, MAX_BATCH));
    this.#isRunning = false;
  }

  /** Writes drafts, renames them in order, and flushes each folder once. */
  async #commit(batch: readonly Change[]): Promise<void> {
    const failures = new Map<Change, unknown>();
    const attempt = async (change: Change, work: () => Promise<void>): Promise<void> => {
      if (!failures.has(change)) await work().catch((error: unknown) => failures.set(change, error));
    };
    const drafts = batch.filter((change) => change.content);
    await Promise.all(
      drafts.map((change) => attempt(change, () => writeFlushed(this.#path(change.envelope, 'tmp'), change.content!))),
    );
    for (const change of batch) await attempt(change, () => this.#apply(change));
    const folders = new Set(batch.map(({ envelope }) => this.#folderOf(envelope, 'new')));
    const flushed = await Promise.all([...folders].map(flushFolder)).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    for (const change of batch) {
      if (failures.has(change)) change.failed(failures.get(change));
      else if (flushed) change.failed(flushed.error);
      else change.done();
    }
  }

  async #apply({ envelope, content }: Change): Promise<void> {
    if (content) return await rename(this.#path(envelope, 'tmp'), this.#path(envelope, 'new'));
    const path = this.#paths.get(envelope.seq) ?? this.#path(envelope, 'new');
    this.#paths.delete(envelope.seq);
    await unlink(path).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  #folderOf({ kind }: Envelope, part: 'tmp' | 'new'): string {
    return join(this.#folder, kind === 'sms' ? 'sms' : 'mail', part);
  }

  #path(envelope: Envelope, part: 'tmp' | 'new'): string {
    const { seq, receivedAt, kind } = envelope;
    const name = `${Math.floor(receivedAt / 1000)}.Q${seq}.${this.instance}`;
    return join(this.#folderOf(envelope, part), kind === 'sms' ? `${name}.json` : name);
  }
}
