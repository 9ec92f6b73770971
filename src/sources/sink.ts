import { sleep } from '../core/abortable.ts';
import type { Caller } from '../core/caller.ts';
import { TwoFactorError } from '../core/errors.ts';
import { withTimeLimit } from '../core/time-limit.ts';
import type { MessageKind } from '../message/address.ts';
import type { Envelope } from '../message/message.ts';
import type { Fault } from '../protocol/fault.ts';
import type { Handoff, HandoffAnswer, HandoffRequest } from '../protocol/handoff.ts';
import { SinkConnection } from './sink-connection.ts';
import { type SinkClaim, type SinkNote, SinkWatch, keyOf, loadDecoder } from './sink-watch.ts';
import type { Source, SourceSightings, SourceWatch } from './source.ts';

/** Retry budget for the connection to a sink that is gone, in milliseconds. After it, waits fail. */
const RECONNECT_BUDGET = 5000;
/** Delay before the first retry, in milliseconds. It doubles up to the maximum. */
const FIRST_DELAY = 25;
const MAX_DELAY = 1000;

/** Time limit for the answer to a claim, in milliseconds. Without one, the claim counts. */
const CLAIM_TIMEOUT = 1000;

const DEFAULT_URL = 'http://127.0.0.1:8025';
const START = 'Start one with `npx playwright-2fa sink`';
/** Advice if a sink that the caller has made itself does not answer. */
const OWN_REMEDY = `${START}; for tests, withTwoFactor() starts one. If the sink runs elsewhere, pass its URL: as \`sinkUrl\` of the configuration, or as \`url\` of sink().`;
/** Advice if the sink of a configuration does not answer. */
const REMEDIES: Readonly<Record<Caller, string>> = {
  test: `${START}, or wrap your configuration in withTwoFactor(), which starts one. If the sink runs elsewhere, give it the setting \`sinkUrl\`.`,
  job: `${START}. If the sink runs elsewhere, set the option \`sinkUrl\` of openPersona(), or PLAYWRIGHT_2FA_SINK_URL.`,
  command: `${START}. If the sink runs elsewhere, set PLAYWRIGHT_2FA_SINK_URL.`,
};

export interface SinkSourceOptions {
  /** @default 'http://127.0.0.1:8025' */
  readonly url?: string;
}

/**
 * The bundled sink, over one WebSocket for all waits of the process.
 *
 * @example
 * const source = sink({ url: 'http://127.0.0.1:8025' });
 */
export function sink(options: SinkSourceOptions = {}): Source {
  return new SinkSource(options.url ?? DEFAULT_URL, OWN_REMEDY);
}

/** Returns the sink of a configuration. @param caller kind of program, for errors that name its settings */
export function configuredSink(url: string = DEFAULT_URL, caller: Caller): Source {
  return new SinkSource(url, REMEDIES[caller]);
}

class SinkSource implements Source {
  readonly name = 'sink';
  readonly #url: string;
  /** Advice if the sink does not answer. */
  readonly #remedy: string;
  /** The watches, by kind and address. */
  readonly #watches = new Map<string, Set<SinkWatch>>();
  #connection: Promise<SinkConnection> | undefined;
  #isClosed = false;

  constructor(url: string, remedy: string) {
    this.#url = url;
    this.#remedy = remedy;
  }

  async watch(kind: MessageKind, address: string): Promise<SourceWatch> {
    const connection = await this.#connect();
    void loadDecoder(); // in the meantime
    // Registered before the request: a message may come in the same packet as the answer.
    const watch = new SinkWatch(kind, address, connection.hello, this);
    const sameKey = this.#watches.get(watch.key) ?? new Set();
    this.#watches.set(watch.key, sameKey.add(watch));
    try {
      watch.started(await connection.request({ op: 'watch', kind, to: address }));
    } catch (error) {
      this.forget(watch);
      throw error;
    }
    return watch;
  }

