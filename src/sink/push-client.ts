import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { encodeArrival } from '../protocol/push.ts';
import type { MessageStore } from './store.ts';
import type { StoredMessage } from './stored-message.ts';
import type { Unsent } from './unsent.ts';

/** Key of all messages. */
export const EVERYTHING = '*';
/** Bytes that may be queued for a client. Further messages stay in the store until it has read them. */
const MAX_UNREAD = 256 * 1024;
/** Bytes that a client is sent before other clients have their turn. The system may take much more at once. */
const TURN = 64 * 1024;
/** Number of requests of a client that may wait for their turn. */
const MAX_QUEUED = 100;

/** Messages that a client has yet to be sent. */
interface Backlog {
  readonly messages: Iterator<StoredMessage>;
  /** The last sequence number. */
  readonly until: number;
  readonly isWanted: (message: StoredMessage) => boolean;
  readonly onSent: () => void;
}

/** A client of the stream. It is sent as much as it reads: what it has yet to read stays in the store. */
export class PushClient {
  readonly socket: WebSocket;
  /** Keys of the messages that the client watches. */
  readonly keys: Set<string> = new Set();
  /** Number of requests that wait for something. */
  waiting: number = 0;
  /** Ends what the client waits for, when its connection is closed. */
  readonly closed: AbortSignal;
  readonly #connection: Duplex;
  readonly #store: MessageStore;
  readonly #unsent: Unsent;
  readonly #backlogs: Backlog[] = [];
  readonly #requests: Array<() => void> = [];
  /** True while a request was just handled. */
  #isBusy = false;
  /** True until the client has read what is queued for it. */
  #isFull = false;
  /** True while other clients have their turn. */
  #isResting = false;
  /** True while new messages go to a backlog, too. */
  #isBehind = false;

  /** @param connection the connection of the socket */
  constructor(socket: WebSocket, connection: Duplex, store: MessageStore, unsent: Unsent) {
    this.socket = socket;
    const closing = new AbortController();
    setMaxListeners(Infinity, closing.signal);
    socket.once('close', () => closing.abort(new Error('The client has closed its connection.')));
    this.closed = closing.signal;
    this.#connection = connection;
    this.#store = store;
    this.#unsent = unsent;
  }

  /** Sends a new message, after those that the client has yet to be sent. */
  push(message: StoredMessage, frame: () => Buffer): void {
    if (this.#backlogs.length === 0 && this.socket.bufferedAmount <= MAX_UNREAD) {
      this.socket.send(frame());
      return;
    }
    if (this.#isBehind) return;
    this.#isBehind = true;
    this.#backlogs.push({
      messages: this.#store.since(message.envelope.seq - 1),
      until: Infinity,
      isWanted: (later) => keysOf(later).some((key) => this.keys.has(key)),
      onSent: () => (this.#isBehind = false),
    });
    this.#sendBacklogs();
  }

  /** Sends the stored messages of a key. Returns a promise that resolves when all are sent. */
  async replay(key: string, since: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#backlogs.push({
        messages: this.#store.since(since),
        until: this.#store.mark().seq,
        isWanted: (message) => this.keys.has(key) && keysOf(message).includes(key),
        onSent: resolve,
      });
      this.#sendBacklogs();
    });
  }

  /** Sends an answer. A client that does not read its answers is not asked for further requests. */
  answer(text: string): void {
    this.socket.send(text);
    if (this.socket.bufferedAmount > MAX_UNREAD) this.#waitUntilRead();
  }

  /** Handles a request. The next one of the same client comes after those of other clients. */
  inTurn(handle: () => void): void {
    this.#requests.push(handle);
    if (this.#requests.length > MAX_QUEUED) this.socket.pause();
    if (!this.#isBusy) this.#handleNext();
  }

  #handleNext(): void {
    const handle = this.#isFull ? undefined : this.#requests.shift();
    this.#isBusy = handle !== undefined;
    if (!handle) {
      if (!this.#isFull) this.socket.resume();
      return;
    }
    handle();
    setImmediate(() => this.#handleNext());
  }

  #sendBacklogs(): void {
    let sent = 0;
    while (!this.#isFull && !this.#isResting) {
      if (this.socket.bufferedAmount > MAX_UNREAD) return this.#waitUntilRead();
      if (sent > TURN) return this.#rest();
      const message = this.#next();
      if (!message) return;
      const frame = encodeArrival(message.envelope, message.allocation.bytes);
      this.socket.send(frame);
      sent += frame.length;
    }
  }

  #rest(): void {
    this.#isResting = true;
    setImmediate(() => {
      this.#isResting = false;
      this.#sendBacklogs();
    });
  }

  #next(): StoredMessage | undefined {
    for (let [backlog] = this.#backlogs; backlog; [backlog] = this.#backlogs) {
      const { value, done } = backlog.messages.next() as IteratorResult<StoredMessage, undefined>;
      if (done || value.envelope.seq > backlog.until) {
        this.#backlogs.shift();
        backlog.onSent();
      } else if (backlog.isWanted(value)) return value;
    }
    return undefined;
  }

  /** Reads no requests until the client has read what is queued for it. */
  #waitUntilRead(): void {
    if (this.#isFull) return;
    this.#isFull = true;
    this.socket.pause();
    this.#connection.once('drain', () => {
      this.#isFull = false;
      this.#sendBacklogs();
      if (!this.#isBusy) this.#handleNext();
    });
    this.#unsent.limit();
  }
}

/** Returns the keys that a message is watched by. */
export function keysOf({ envelope, folded }: StoredMessage): string[] {
  return [EVERYTHING, ...folded.map((address) => `${envelope.kind}:${address}`)];
}
