import { TwoFactorError, reasonOf } from '../errors.ts';
import { type MessageKind, foldAddress } from '../message/address.ts';
import type { Envelope, Message } from '../message/message.ts';
import { once } from '../once.ts';
import { type Box, type Content, type Incoming, type SourceDriver } from './driver.ts';
import type { Pace } from './pace.ts';
import { isFinal, rideOut } from './ride-out.ts';
import type { Arrival, SourceSightings, Watch } from './source.ts';

/** An answer that takes longer than this is told as an outage, in milliseconds. */
const SLOW = 1000;
const LAG = 500;

/** What a watch needs of its source. */
interface Surroundings<Mark> {
  readonly driver: SourceDriver<Mark>;
  readonly pace: Pace;
  readonly onClose: (watch: DefinedWatch<Mark>) => void;
}

/** Asks a driver for the messages to one address, as often as somebody waits for them. */
export class DefinedWatch<Mark> implements Watch {
  readonly kind: MessageKind;
  readonly address: string;
  readonly source: string;
  readonly folded: string;
  readonly arrivals: Arrival[] = [];
  readonly #driver: SourceDriver<Mark>;
  readonly #pace: Pace;
  readonly #onClose: (watch: DefinedWatch<Mark>) => void;
  readonly #abort = new AbortController();
  readonly #box: Box;
  readonly #seen = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #mark: Mark | undefined;
  #failure: unknown;
  #looking: Promise<void> | undefined;
  #lookingSince = 0;
  #lookedInVain = 0;
  #nextLook = 0;
  #rung = false;
  #asked = 0;
  #faults = 0;
  #faultsInARow = 0;
  #firstFault = 0;
  #lastFault: { readonly text: string; readonly at: number } | undefined;

  constructor(kind: MessageKind, address: string, { driver, pace, onClose }: Surroundings<Mark>) {
    this.kind = kind;
    this.address = address;
    this.source = driver.name;
    this.folded = foldAddress(kind, address);
    this.#driver = driver;
    this.#pace = pace;
    this.#onClose = onClose;
    this.#box = { kind, address, folded: this.folded, signal: this.#abort.signal };
  }

