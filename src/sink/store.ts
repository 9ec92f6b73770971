import { randomBytes } from 'node:crypto';
import { type MessageKind, foldAddress } from '../message/address.ts';
import type { Envelope, Mark } from '../message/message.ts';

/** A message as it came in. */
export interface StoredMessage {
  readonly envelope: Envelope;
  /** The bytes of the mail, or the text of the SMS in UTF-8. */
  readonly raw: Buffer;
  /** The recipients in the spelling they are compared in. */
  readonly folded: readonly string[];
}

export interface StoreOptions {
  /** @default 10_000 */
  readonly maxMessages?: number;
  /** Bytes of raw messages. @default 64 MiB */
  readonly maxBytes?: number;
}

/** How many refusals and pushed-out recipients are remembered by name. */
const REMEMBERED = 1000;

/** The messages of a sink, in memory, oldest out when a cap is reached. */
export class MessageStore {
  /** Changes with every start, so that a client notices that what it knew is gone. */
  readonly instance: string = randomBytes(6).toString('hex');
  readonly maxMessages: number;
  readonly maxBytes: number;
  openSessions = 0;
  #sessions = 0;
  #seq = 0;
  #bytes = 0;
  #evicted = 0;
  #refusals = 0;
  readonly #messages = new Map<number, StoredMessage>();
  readonly #lastRefusals: { readonly count: number; readonly reason: string }[] = [];
  readonly #lastEvicted: { readonly count: number; readonly folded: readonly string[] }[] = [];
  readonly #listeners = new Set<(message: StoredMessage) => void>();

  constructor(options: StoreOptions = {}) {
    this.maxMessages = options.maxMessages ?? 10_000;
    this.maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
  }

  add(kind: MessageKind, from: string, to: readonly string[], raw: Buffer): StoredMessage {
    const seq = ++this.#seq;
    const envelope = { kind, id: `${this.instance}-${seq}`, seq, from, to, receivedAt: Date.now(), size: raw.length };
    const message = { envelope, raw, folded: to.map((address) => foldAddress(kind, address)) };
    this.#messages.set(seq, message);
    this.#bytes += raw.length;
    this.#makeRoom();
    for (const listener of this.#listeners) listener(message);
    return message;
  }

  /** Oldest first. */
  *since(seq: number): Generator<StoredMessage> {
    for (const message of this.#messages.values()) if (message.envelope.seq > seq) yield message;
  }

  find(id: string): StoredMessage | undefined {
    const [instance, seq] = id.split('-');
    return instance === this.instance ? this.#messages.get(Number(seq)) : undefined;
  }

  /** Forgets the given messages and returns how many there were. */
  delete(doomed: Iterable<StoredMessage>): number {
    let count = 0;
    for (const { envelope } of [...doomed]) {
      if (!this.#messages.delete(envelope.seq)) continue;
      this.#bytes -= envelope.size;
      count++;
    }
    return count;
  }

  /** Calls back with every message from now on; the answer ends it. */
  onMessage(listener: (message: StoredMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  sessionOpened(): void {
    this.#sessions++;
    this.openSessions++;
  }

  sessionClosed(): void {
    this.openSessions--;
  }

  /** Remembers a delivery that got an error reply, for the one who waits in vain. */
  refused(reason: string): void {
    this.#lastRefusals.push({ count: ++this.#refusals, reason });
    if (this.#lastRefusals.length > REMEMBERED) this.#lastRefusals.shift();
  }

  mark(): Mark {
    return { seq: this.#seq, sessions: this.#sessions, refusals: this.#refusals, evicted: this.#evicted };
  }

  refusalsSince(mark: Mark): string[] {
    return this.#lastRefusals.filter(({ count }) => count > mark.refusals).map(({ reason }) => reason);
  }

  /** How many messages to one address the caps pushed out since the mark. */
  evictedSince(mark: Mark, folded: string): number {
    return this.#lastEvicted.filter((gone) => gone.count > mark.evicted && gone.folded.includes(folded)).length;
  }

  get size(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#messages.size, bytes: this.#bytes };
  }

  #makeRoom(): void {
    for (const [seq, message] of this.#messages) {
      if (this.#messages.size <= this.maxMessages && this.#bytes <= this.maxBytes) return;
      // A message larger than the whole cap still goes to those who wait for it right now.
      this.#messages.delete(seq);
      this.#bytes -= message.envelope.size;
      this.#lastEvicted.push({ count: ++this.#evicted, folded: message.folded });
      if (this.#lastEvicted.length > REMEMBERED) this.#lastEvicted.shift();
    }
  }
}
