import { randomBytes } from 'node:crypto';
import { type MessageKind, foldAddress } from '../message/address.ts';
import type { Envelope, Mark } from '../message/message.ts';
import { DeliveriesInFlight } from './in-flight.ts';
import { type Piece, Slabs } from './slabs.ts';

/** A message as it came in. */
export interface StoredMessage {
  readonly envelope: Envelope;
  /** A copy of the bytes of the mail, or of the text of the SMS in UTF-8. @throws Error once it was dropped */
  readonly raw: Buffer;
  readonly kind: MessageKind;
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
  /** What is on its way and has not been added yet. */
  readonly deliveries: DeliveriesInFlight = new DeliveriesInFlight();
  openSessions = 0;
  #sessions = 0;
  #seq = 0;
  #bytes = 0;
  #evicted = 0;
  #refusals = 0;
  readonly #slabs = new Slabs();
  readonly #messages = new Map<number, Kept>();
  readonly #lastRefusals: { readonly count: number; readonly reason: string }[] = [];
  readonly #lastEvicted: { readonly count: number; readonly folded: readonly string[] }[] = [];
  readonly #listeners = new Set<(message: StoredMessage) => void>();

  constructor(options: StoreOptions = {}) {
    this.maxMessages = options.maxMessages ?? 10_000;
    this.maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
  }

  /** @param chunks the bytes in pieces, as they came */
  add(kind: MessageKind, from: string, to: readonly string[], chunks: readonly Uint8Array[]): StoredMessage {
    const seq = ++this.#seq;
    const piece = this.#slabs.keep(chunks);
    const message = new Kept({ instance: this.instance, seq, kind, from, to }, piece);
    this.#messages.set(seq, message);
    this.#bytes += piece.size;
    // Those who wait get it first: it may be larger than all that may be kept.
    for (const listener of this.#listeners) listener(message);
    this.#makeRoom();
    return message;
  }

  /** Oldest first. */
  *since(seq: number): Generator<StoredMessage> {
    for (const [own, message] of this.#messages) if (own > seq) yield message;
  }

  find(id: string): StoredMessage | undefined {
    const [instance, seq] = id.split('-');
    return instance === this.instance ? this.#messages.get(Number(seq)) : undefined;
  }

  /** Forgets the given messages and returns how many there were. */
  delete(doomed: Iterable<StoredMessage>): number {
    let count = 0;
    for (const { envelope } of [...doomed]) if (this.#drop(envelope.seq)) count++;
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
      this.#drop(seq);
      this.#lastEvicted.push({ count: ++this.#evicted, folded: message.folded });
      if (this.#lastEvicted.length > REMEMBERED) this.#lastEvicted.shift();
    }
  }

  #drop(seq: number): boolean {
    const message = this.#messages.get(seq);
    if (!message) return false;
    this.#messages.delete(seq);
    this.#bytes -= message.piece.size;
    this.#slabs.free(message.piece);
    return true;
  }
}

interface Delivery {
  readonly instance: string;
  readonly seq: number;
  readonly kind: MessageKind;
  readonly from: string;
  readonly to: readonly string[];
}

/** As small as can be: a sink holds thousands of them, and drops them as fast as they come. */
class Kept implements StoredMessage {
  readonly folded: readonly string[];
  readonly piece: Piece;
  readonly #delivery: Delivery;
  readonly #receivedAt = Date.now();

  constructor(delivery: Delivery, piece: Piece) {
    const { kind, to } = delivery;
    this.#delivery = delivery;
    this.piece = piece;
    const folded = to.map((address) => foldAddress(kind, address));
    this.folded = folded.every((address, index) => address === to[index]) ? to : folded;
  }

  get kind(): MessageKind {
    return this.#delivery.kind;
  }

  get envelope(): Envelope {
    const { instance, ...delivery } = this.#delivery;
    return { ...delivery, id: `${instance}-${delivery.seq}`, receivedAt: this.#receivedAt, size: this.piece.size };
  }

  get raw(): Buffer {
    return this.piece.read();
  }
}
