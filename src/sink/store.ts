import { randomBytes } from 'node:crypto';
import { type MessageKind, foldAddress } from '../message/address.ts';
import type { Envelope, Mark } from '../message/message.ts';
import { type Allocation, BufferPool } from './buffer-pool.ts';
import type { Owner } from '../message/owner.ts';
import { DeliveriesInFlight } from './in-flight.ts';
import { Listeners } from './listeners.ts';
import { ownText } from './own-text.ts';
import { Owners } from './owners.ts';
import { Recent } from './recent.ts';

/** A claim of a message: its code, its link or its text was given to a test or job. */
export interface Claim {
  /** The recipient whose inbox claimed it, folded for comparison. */
  readonly folded: string;
  readonly owner: Owner;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A message as it arrived. */
export class StoredMessage {
  readonly envelope: Envelope;
  /** The recipients, folded for comparison. */
  readonly folded: readonly string[];
  /** Size that counts for the cap, in bytes: of the message, and of unusually long addresses. */
  readonly cost: number;
  /** The bytes of the mail, or the text of the SMS in UTF-8. Reused after the message is removed: do not keep them. */
  readonly allocation: Allocation;
  /** The claims so far, at most one for each recipient. */
  readonly claims: Claim[] = [];

  constructor(envelope: Envelope, folded: readonly string[], allocation: Allocation) {
    this.envelope = envelope;
    this.folded = folded;
    this.allocation = allocation;
    const addresses = sizeOf([envelope.from, ...envelope.to, ...folded]);
    this.cost = allocation.size + Math.max(0, addresses - FREE_ADDRESSES);
  }

