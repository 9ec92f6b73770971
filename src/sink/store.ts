import { randomBytes } from 'node:crypto';
import { type MessageKind, foldAddress } from '../message/address.ts';
import type { Envelope, Mark } from '../message/message.ts';
import { BufferPool } from './buffer-pool.ts';
import type { Owner } from '../message/owner.ts';
import type { Delivery } from './faults/delivery.ts';
import { Faults } from './faults/faults.ts';
import { DeliveriesInFlight } from './in-flight.ts';
import type { Keeper } from './keeper.ts';
import { Listeners } from './listeners.ts';
import { ownText } from './own-text.ts';
import { Owners } from './owners.ts';
import { Recent } from './recent.ts';
import { type Claim, StoredMessage, sizeOf } from './stored-message.ts';
import { type Take, type Taker, TakenMessages } from './taken-messages.ts';
import { UnfinishedMails } from './unfinished-mails.ts';

/** A delivery that got an error reply. */
export interface Refusal {
  /** Number of refusals up to this one. */
  readonly count: number;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface StoreOptions {
  /** Maximum number of messages. @default 10_000 */
  readonly maxMessages?: number;
  /** Maximum size of all messages, in bytes. Long lists of recipients count, too. @default 64 MiB */
  readonly maxBytes?: number;
  /** Maximum size of a mail, in bytes, and of a request that contains one. @default 25 MiB */
  readonly maxSize?: number;
}

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
  readonly maxSize: number;
  /** Mails that clients are sending. */
  readonly unfinished: UnfinishedMails;
  /** Deliveries that are not stored yet. */
  readonly deliveries: DeliveriesInFlight = new DeliveriesInFlight();
  openSessions = 0;
  /** Number of HTTP requests that wait for a message. */
  waits = 0;
  #sessions = 0;
  #seq = 0;
  #bytes = 0;
  #evicted = 0;
  #refusals = 0;
  readonly #pool = new BufferPool();
  readonly #messages = new Map<number, StoredMessage>();
  readonly #lastRefusals = new Recent<Refusal>(MAX_REMEMBERED, MAX_REMEMBERED_SIZE);
  readonly #lastEvicted = new Recent<{ readonly count: number; readonly folded: readonly string[] }>(
    MAX_REMEMBERED,
    MAX_REMEMBERED_SIZE,
  );
  readonly #owners: Owners = new Owners();
  readonly #changes = new Listeners<void>();
  readonly #taken = new TakenMessages();
  /** Faults that clients asked for. */
  readonly faults: Faults = new Faults(this);
  #unstored = 0;
  readonly #arrivals = new Listeners<StoredMessage>();
  readonly #claims = new Listeners<{ readonly message: StoredMessage; readonly claim: Claim }>();

  constructor(options: StoreOptions = {}, keeper?: Keeper) {
    this.keeper = keeper;
    this.instance = keeper?.instance ?? this.run;
    this.#seq = keeper?.firstSeq ?? 0;
    this.maxMessages = options.maxMessages ?? 10_000;
    this.maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
    this.maxSize = options.maxSize ?? 25 * 1024 * 1024;
    this.unfinished = new UnfinishedMails(Math.max(this.maxBytes, this.maxSize));
  }

  /**
   * Takes a message: stores it and passes it to the listeners, as far as no fault of a recipient takes it.
   *
   * @param chunks the bytes, in pieces
   * @param via interface that the message was received by, such as `smtp` or `resend`
   * @returns the message; one with an id of its own if faults took it for all of its recipients
   * @throws FaultRefusal if a gateway is to answer with an error
   */
  add(
    kind: MessageKind,
    sender: string,
    recipients: readonly string[],
    chunks: readonly Uint8Array[],
    via?: string,
  ): StoredMessage {
    const delivery = { kind, from: sender, to: recipients, chunks, via };
    if (!this.faults.isActive) return this.put(delivery);
    const to = this.faults.admit(delivery);
    return to.length === 0 && recipients.length > 0 ? this.#takenByFaults(delivery) : this.put({ ...delivery, to });
  }

  /** Stores a message and passes it to the listeners. */
  put({ kind, from: sender, to: recipients, chunks, via }: Delivery): StoredMessage {
    const from = ownText(sender);
    const to = recipients.map(ownText);
    const folded = to.map((address) => foldAddress(kind, address));
    const seq = this.#seq + 1;
    this.keeper?.reserve(seq);
    this.#seq = seq;
    const allocation = this.#pool.allocate(chunks);
    const { size } = allocation;
    const envelope = {
      kind,
      id: `${this.instance}-${seq}`,
      seq,
      from,
      to,
      receivedAt: Date.now(),
      size,
      ...(via && { via }),
    };
    const message = new StoredMessage(envelope, folded, allocation, this.ownerOf(kind, folded));
    this.#messages.set(seq, message);
    this.#bytes += message.cost;
    if (this.keeper) this.#keep(this.keeper, message);
    // Notify first: a message larger than `maxBytes` is evicted at once.
    this.#arrivals.notify(message);
    this.#evict();
    this.#changes.notify();
    return message;
  }

  /** Returns a message that is not stored, for the answer to its sender. */
  #takenByFaults({ kind, from, to, via }: Delivery): StoredMessage {
    const id = `${this.instance}-fault-${++this.#unstored}`;
    const allocation = this.#pool.allocate([]);
    const envelope = { kind, id, seq: 0, from, to, receivedAt: Date.now(), size: 0, ...(via && { via }) };
    const message = new StoredMessage(envelope, [], allocation, undefined);
    this.#pool.free(allocation);
    return message;
  }

  /** Stores a message of an earlier run that was kept. */
  restore(envelope: Envelope, raw: Uint8Array): void {
    const folded = envelope.to.map((address) => foldAddress(envelope.kind, address));
    const message = new StoredMessage(envelope, folded, this.#pool.allocate([raw]), undefined);
    this.#messages.set(envelope.seq, message);
    this.#bytes += message.cost;
    this.#evict();
  }

  /** Yields the messages after a sequence number, oldest first. */
  *since(seq: number): Generator<StoredMessage> {
    for (const [own, message] of this.#messages) if (own > seq) yield message;
  }

  /** Returns all messages, newest first. */
  newestFirst(): StoredMessage[] {
    return [...this.#messages.values()].toReversed();
  }

  find(id: string): StoredMessage | undefined {
    const [instance, seq] = id.split('-');
    const found = instance === this.instance ? this.#messages.get(Number(seq)) : undefined;
    return found?.envelope.id === id ? found : undefined;
  }

  /** Deletes messages. Returns the number of those that were still stored. */
  delete(messages: Iterable<StoredMessage>): number {
    let count = 0;
    for (const { envelope } of [...messages]) if (this.#remove(envelope.seq)) count++;
    if (count > 0) this.#changes.notify();
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
  claim(id: string, address: string, owner: Owner, at: number = Date.now()): boolean {
    const message = this.find(id);
    if (!message || message.claims.length >= MAX_CLAIMS) return false;
    const wanted = foldAddress(message.envelope.kind, address);
    const folded = message.folded.find((recipient) => recipient === wanted);
    if (folded === undefined || message.claims.some((claim) => claim.folded === folded)) return false;
    const claim = { folded, owner, at };
    message.claims.push(claim);
    this.#claims.notify({ message, claim });
    this.#changes.notify();
    return true;
  }

  /** Restores a claim of an earlier run. Its message may be gone. */
  restoreClaim(take: Take): void {
    const { id, folded, taker, at } = take;
    if (this.#taken.take(take)) return;
    const message = this.find(id);
    if (message?.folded.includes(folded) && message.claims.length < MAX_CLAIMS)
      message.claims.push({ folded, owner: taker.owner, at });
  }

  /**
   * Takes a message for a wait, so that no other wait takes it.
   *
   * @returns the name of the earlier taker, or `undefined` on success. A message that is gone can still be taken.
   */
  take(id: string, address: string, taker: Taker): string | undefined {
    const [instance, seq] = id.split('-', 2);
    if (instance !== this.instance || !(Number(seq) <= this.#seq)) return undefined;
    const message = this.find(id);
    const kind = message?.envelope.kind ?? (address.includes('@') ? 'email' : 'sms');
    const folded = foldAddress(kind, address);
    if (message && !message.folded.includes(folded)) return undefined;
    const take = { id, kind, folded, taker, at: Date.now() };
    const earlier = this.#taken.take(take);
    if (earlier) return earlier.key === taker.key ? undefined : earlier.owner.title;
    this.keeper?.taken(take);
    this.claim(id, address, taker.owner, take.at);
    return undefined;
  }

  /** Records whose an address is. @param owner what a client has sent, which may be no owner */
  own(kind: MessageKind, address: string, owner: unknown): void {
    if (this.#owners.add(kind, address, owner)) this.#changes.notify();
  }

  /** Returns the owner of the first of some recipients that has one. @param folded the recipients, folded for comparison */
  ownerOf(kind: MessageKind, folded: readonly string[]): Owner | undefined {
    for (const address of folded) {
      const owner = this.#owners.of(kind, address);
      if (owner) return owner;
    }
    return undefined;
  }

  /** Calls the listener after each change: of the messages, their claims, the owners and the refusals. */
  onChange(listener: () => void): () => void {
    return this.#changes.add(listener);
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
    this.#lastRefusals.add({ count: ++this.#refusals, reason: kept, at: Date.now() }, kept.length);
    this.#changes.notify();
  }

  /** The last refusals, oldest first. */
  get refusals(): readonly Refusal[] {
    return this.#lastRefusals.items;
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