  /** Takes the moment from which on messages count. */
  async begin(): Promise<void> {
    await this.#ridingOut(async () => {
      this.#mark = await this.#driver.mark(this.#box);
    });
    this.#asked = 0;
  }

  async more(seen: number, signal: AbortSignal): Promise<void> {
    this.#lookedInVain = 0;
    for (;;) {
      signal.throwIfAborted();
      if (this.#failure) throw this.#failure;
      if (this.arrivals.length > seen) return;
      if (this.#rung || Date.now() >= this.#nextLook) await unlessAborted(this.#look(), signal);
      else await this.#changed(signal);
    }
  }

  async look(): Promise<void> {
    if (this.#failure) throw this.#failure;
    const faults = this.#faults;
    await this.#looking; // it may have begun before what is asked for came
    await this.#ridingOut(async () => {
      await this.#look();
      if (this.#faults > faults && this.#faultsInARow > 0) throw new Error(this.#lastFault?.text);
    });
    if (this.#failure) throw this.#failure;
  }

  async settled(quiet: number): Promise<void> {
    await this.#after(Math.max(quiet, this.#driver.lag ?? LAG));
    await this.look();
  }

  async sightings(): Promise<SourceSightings> {
    const notes = (await this.#driver.notes?.()) ?? [];
    const clockOffset = this.#driver.clockOffset?.();
    const lastFault = this.#lastFault && `${this.#lastFault.text} at ${timeOf(this.#lastFault.at)}`;
    return {
      asked: { times: this.#asked, faults: this.#faults, ...(lastFault === undefined ? {} : { lastFault }) },
      ...(clockOffset === undefined ? {} : { clockOffset }),
      notes,
    };
  }

  outage(): TwoFactorError | undefined {
    const waited = Date.now() - this.#lookingSince;
    const fault = this.#faultsInARow > 0 ? this.#lastFault : undefined;
    const isSlow = this.#looking !== undefined && waited > SLOW;
    if (!fault && !isSlow) return undefined;
    const seen = fault
      ? `${fault.text}; ${this.#faultsInARow} attempts in a row failed, from ${timeOf(this.#firstFault)} to ${timeOf(fault.at)}`
      : `no answer since ${(waited / 1000).toFixed(1)} s`;
    const text = `${this.source} could not be asked for messages to ${this.address}: ${seen}. Whether one came is not known. See whether it is running and what its status page or its log says.`;
    return new TwoFactorError('SOURCE_UNREACHABLE', text, {
      details: { attempts: this.#asked, faults: this.#faults, inARow: this.#faultsInARow, last: fault },
    });
  }

  /** Something may have come. */
  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  close(): void {
    this.#abort.abort();
    this.arrivals.length = 0;
    this.#onClose(this);
  }

  /** One look at a time, for all who wait. */
  #look(): Promise<void> {
    return (this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
      this.#wake();
    }));
  }

  async #lookOnce(): Promise<void> {
    this.#rung = false;
    this.#lookingSince = Date.now();
    try {
      await this.#pace.respected(this.#abort.signal);
      this.#asked++;
      const before = this.arrivals.length;
      for (const incoming of await this.#driver.since(this.#mark as Mark, this.#box)) await this.#take(incoming);
      this.#faultsInARow = 0;
      if (this.arrivals.length === before) this.#lookedInVain++;
      this.#nextLook = Date.now() + this.#delay();
    } catch (error) {
      this.#noteFault(error);
    }
  }

  #delay(): number {
    const [looks, { isPushed }] = [Math.max(1, this.#lookedInVain), this.#pace];
    return this.#driver.delay?.(looks, isPushed) ?? growing(looks, isPushed);
  }

  #noteFault(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    if (isFinal(error)) return this.fail(error);
    this.#faults++;
    if (this.#faultsInARow++ === 0) this.#firstFault = Date.now();
    this.#lastFault = { text: reasonOf(error), at: Date.now() };
    this.#nextLook = Date.now() + this.#pace.slowDown(error, this.#faultsInARow);
  }

  async #take(incoming: Incoming): Promise<void> {
    const { id, from, to, receivedAt } = incoming;
    if (this.#seen.has(id)) return;
    const content = await incoming.read();
    if (this.#seen.has(id) || this.#abort.signal.aborted) return;
    this.#seen.add(id);
    if (content === undefined) return; // deleted in the meantime
    const size = typeof content === 'string' || Buffer.isBuffer(content) ? Buffer.byteLength(content) : 0;
    const seq = this.#seen.size;
    const envelope: Envelope = { kind: this.kind, id, seq, from, to, receivedAt: Number(receivedAt), size };
    this.arrivals.push({ envelope, message: once(() => decode(envelope, content)) });
    this.#wake();
  }

  async #ridingOut(work: () => Promise<void>): Promise<void> {
    const failed = (error: unknown, attempts: number): TwoFactorError =>
      unreachable(this.source, this.address, error, attempts);
    await rideOut(work, { pace: this.#pace, signal: this.#abort.signal, unreachable: failed });
  }

  async #changed(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, this.#nextLook - Date.now()));
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  async #after(ms: number): Promise<void> {
    const { setTimeout: after } = await import('node:timers/promises');
    await after(ms, undefined, { signal: this.#abort.signal });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}

/** Mostly a code comes within seconds of being asked for, so the first looks are close. */
export function growing(looks: number, isPushed: boolean): number {
  return isPushed ? 5000 : Math.min(5000, 250 * 1.5 ** (looks - 1));
}

async function decode(envelope: Envelope, content: Content): Promise<Message> {
  const { decodeMessage, messageOf } = await import('../message/decode.ts');
  if (typeof content === 'string') return await decodeMessage(envelope, Buffer.from(content));
  return Buffer.isBuffer(content) ? await decodeMessage(envelope, content) : messageOf(envelope, content);
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let stop!: () => void;
  const aborted = new Promise<void>((resolve) => (stop = resolve));
  signal.addEventListener('abort', stop);
  await Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop));
}

function unreachable(source: string, address: string, cause: unknown, attempts: number): TwoFactorError {
  const text = `${source} could not be asked for messages to ${address}: ${reasonOf(cause)}; ${attempts} attempts failed. See whether it is running, and whether this is its address.`;
  return new TwoFactorError('SOURCE_UNREACHABLE', text, { cause });
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
