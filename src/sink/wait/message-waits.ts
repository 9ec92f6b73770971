import { setImmediate } from 'node:timers/promises';
import { Notifier } from '../../core/notifier.ts';
import { type MessageKind, foldAddress } from '../../message/address.ts';
import { decodeMessage } from '../../message/decode.ts';
import type { Message } from '../../message/message.ts';
import type { MessageStore } from '../store.ts';
import type { StoredMessage } from '../stored-message.ts';

/** Maximum number of waits at the same time. */
const MAX_WAITS = 1000;

/** Size of a message from which the waits for it are answered one after the other, in bytes: reading it takes time. */
const LARGE = 32 * 1024;

/** The messages that came for one wait and were not looked at yet. */
export interface WaitQueue {
  /** Returns the newest message, and waits for one if there is none. @throws the reason of the signal */
  next(signal: AbortSignal): Promise<Message>;
  close(): void;
}

/** A message that is decoded. */
interface WaitedMessage {
  readonly size: number;
  readonly message: Promise<Message>;
}

interface OpenQueue {
  readonly messages: WaitedMessage[];
  readonly changes: Notifier;
}

/** All waits of clients for messages. A message is decoded once for all that wait for it, and kept by them only. */
export class MessageWaits {
  readonly #store: MessageStore;
  readonly #queues = new Map<string, Set<OpenQueue>>();
  readonly #decoded = new WeakMap<StoredMessage, WeakRef<WaitedMessage>>();
  /** Ends when the large messages of all waits so far have had their turns. */
  #turn: Promise<void> = Promise.resolve();
  #stop: (() => void) | undefined;

  constructor(store: MessageStore) {
    this.#store = store;
  }

  /** True if there may be no further wait. */
  get isFull(): boolean {
    return this.#store.waits >= MAX_WAITS;
  }

  /** Begins to collect the messages to an address after a sequence number, those included that are stored already. */
  open(kind: MessageKind, address: string, after: number): WaitQueue {
    const folded = foldAddress(kind, address);
    const key = `${kind}:${folded}`;
    const stored = [...this.#store.since(after)].filter(
      (message) => message.envelope.kind === kind && message.folded.includes(folded),
    );
    const queue: OpenQueue = { messages: [], changes: new Notifier() };
    const same = this.#queues.get(key) ?? new Set();
    this.#queues.set(key, same.add(queue));
    this.#store.waits++;
    this.#stop ??= this.#store.onMessage((message) => this.#deliver(message));
    return {
      next: async (signal) => {
        for (;;) {
          signal.throwIfAborted();
          const arrived = queue.messages.pop();
          if (arrived) return await this.#inTurn(arrived);
          const early = stored.pop();
          // Evicted in the meantime: its bytes belong to another message.
          if (early && this.#store.find(early.envelope.id) === early) return await this.#inTurn(this.#decode(early));
          if (!early) await queue.changes.next(signal);
        }
      },
      close: () => this.#close(key, queue),
    };
  }

  #deliver(message: StoredMessage): void {
    const { kind } = message.envelope;
    const queues = new Set(message.folded.flatMap((folded) => [...(this.#queues.get(`${kind}:${folded}`) ?? [])]));
    if (queues.size === 0) return;
    const waited = this.#decode(message);
    for (const queue of queues) {
      queue.messages.push(waited);
      queue.changes.notify();
    }
  }

  #decode(stored: StoredMessage): WaitedMessage {
    const known = this.#decoded.get(stored)?.deref();
    if (known) return known;
    const message = decodeMessage(stored.envelope, stored.raw);
    message.catch(() => undefined); // the wait reports it
    const waited = { size: stored.envelope.size, message };
    this.#decoded.set(stored, new WeakRef(waited));
    return waited;
  }

  /** Resolves with a message when the wait may read it. Other work goes on between two waits for large messages. */
  async #inTurn({ size, message }: WaitedMessage): Promise<Message> {
    if (size > LARGE) await (this.#turn = this.#turn.then(() => setImmediate()));
    return await message;
  }

  #close(key: string, queue: OpenQueue): void {
    const same = this.#queues.get(key);
    if (!same?.delete(queue)) return;
    this.#store.waits--;
    if (same.size === 0) this.#queues.delete(key);
    if (this.#store.waits > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }
}