  /** A copy of the bytes. @throws Error if the message was removed */
  get raw(): Buffer {
    return Buffer.from(this.allocation.bytes);
  }
}

export interface StoreOptions {
  /** Maximum number of messages. @default 10_000 */
  readonly maxMessages?: number;
  /** Maximum size of all messages, in bytes. Long lists of recipients count, too. @default 64 MiB */
  readonly maxBytes?: number;
}

/** Keeps messages beyond the process, such as on disk. */
export interface Keeper {
  readonly instance: string;
  /** Number after which new messages are counted. */
  readonly firstSeq: number;
  /** Size of the messages that are not kept yet, in bytes. */
  readonly pendingBytes: number;
  /** Makes sure that a sequence number is never given out again. */
  reserve(seq: number): void;
  added(message: StoredMessage): void;
  removed(message: StoredMessage): void;
  /** Resolves once a message is kept. */
  written(message: StoredMessage): Promise<void>;
  /** Resolves once all changes so far are kept. */
  settled(): Promise<void>;
}

/** Size of the addresses of a message that does not count, in bytes: the number of messages limits it. */
const FREE_ADDRESSES = 1024;
/** Memory that an address takes beside its characters, in bytes. */
const ADDRESS_OVERHEAD = 48;
/** Number of refusals and evictions that are remembered in detail, and their size in characters. */
const MAX_REMEMBERED = 1000;
const MAX_REMEMBERED_SIZE = 1024 * 1024;
/** Maximum length of the reason of a refusal, in characters. It may quote the client. */
const MAX_REASON = 1000;
/** Maximum number of claims of a message that are remembered. */
const MAX_CLAIMS = 100;

/** The messages of a sink, in memory. The oldest are evicted when a cap is reached. */
export class MessageStore {
  /** Changes with each start without a disk, so that clients notice that earlier messages are gone. */
  readonly instance: string;
  /** Changes with each start: the counters begin again, except the sequence numbers of kept messages. */
  readonly run: string = randomBytes(6).toString('hex');
  /** Keeps the messages, too. */
  readonly keeper: Keeper | undefined;
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** Deliveries that are not stored yet. */
  readonly deliveries: DeliveriesInFlight = new DeliveriesInFlight();
  openSessions = 0;
  #sessions = 0;
  #seq = 0;
  #bytes = 0;
  #evicted = 0;
  #refusals = 0;
  readonly #pool = new BufferPool();
  readonly #messages = new Map<number, StoredMessage>();
  readonly #lastRefusals = new Recent<{ readonly count: number; readonly reason: string }>(
    MAX_REMEMBERED,
    MAX_REMEMBERED_SIZE,
  );
  readonly #lastEvicted = new Recent<{ readonly count: number; readonly folded: readonly string[] }>(
    MAX_REMEMBERED,
    MAX_REMEMBERED_SIZE,
  );
  /** Owners of the addresses. */
  readonly owners: Owners = new Owners();
  readonly #arrivals = new Listeners<StoredMessage>();
  readonly #claims = new Listeners<{ readonly message: StoredMessage; readonly claim: Claim }>();

  constructor(options: StoreOptions = {}, keeper?: Keeper) {
    this.keeper = keeper;
    this.instance = keeper?.instance ?? this.run;
    this.#seq = keeper?.firstSeq ?? 0;
    this.maxMessages = options.maxMessages ?? 10_000;
    this.maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
  }

  /**
   * Stores a message and passes it to the listeners.
   *
   * @param chunks the bytes, in pieces
   */
  add(kind: MessageKind, sender: string, recipients: readonly string[], chunks: readonly Uint8Array[]): StoredMessage {
    const from = ownText(sender);
    const to = recipients.map(ownText);
    const folded = to.map((address) => foldAddress(kind, address));
    const seq = this.#seq + 1;
    this.keeper?.reserve(seq);
    this.#seq = seq;
    const allocation = this.#pool.allocate(chunks);
    const { size } = allocation;
    const envelope = { kind, id: `${this.instance}-${seq}`, seq, from, to, receivedAt: Date.now(), size };
    const message = new StoredMessage(envelope, folded, allocation);
    this.#messages.set(seq, message);
    this.#bytes += message.cost;
    if (this.keeper) this.#keep(this.keeper, message);
    // Notify first: a message larger than `maxBytes` is evicted at once.
    this.#arrivals.notify(message);
    this.#evict();
    return message;
  }

  /** Stores a message of an earlier run that was kept. */
  restore(envelope: Envelope, raw: Uint8Array): void {
    const folded = envelope.to.map((address) => foldAddress(envelope.kind, address));
    const message = new StoredMessage(envelope, folded, this.#pool.allocate([raw]));
    this.#messages.set(envelope.seq, message);
    this.#bytes += message.cost;
    this.#evict();
  }

  /** Yields the messages after a sequence number, oldest first. */
  *since(seq: number): Generator<StoredMessage> {
    for (const [own, message] of this.#messages) if (own > seq) yield message;
  }

  find(id: string): StoredMessage | undefined {
    const [instance, seq] = id.split('-');
    return instance === this.instance ? this.#messages.get(Number(seq)) : undefined;
  }

  /** Deletes messages. Returns the number of those that were still stored. */
  delete(messages: Iterable<StoredMessage>): number {
    let count = 0;
    for (const { envelope } of [...messages]) if (this.#remove(envelope.seq)) count++;
    return count;
  }

  /** Calls the listener with each new message. Returns a function that removes the listener. */
  onMessage(listener: (message: StoredMessage) => void): () => void {
    return this.#arrivals.add(listener);
  }

  /**
   * Records that a test or job has claimed a message. Returns false if the message is gone, or was claimed for this
   * recipient already.
   */
  claim(id: string, address: string, owner: Owner): boolean {
    const message = this.find(id);
    if (!message || message.claims.length >= MAX_CLAIMS) return false;
    const wanted = foldAddress(message.envelope.kind, address);
    const folded = message.folded.find((recipient) => recipient === wanted);
    if (folded === undefined || message.claims.some((claim) => claim.folded === folded)) return false;
    const claim = { folded, owner, at: Date.now() };
    message.claims.push(claim);
    this.#claims.notify({ message, claim });
    return true;
  }

  /** Calls the listener with each new claim. Returns a function that removes the listener. */
  onClaim(listener: (event: { readonly message: StoredMessage; readonly claim: Claim }) => void): () => void {
    return this.#claims.add(listener);
  }

  sessionOpened(): void {
    this.#sessions++;
    this.openSessions++;
  }

  sessionClosed(): void {
    this.openSessions--;
  }

  /** Records a delivery that got an error reply. Timed-out waits report it. */
  refused(reason: string): void {
    const kept = ownText(reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)} …` : reason);
    this.#lastRefusals.add({ count: ++this.#refusals, reason: kept }, kept.length);
  }

  mark(): Mark {
    return { seq: this.#seq, sessions: this.#sessions, refusals: this.#refusals, evicted: this.#evicted };
  }

  refusalsSince(mark: Mark): string[] {
    return this.#lastRefusals.items.filter(({ count }) => count > mark.refusals).map(({ reason }) => reason);
  }

  /** Returns the number of messages to an address that were evicted since the mark. */
  evictedSince(mark: Mark, folded: string): number {
    return this.#lastEvicted.items.filter((evicted) => evicted.count > mark.evicted && evicted.folded.includes(folded))
      .length;
  }

  get size(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#messages.size, bytes: this.#bytes };
  }

  /** Keeps a message. One that cannot be kept is not acknowledged, and is removed. */
  #keep(keeper: Keeper, message: StoredMessage): void {
    keeper.added(message);
    void keeper.written(message).catch(() => this.#remove(message.envelope.seq));
  }

  #evict(): void {
    for (const [seq, message] of this.#messages) {
      if (this.#messages.size <= this.maxMessages && this.#bytes <= this.maxBytes) return;
      this.#remove(seq);
      this.#lastEvicted.add({ count: ++this.#evicted, folded: message.folded }, sizeOf(message.folded));
    }
  }

  #remove(seq: number): boolean {
    const message = this.#messages.get(seq);
    if (!message) return false;
    this.#messages.delete(seq);
    this.#bytes -= message.cost;
    this.#pool.free(message.allocation);
    this.keeper?.removed(message);
    return true;
  }
}

/** Returns the memory that addresses take, in bytes. */
function sizeOf(addresses: readonly string[]): number {
  return addresses.reduce((sum, { length }) => sum + length + ADDRESS_OVERHEAD, 0);
}
