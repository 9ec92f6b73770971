import { setTimeout as sleep } from 'node:timers/promises';
import { memoize } from '../../core/memoize.ts';
import type { MessageStore } from '../store.ts';
import type { StoredMessage } from '../stored-message.ts';
import { type ForwardServer, domainOf } from './forward-url.ts';
import { bouncesIn } from './bounce.ts';
import { type ForwardRule, ForwardRules } from './forward-rules.ts';
import { FORWARDED_HEADER, whyNotForwarded } from './loop.ts';
import { type Transport, openTransport } from './transport.ts';

/** Maximum number and size of mails that wait to be sent, in bytes. */
const MAX_WAITING = 1000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** Delays before a mail is tried again after a temporary fault, in milliseconds. */
const DELAYS = [1000, 5000, 25_000, 60_000];

/** Number of copies so far. */
export interface ForwardCounts {
  readonly waiting: number;
  readonly sent: number;
  readonly refused: number;
}

/** Sends copies of mails to people, by another mail server. The copies keep their bytes, so their signatures stay valid. */
export class Forwarder {
  readonly server: ForwardServer;
  readonly #store: MessageStore;
  readonly #rules = new ForwardRules();
  readonly #delays: readonly number[];
  readonly #closed = new AbortController();
  readonly #transport: () => Promise<Transport>;
  readonly #stop: () => void;
  #waiting = 0;
  #waitingBytes = 0;
  #sent = 0;
  #refused = 0;

  /** @param delays delays before each further attempt, in milliseconds */
  constructor(store: MessageStore, server: ForwardServer, delays: readonly number[] = DELAYS) {
    this.server = server;
    this.#store = store;
    this.#delays = delays;
    this.#transport = memoize(() => openTransport(server));
    this.#stop = store.onMessage((message) => this.#forward(message));
  }

  get rules(): ForwardRule[] {
    return this.#rules.all;
  }

  get counts(): ForwardCounts {
    return { waiting: this.#waiting, sent: this.#sent, refused: this.#refused };
  }

  /** Adds or replaces the rule of an address. Returns the problem if it is not allowed. */
  setRule(rule: ForwardRule): string | undefined {
    const foreign = rule.to.find((address) => !this.server.domains.includes(domainOf(address)));
    if (foreign !== undefined)
      return `Mail may be forwarded to ${this.server.domains.join(', ')}, not to ${domainOf(foreign)}. Add allow=${domainOf(foreign)} to the URL of --forward-to.`;
    return this.#rules.set(rule);
  }

  /** Removes the rule of an address. Returns false if there is none. */
  removeRule(address: string): boolean {
    return this.#rules.remove(address);
  }

  async close(): Promise<void> {
    this.#stop();
    this.#closed.abort();
    if (this.#sent + this.#refused + this.#waiting > 0) (await this.#transport()).close();
  }

  #forward(message: StoredMessage): void {
    const { kind, from: sender } = message.envelope;
    if (kind !== 'email') return;
    if (sender === '') {
      const bounces = bouncesIn(message.allocation.bytes, this.#store.instance);
      for (const { address, reason } of bounces) this.#refuse([address], `its mail server returned it: ${reason}`);
      if (bounces.length > 0) return;
    }
    const byRule = message.folded.flatMap((recipient) => this.#rules.destinationsOf(recipient));
    const to = [...new Set([...this.server.to, ...byRule])];
    if (to.length === 0) return;
    const { bytes } = message.allocation;
    const reason = whyNotForwarded(bytes) ?? this.#whyNotQueued(bytes.length);
    if (reason !== undefined) return this.#refuse(to, reason);
    // The store may reuse the bytes before they are sent.
    const copy = Buffer.concat([Buffer.from(`${FORWARDED_HEADER}: ${this.#store.instance}\r\n`), bytes]);
    this.#waiting++;
    this.#waitingBytes += copy.length;
    // A bounce keeps its empty sender, so that its copy causes no further bounce (RFC 5321 section 4.5.5).
    const from = sender === '' ? '' : (this.server.from ?? sender);
    void this.#send({ from, to }, copy)
      .catch(() => undefined) // closed
      .finally(() => {
        this.#waiting--;
        this.#waitingBytes -= copy.length;
      });
  }

  #whyNotQueued(size: number): string | undefined {
    const isFull = this.#waiting >= MAX_WAITING || this.#waitingBytes + size > MAX_WAITING_BYTES;
    return isFull ? 'too many mails wait to be forwarded' : undefined;
  }

  async #send(envelope: { readonly from: string; readonly to: readonly string[] }, raw: Buffer): Promise<void> {
    const transport = await this.#transport();
    let { to } = envelope;
    for (const delay of [...this.#delays, undefined]) {
      const { refused, deferred } = await transport.send({ from: envelope.from, to, raw });
      this.#sent += to.length - refused.length - deferred.length;
      for (const { address, reason } of refused) this.#refuse([address], reason);
      if (deferred.length === 0) return;
      if (delay === undefined) return deferred.forEach(({ address, reason }) => this.#refuse([address], reason));
      to = deferred.map(({ address }) => address);
      await sleep(delay, undefined, { signal: this.#closed.signal, ref: false });
    }
  }

  #refuse(to: readonly string[], reason: string): void {
    this.#refused += to.length;
    this.#store.refused(`A mail was not forwarded to ${to.join(', ')}: ${reason}`);
  }
}
