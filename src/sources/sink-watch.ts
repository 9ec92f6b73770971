import { memoize } from '../core/memoize.ts';
import { TwoFactorError } from '../core/errors.ts';
import { Notifier } from '../core/notifier.ts';
import { type MessageKind, foldAddress } from '../message/address.ts';
import type { Envelope, Mark, Message } from '../message/message.ts';
import { type Owner, shortOwner } from '../message/owner.ts';
import type { PushHello } from '../protocol/push.ts';
import type { SinkConnection } from './sink-connection.ts';
import type { SourceArrival, SourceSightings, SourceWatch } from './source.ts';

/** A request whose answer nobody waits for. */
export interface SinkNote {
  readonly op: 'owner';
  readonly kind: MessageKind;
  readonly to: string;
  readonly owner: Owner;
}

/** A claim of a message to an address. */
export interface SinkClaim {
  readonly op: 'claimed';
  readonly id: string;
  readonly to: string;
  readonly owner: Owner;
}

/** Requests of a watch to its sink. */
interface WatchedSink {
  sightings(watch: SinkWatch): Promise<SourceSightings>;
  settled(watch: SinkWatch, quiet: number): Promise<void>;
  note(note: SinkNote): void;
  claim(claim: SinkClaim): Promise<string | undefined>;
  forget(watch: SinkWatch): void;
}

/** The messages to one address at a sink. It survives lost connections and restarts of the sink. */
export class SinkWatch implements SourceWatch {
  readonly kind: MessageKind;
  readonly address: string;
  readonly key: string;
  readonly arrivals: SourceArrival[] = [];
  mark: Mark = { seq: 0, sessions: 0, refusals: 0, evicted: 0 };
  /** True if the sink was restarted since the watch began. */
  restarted = false;
  /** Instance of the sink that the sequence numbers belong to. */
  instance: string;
  /** Run of the sink that the other counters belong to. */
  run: string | undefined;
  readonly #source: WatchedSink;
  #lastSeq = 0;
  #owner: Owner | undefined;
  #failure: unknown;
  readonly #changes = new Notifier();

  constructor(kind: MessageKind, address: string, hello: PushHello, source: WatchedSink) {
    this.kind = kind;
    this.address = address;
    this.key = keyOf(kind, address);
    this.instance = hello.instance;
    this.run = hello.run;
    this.#source = source;
  }

  /** Takes the mark of the sink: messages that come later count. */
  started({ mark }: { readonly mark?: Mark }): void {
    if (!mark) throw new TwoFactorError('SOURCE_REFUSED', `The sink sent no mark for ${this.address}.`);
    this.mark = mark;
    // Older messages may have come in the meantime, for another watch of the same address.
    const newer = this.arrivals.filter(({ envelope }) => envelope.seq > mark.seq);
    this.arrivals.splice(0, this.arrivals.length, ...newer);
  }

  deliver(envelope: Envelope, raw: Buffer): void {
    if (envelope.seq <= Math.max(this.#lastSeq, this.mark.seq)) return;
    this.#lastSeq = envelope.seq;
    let decoded: Promise<Message> | undefined;
    this.arrivals.push({
      envelope,
      message: () => (decoded ??= loadDecoder().then(({ decodeMessage }) => decodeMessage(envelope, raw))),
    });
    this.#changes.notify();
  }

  async resume(connection: SinkConnection): Promise<void> {
    const isOtherRun = connection.hello.run !== this.run || connection.hello.instance !== this.instance;
    if (connection.hello.instance !== this.instance) {
      this.instance = connection.hello.instance;
      this.restarted = true;
      this.#lastSeq = 0;
      this.mark = { seq: 0, sessions: 0, refusals: 0, evicted: 0 };
    }
    if (isOtherRun) {
      this.run = connection.hello.run;
      this.mark = { ...this.mark, sessions: 0, refusals: 0, evicted: 0 };
      if (this.#owner) this.belongsTo(this.#owner);
    }
    const since = Math.max(this.#lastSeq, this.mark.seq);
    await connection.request({ op: 'watch', kind: this.kind, to: this.address, since });
  }

  async more(seen: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#failure) throw this.#failure;
    if (this.arrivals.length > seen) return;
    await this.#changes.next(signal);
    signal.throwIfAborted();
    if (this.#failure) throw this.#failure;
  }

  fail(error: unknown): void {
    this.#failure = error;
    this.#changes.notify();
  }

  sightings(): Promise<SourceSightings> {
    return this.#source.sightings(this);
  }

  settled(quiet: number): Promise<void> {
    return this.#source.settled(this, quiet);
  }

  belongsTo(owner: Owner): void {
    this.#owner = owner;
    this.#source.note({ op: 'owner', kind: this.kind, to: this.address, owner: shortOwner(owner) });
  }

  claimed(id: string, owner: Owner): Promise<string | undefined> {
    return this.#source.claim({ op: 'claimed', id, to: this.address, owner: shortOwner(owner) });
  }

  close(): void {
    this.#source.forget(this);
    this.arrivals.length = 0;
  }
}

/** Returns the key of an address among the watches. */
export function keyOf(kind: MessageKind, address: string): string {
  return `${kind}:${foldAddress(kind, address)}`;
}

/** Loads and warms up the decoder. It is loaded with the first watch, because most tests need no mail. */
export const loadDecoder: () => Promise<typeof import('../message/decode.ts')> = memoize(async () => {
  const decoding = await import('../message/decode.ts');
  setImmediate(() => void import('../codes/warm-up.ts').then(({ warmUp }) => warmUp()));
  return decoding;
});
