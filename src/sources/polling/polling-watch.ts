import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import { type MessageKind, foldAddress } from '../../message/address.ts';
import type { Envelope, Message, OtherMessage } from '../../message/message.ts';
import { memoize } from '../../core/memoize.ts';
import { RequestStats } from './request-stats.ts';
import type { SourceMailbox, SourceContent, SourceMessage, SourceSighting, SourceDriver } from './driver.ts';
import type { ArrivalPredictor } from './arrival-predictor.ts';
import type { Backoff } from './backoff.ts';
import { isFinal, retryTransient } from './retry.ts';
import type { SourceArrival, SourceSightings, SourceWatch } from '../source.ts';
import { PollSchedule } from './poll-schedule.ts';

const LAG = 500;
/** So many messages to other addresses are named. */
const NAMED_OTHERS = 5;
/** How long a service may take to tell news of a wait in vain, in milliseconds: less than the wait's error waits for. */
const TOLD_WITHIN = 3000;
/** Times of services are whole seconds, and their clocks are known as well as that. */
const SAME_TIME = 1000;

/** What a watch needs of its source. */
interface Surroundings<Mark> {
  readonly driver: SourceDriver<Mark>;
  readonly pace: Backoff;
  readonly forecast: ArrivalPredictor;
  readonly onClose: (watch: PollingWatch<Mark>) => void;
}

/** Asks a driver for the messages to one address, as often as somebody waits for them. */
export class PollingWatch<Mark> implements SourceWatch {
  readonly kind: MessageKind;
  readonly address: string;
  readonly source: string;
  readonly folded: string;
  readonly arrivals: SourceArrival[] = [];
  readonly #driver: SourceDriver<Mark>;
  readonly #pace: Backoff;
  readonly #timetable: PollSchedule;
  readonly #onClose: (watch: PollingWatch<Mark>) => void;
  readonly #abort = new AbortController();
  readonly #box: SourceMailbox;
  readonly #seen = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #mark: Mark | undefined;
  #began = 0;
  #failure: unknown;
  #looking: Promise<void> | undefined;
  #rung = false;
  readonly #attempts: RequestStats;

  constructor(kind: MessageKind, address: string, { driver, pace, forecast, onClose }: Surroundings<Mark>) {
    this.kind = kind;
    this.address = address;
    this.source = driver.name;
    this.folded = foldAddress(kind, address);
    this.#attempts = new RequestStats(driver.name, address);
    this.#driver = driver;
    this.#pace = pace;
    this.#timetable = new PollSchedule(pace, forecast);
    this.#onClose = onClose;
    this.#box = { kind, address, folded: this.folded, signal: this.#abort.signal };
  }

  /** Takes the moment from which on messages count. */
  async begin(): Promise<void> {
    await this.#ridingOut(async () => {
      this.#mark = await this.#driver.mark(this.#box);
    });
    this.#began = Date.now();
  }

  async more(seen: number, signal: AbortSignal): Promise<void> {
    const leave = this.#timetable.enter();
    try {
      for (;;) {
        signal.throwIfAborted();
        if (this.#failure) throw this.#failure;
        if (this.arrivals.length > seen) return;
        if (this.#rung || this.#timetable.left() === 0) await unlessAborted(this.#look(), signal);
        else await this.#changed(signal);
      }
    } finally {
      leave();
    }
  }

  async poll(): Promise<void> {
    if (this.#failure) throw this.#failure;
    const { faults } = this.#attempts;
    await this.#looking; // it may have begun before what is asked for came
    await this.#ridingOut(async () => {
      await this.#look();
      const { faults: now, faultsInARow, lastFault } = this.#attempts;
      if (now > faults && faultsInARow > 0) throw new Error(lastFault);
    });
    if (this.#failure) throw this.#failure;
  }

  async settled(quiet: number): Promise<void> {
    await this.#after(Math.max(quiet, this.#driver.lag ?? LAG));
    await this.poll();
  }

  async sightings(): Promise<SourceSightings> {
    const box = { ...this.#box, signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(TOLD_WITHIN)]) };
    const [notes = [], others] = await Promise.all([this.#driver.notes?.(box), this.#others(box)]);
    const clockOffset = this.#driver.clockOffset?.();
    return {
      asked: this.#attempts.asked,
      ...(clockOffset === undefined ? {} : { clockOffset }),
      others: { count: others.length, newest: others.slice(0, NAMED_OTHERS).toReversed() },
      notes,
    };
  }

  /** It is news, and no more: who cannot be asked for it tells nothing. */
  async #others(box: SourceMailbox): Promise<OtherMessage[]> {
    const since = this.#began + (this.#driver.clockOffset?.() ?? 0) - SAME_TIME;
    const all = (await this.#driver.others?.(since, box).catch(() => undefined)) ?? [];
    const isOther = ({ to, receivedAt }: SourceSighting): boolean =>
      Number(receivedAt) >= since && !to.some((address) => foldAddress(this.kind, address) === this.folded);
    return all.filter(isOther).map(({ from, to: [to = ''], subject, receivedAt }) => {
      return { kind: this.kind, from, to, subject: subject ?? '', receivedAt: Number(receivedAt) };
    });
  }

  outage(): TwoFactorError | undefined {
    return this.#attempts.outage();
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
    this.#attempts.waiting();
    const startedAt = Date.now();
    try {
      await this.#pace.respected(this.#abort.signal);
      this.#attempts.asks();
      let first: SourceMessage | undefined;
      for (const incoming of await this.#driver.since(this.#mark as Mark, this.#box))
        if (await this.#take(incoming)) first ??= incoming;
      this.#attempts.succeeded();
      if (first) this.#timetable.found(startedAt, this.#cameAt(first));
      else this.#timetable.foundNothing(startedAt);
    } catch (error) {
      this.#noteFault(error);
    }
  }

  /** When a message came, by this machine's clock. */
  #cameAt({ receivedAt }: SourceMessage): number | undefined {
    const offset = this.#driver.clockOffset?.();
    return offset === undefined ? undefined : Number(receivedAt) - offset;
  }

  #noteFault(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    if (isFinal(error)) return this.fail(error);
    this.#attempts.failed(error);
    this.#timetable.failed(error, this.#attempts.faultsInARow);
  }

  /** @returns whether it is one more */
  async #take(incoming: SourceMessage): Promise<boolean> {
    const { id, from, to, receivedAt } = incoming;
    if (this.#seen.has(id)) return false;
    const content = await incoming.read();
    if (this.#seen.has(id) || this.#abort.signal.aborted) return false;
    this.#seen.add(id);
    if (content === undefined) return false; // deleted in the meantime
    const size = typeof content === 'string' || Buffer.isBuffer(content) ? Buffer.byteLength(content) : 0;
    const seq = this.#seen.size;
    const envelope: Envelope = { kind: this.kind, id, seq, from, to, receivedAt: Number(receivedAt), size };
    this.arrivals.push({ envelope, message: memoize(() => decode(envelope, content)) });
    this.#wake();
    return true;
  }

  async #ridingOut(work: () => Promise<void>): Promise<void> {
    const failed = (error: unknown, attempts: number): TwoFactorError =>
      unreachable(this.source, this.address, error, attempts);
    await retryTransient(work, { pace: this.#pace, signal: this.#abort.signal, unreachable: failed });
  }

  async #changed(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, this.#timetable.left());
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

async function decode(envelope: Envelope, content: SourceContent): Promise<Message> {
  const { decodeMessage, messageOf } = await import('../../message/decode.ts');
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