  async createAddress(kind: MessageKind): Promise<string | undefined> {
    if (kind === 'email') return undefined; // the sink accepts any address
    const { number = '' } = await (await this.#connect()).request({ op: 'number' });
    return number;
  }

  async setFaults(kind: MessageKind, address: string, faults: readonly Fault[]): Promise<void> {
    await (await this.#connect()).request({ op: 'faults', kind, to: address, faults });
  }

  async handoff(request: HandoffRequest): Promise<Handoff> {
    const { handoff } = await (await this.#connect()).request({ op: 'handoff', request });
    if (!handoff) throw new TwoFactorError('SOURCE_REFUSED', 'The sink did not send the address of the handoff page.');
    const { id, path } = handoff;
    return {
      id,
      url: new URL(path, withoutPassword(this.#url)).href,
      apiUrl: new URL(`/api/handoffs/${id}/answer`, withoutPassword(this.#url)).href,
      answer: () => this.#answerOf(id),
      close: async () => {
        await this.#connection?.then((connection) => connection.request({ op: 'withdraw', id })).catch(() => undefined);
      },
    };
  }

  /** Waits for the answer of a person without a time limit. A lost connection is opened again. */
  async #answerOf(id: string): Promise<HandoffAnswer> {
    for (;;) {
      const state = { isSent: false };
      try {
        let answer: HandoffAnswer | undefined;
        await this.#retry(async (connection) => {
          state.isSent = true;
          ({ answer } = await connection.request({ op: 'answer', id }));
        });
        return answer!;
      } catch (error) {
        const isUnreachable = error instanceof TwoFactorError && error.code === 'SOURCE_UNREACHABLE';
        // A request that waited for long has used up the retry budget, so a sent one is repeated with a new budget.
        if (this.#isClosed || !isUnreachable || !state.isSent) throw error;
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const watch of this.#all()) watch.fail(new TwoFactorError('WAIT_ABORTED', 'The sink source was closed.'));
    await this.#connection?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  async sightings(watch: SinkWatch): Promise<SourceSightings> {
    const connection = await this.#connect();
    // The wait may have ended before the watch was resumed at a restarted sink.
    if (connection.hello.instance !== watch.instance || connection.hello.run !== watch.run)
      await watch.resume(connection);
    const { kind, address: to, mark } = watch;
    const sentAt = Date.now();
    const { sightings } = await connection.request({ op: 'sightings', kind, to, mark });
    if (!sightings)
      throw new TwoFactorError('SOURCE_REFUSED', `The sink at ${withoutPassword(this.#url)} sent no report.`);
    const clockOffset = sightings.now - (sentAt + Date.now()) / 2;
    return { ...sightings, clockOffset, takesMailAt: connection.hello.smtp, restarted: watch.restarted };
  }

  async settled({ kind, address: to }: SinkWatch, quiet: number): Promise<void> {
    await this.#retry((connection) => connection.request({ op: 'settled', kind, to, quiet }));
  }

  forget(watch: SinkWatch): void {
    const sameKey = this.#watches.get(watch.key);
    if (!sameKey?.delete(watch) || sameKey.size > 0) return;
    this.#watches.delete(watch.key);
    const { kind, address: to } = watch;
    void this.#connection?.then((connection) => connection.request({ op: 'unwatch', kind, to })).catch(() => undefined);
  }

  /** Sends a note that nobody waits for. An older sink does not know it, and one that is gone does not need it. */
  note(note: SinkNote): void {
    void this.#connection?.then((connection) => connection.request(note)).catch(() => undefined);
  }

  /** Claims a message. Resolves with the earlier owner. A sink that is gone or older does not know of any. */
  async claim(claim: SinkClaim): Promise<string | undefined> {
    const answer = this.#connection?.then((connection) => connection.request(claim));
    if (!answer) return undefined;
    return await withTimeLimit(answer, CLAIM_TIMEOUT, () => new Error('The sink did not answer.')).then(
      ({ takenBy }) => takenBy,
      () => undefined,
    );
  }

  #all(): SinkWatch[] {
    return [...this.#watches.values()].flatMap((sameKey) => [...sameKey]);
  }

  #connect(): Promise<SinkConnection> {
    this.#connection ??= this.#open().catch((error: unknown) => {
      this.#connection = undefined; // the next call tries again
      throw error;
    });
    return this.#connection;
  }

  async #open(): Promise<SinkConnection> {
    const connection = await SinkConnection.open(this.#url, this.#remedy, (envelope, raw) =>
      this.#deliver(envelope, raw),
    );
    connection.onClose(() => {
      this.#connection = undefined;
      if (!this.#isClosed && this.#watches.size > 0) void this.#reconnect();
    });
    return connection;
  }

  #deliver(envelope: Envelope, raw: Buffer): void {
    for (const key of new Set(envelope.to.map((address) => keyOf(envelope.kind, address)))) {
      for (const watch of this.#watches.get(key) ?? []) watch.deliver(envelope, raw);
    }
  }

  /** Resumes each watch at its last sequence number. */
  async #reconnect(): Promise<void> {
    try {
      await this.#retry((connection) => Promise.all(this.#all().map((watch) => watch.resume(connection))));
    } catch (error) {
      if (!this.#isClosed) for (const watch of this.#all()) watch.fail(error);
    }
  }

  /** Repeats the work over new connections while the sink cannot be reached. */
  async #retry(work: (connection: SinkConnection) => Promise<unknown>): Promise<void> {
    const deadline = Date.now() + RECONNECT_BUDGET;
    for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, MAX_DELAY)) {
      try {
        await work(await this.#connect());
        return;
      } catch (error) {
        if (this.#isClosed || Date.now() + delay > deadline) throw error;
        await sleep(delay, { ref: false });
      }
    }
  }
}

function withoutPassword(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
