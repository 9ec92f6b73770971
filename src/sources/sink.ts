import { type MessageKind, foldAddress } from '../message/address.ts';
import type { Handoff, HandoffAnswer, HandoffRequest } from '../protocol/handoff.ts';
import type { Envelope, Mark, Message } from '../message/message.ts';
import type { PushHello } from '../protocol/push.ts';
import { TwoFactorError } from '../core/errors.ts';
import { memoize } from '../core/memoize.ts';
import { SinkConnection } from './sink-connection.ts';
import type { SourceArrival, Source, SourceSightings, SourceWatch } from './source.ts';

/** A sink that went away is called again for this long, in milliseconds, before the waits at it fail. */
const RECONNECT_FOR = 5000;
const FIRST_DELAY = 25;
const LONGEST_DELAY = 1000;

export interface SinkSourceOptions {
  /** @default 'http://127.0.0.1:8025' */
  readonly url?: string;
}

/** The bundled sink, over one WebSocket for all waits of the process. */
export function sink(options: SinkSourceOptions = {}): Source {
  return new SinkSource(options.url ?? 'http://127.0.0.1:8025');
}

class SinkSource implements Source {
  readonly name = 'sink';
  readonly #url: string;
  /** By the address they watch. */
  readonly #watches = new Map<string, Set<SinkWatch>>();
  #connection: Promise<SinkConnection> | undefined;
  #closed = false;

  constructor(url: string) {
    this.#url = url;
  }

  async watch(kind: MessageKind, address: string): Promise<SourceWatch> {
    const connection = await this.#connect();
    void decoder(); // while nothing waits for it
    // Listed before it is asked for: a message may come in the same packet as the answer.
    const watch = new SinkWatch(kind, address, connection.hello, this);
    const alike = this.#watches.get(watch.key) ?? new Set();
    this.#watches.set(watch.key, alike.add(watch));
    try {
      watch.began(await connection.request({ op: 'watch', kind, to: address }));
    } catch (error) {
      this.forget(watch);
      throw error;
    }
    return watch;
  }

  async createAddress(kind: MessageKind): Promise<string | undefined> {
    if (kind === 'email') return undefined; // any will do
    const { number = '' } = await (await this.#connect()).request({ op: 'number' });
    return number;
  }

  async handoff(request: HandoffRequest): Promise<Handoff> {
    const { handoff } = await (await this.#connect()).request({ op: 'handoff', request });
    if (!handoff) throw new TwoFactorError('SOURCE_REFUSED', 'The sink did not say where a person answers.');
    const { id, path } = handoff;
    return {
      url: new URL(path, withoutPassword(this.#url)).href,
      answer: () => this.#answerOf(id),
      close: async () => {
        await this.#connection?.then((connection) => connection.request({ op: 'withdraw', id })).catch(() => undefined);
      },
    };
  }

  /** Waits as long as it takes. A line that is cut meanwhile is no end to it. */
  async #answerOf(id: string): Promise<HandoffAnswer> {
    for (;;) {
      const asked = { isSent: false };
      try {
        let answer: HandoffAnswer | undefined;
        await this.#patiently(async (connection) => {
          asked.isSent = true;
          ({ answer } = await connection.request({ op: 'answer', id }));
        });
        return answer!;
      } catch (error) {
        const isCut = error instanceof TwoFactorError && error.code === 'SOURCE_UNREACHABLE';
        // The first call after a long wait has used up the patience of those that opened the line.
        if (this.#closed || !isCut || !asked.isSent) throw error;
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const watch of this.#all()) watch.fail(new TwoFactorError('WAIT_ABORTED', 'The sink source was closed.'));
    await this.#connection?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  async sightings(watch: SinkWatch): Promise<SourceSightings> {
    const connection = await this.#connect();
    // The wait may have ended before the watch had come back to a sink that was started anew.
    if (connection.hello.instance !== watch.instance) await watch.resume(connection);
    const { kind, address: to, mark } = watch;
    const asked = Date.now();
    const { sightings } = await connection.request({ op: 'sightings', kind, to, mark });
    if (!sightings) throw new TwoFactorError('SOURCE_REFUSED', `The sink at ${this.#url} gave no report.`);
    const clockOffset = sightings.now - (asked + Date.now()) / 2;
    return { ...sightings, clockOffset, takesMailAt: connection.hello.smtp, restarted: watch.restarted };
  }

  async settled({ kind, address: to }: SinkWatch, quiet: number): Promise<void> {
    await this.#patiently((connection) => connection.request({ op: 'settled', kind, to, quiet }));
  }

  forget(watch: SinkWatch): void {
    const alike = this.#watches.get(watch.key);
    if (!alike?.delete(watch) || alike.size > 0) return;
    this.#watches.delete(watch.key);
    const { kind, address: to } = watch;
    void this.#connection?.then((connection) => connection.request({ op: 'unwatch', kind, to })).catch(() => undefined);
  }

  #all(): SinkWatch[] {
    return [...this.#watches.values()].flatMap((alike) => [...alike]);
  }

  #connect(): Promise<SinkConnection> {
    this.#connection ??= this.#open().catch((error: unknown) => {
      this.#connection = undefined; // the next one may have more luck
      throw error;
    });
    return this.#connection;
  }

  async #open(): Promise<SinkConnection> {
    const connection = await SinkConnection.open(this.#url, (envelope, raw) => this.#deliver(envelope, raw));
    connection.onClose(() => {
      this.#connection = undefined;
      if (!this.#closed && this.#watches.size > 0) void this.#reconnect();
    });
    return connection;
  }

  #deliver(envelope: Envelope, raw: Buffer): void {
    for (const key of new Set(envelope.to.map((address) => keyOf(envelope.kind, address)))) {
      for (const watch of this.#watches.get(key) ?? []) watch.deliver(envelope, raw);
    }
  }

  /** Resumes every watch where it stood, by sequence number. */
  async #reconnect(): Promise<void> {
    try {
      await this.#patiently((connection) => Promise.all(this.#all().map((watch) => watch.resume(connection))));
    } catch (error) {
      if (!this.#closed) for (const watch of this.#all()) watch.fail(error);
    }
  }

  /** Rides out a line that is cut. */
  async #patiently(work: (connection: SinkConnection) => Promise<unknown>): Promise<void> {
    const giveUp = Date.now() + RECONNECT_FOR;
    for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, LONGEST_DELAY)) {
      try {
        await work(await this.#connect());
        return;
      } catch (error) {
        if (this.#closed || Date.now() + delay > giveUp) throw error;
        await new Promise((done) => setTimeout(done, delay).unref());
      }
    }
  }
}

class SinkWatch implements SourceWatch {
  readonly kind: MessageKind;
  readonly address: string;
  readonly key: string;
  readonly arrivals: SourceArrival[] = [];
  mark: Mark = { seq: 0, sessions: 0, refusals: 0, evicted: 0 };
  restarted = false;
  /** Of the sink that its numbers are of. */
  instance: string;
  readonly #source: SinkSource;
  #lastSeq = 0;
  #failure: unknown;
  readonly #waiting = new Set<() => void>();

  constructor(kind: MessageKind, address: string, hello: PushHello, source: SinkSource) {
    this.kind = kind;
    this.address = address;
    this.key = keyOf(kind, address);
    this.instance = hello.instance;
    this.#source = source;
  }

  began({ mark }: { readonly mark?: Mark }): void {
    if (!mark)
      throw new TwoFactorError('SOURCE_REFUSED', `The sink did not say from where it watches ${this.address}.`);
    this.mark = mark;
    // What another watch of the same address was still being sent is older than this one.
    const fresh = this.arrivals.filter(({ envelope }) => envelope.seq > mark.seq);
    this.arrivals.splice(0, this.arrivals.length, ...fresh);
  }

  deliver(envelope: Envelope, raw: Buffer): void {
    if (envelope.seq <= Math.max(this.#lastSeq, this.mark.seq)) return;
    this.#lastSeq = envelope.seq;
    let decoded: Promise<Message> | undefined;
    this.arrivals.push({
      envelope,
      message: () => (decoded ??= decoder().then(({ decodeMessage }) => decodeMessage(envelope, raw))),
    });
    this.#wake();
  }

  async resume(connection: SinkConnection): Promise<void> {
    if (connection.hello.instance !== this.instance) {
      this.instance = connection.hello.instance;
      this.restarted = true;
      this.#lastSeq = 0;
      this.mark = { seq: 0, sessions: 0, refusals: 0, evicted: 0 };
    }
    const since = Math.max(this.#lastSeq, this.mark.seq);
    await connection.request({ op: 'watch', kind: this.kind, to: this.address, since });
  }

  async more(seen: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#failure) throw this.#failure;
    if (this.arrivals.length > seen) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
    signal.throwIfAborted();
    if (this.#failure) throw this.#failure;
  }

  fail(error: unknown): void {
    this.#failure = error;
    this.#wake();
  }

  sightings(): Promise<SourceSightings> {
    return this.#source.sightings(this);
  }

  settled(quiet: number): Promise<void> {
    return this.#source.settled(this, quiet);
  }

  close(): void {
    this.#source.forget(this);
    this.arrivals.length = 0;
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}

function withoutPassword(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function keyOf(kind: MessageKind, address: string): string {
  return `${kind}:${foldAddress(kind, address)}`;
}

/** Loaded with the first watch, since most tests of most suites need no mail, and made warm while nothing waits for it. */
const decoder = memoize(async () => {
  const decoding = await import('../message/decode.ts');
  setImmediate(() => void import('../codes/warm-up.ts').then(({ warmUp }) => warmUp()));
  return decoding;
});
