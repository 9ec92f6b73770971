import { race, sleep } from '../../core/abortable.ts';
import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import { memoize } from '../../core/memoize.ts';
import { Notifier } from '../../core/notifier.ts';
import { type MessageKind, foldAddress } from '../../message/address.ts';
import { newestWithLookAlikes } from '../../message/look-alike.ts';
import type { Envelope, Message, OtherMessage } from '../../message/message.ts';
import type { SourceArrival, SourceSightings, SourceWatch } from '../source.ts';
import type { ArrivalPredictor } from './arrival-predictor.ts';
import type { Backoff } from './backoff.ts';
import type { SourceContent, SourceDriver, SourceMailbox, SourceMessage, SourceSighting } from './driver.ts';
import { PollSchedule } from './poll-schedule.ts';
import { RequestStats } from './request-stats.ts';
import { isFinal, retryTransient } from './retry.ts';

const DEFAULT_LAG = 500;
/** Number of messages to other addresses that a report names. */
const MAX_OTHERS = 5;
/** Time limit for the sightings, in milliseconds. It is below the time that the report of a timeout waits for them. */
const SIGHTINGS_TIMEOUT = 3000;
/** Services give times in whole seconds, and their clocks are known to about one second. In milliseconds. */
const CLOCK_TOLERANCE = 1000;

export interface PollingWatchOptions<Mark> {
  readonly driver: SourceDriver<Mark>;
  readonly backoff: Backoff;
  readonly predictor: ArrivalPredictor;
  readonly onClose: (watch: PollingWatch<Mark>) => void;
}

/** Polls a driver for the messages to one address while somebody waits for them. */
export class PollingWatch<Mark> implements SourceWatch {
  readonly kind: MessageKind;
  readonly address: string;
  readonly source: string;
  readonly folded: string;
  readonly arrivals: SourceArrival[] = [];
  readonly #driver: SourceDriver<Mark>;
  readonly #backoff: Backoff;
  readonly #schedule: PollSchedule;
  readonly #onClose: (watch: PollingWatch<Mark>) => void;
  readonly #closing = new AbortController();
  readonly #box: SourceMailbox;
  readonly #seenIds = new Set<string>();
  readonly #changes = new Notifier();
  readonly #stats: RequestStats;
  #mark: Mark | undefined;
  #startedAt = 0;
  #failure: unknown;
  /** The running poll, which all waiters share. */
  #polling: Promise<void> | undefined;
  /** True if a push notification came since the last poll. */
  #isNotified = false;

  constructor(kind: MessageKind, address: string, options: PollingWatchOptions<Mark>) {
    const { driver, backoff, predictor, onClose } = options;
    this.kind = kind;
    this.address = address;
    this.source = driver.name;
    this.folded = foldAddress(kind, address);
    this.#stats = new RequestStats(driver.name, address);
    this.#driver = driver;
    this.#backoff = backoff;
    this.#schedule = new PollSchedule(backoff, predictor);
    this.#onClose = onClose;
    this.#box = { kind, address, folded: this.folded, signal: this.#closing.signal };
  }

  /** Takes the mark: messages that come later count. */
  async start(): Promise<void> {
    await this.#retry(async () => {
      this.#mark = await this.#driver.mark(this.#box);
    });
    this.#startedAt = Date.now();
  }

  async more(seen: number, signal: AbortSignal): Promise<void> {
    const leave = this.#schedule.enter();
    try {
      for (;;) {
        signal.throwIfAborted();
        if (this.#failure) throw this.#failure;
        if (this.arrivals.length > seen) return;
        if (this.#isNotified || this.#schedule.left() === 0) await race(this.#sharedPoll(), signal);
        else await this.#changes.next(signal, this.#schedule.left());
      }
    } finally {
      leave();
    }
  }

  async poll(): Promise<void> {
    if (this.#failure) throw this.#failure;
    const { faults } = this.#stats;
    await this.#polling; // it may have begun before the message came
    await this.#retry(async () => {
      await this.#sharedPoll();
      const { faults: now, consecutiveFaults, lastFault } = this.#stats;
      if (now > faults && consecutiveFaults > 0) throw new Error(lastFault);
    });
    if (this.#failure) throw this.#failure;
  }

  async settled(quiet: number): Promise<void> {
    await sleep(Math.max(quiet, this.#driver.lag ?? DEFAULT_LAG), { signal: this.#closing.signal });
    await this.poll();
  }

  async sightings(): Promise<SourceSightings> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(SIGHTINGS_TIMEOUT)]);
    const box = { ...this.#box, signal };
    const [notes = [], others] = await Promise.all([this.#driver.notes?.(box), this.#others(box)]);
    const clockOffset = this.#driver.clockOffset?.();
    return {
      asked: this.#stats.counts,
      ...(clockOffset === undefined ? {} : { clockOffset }),
      others: {
        count: others.length,
        newest: newestWithLookAlikes(others.toReversed(), ({ to }) => [to], this.address, MAX_OTHERS),
      },
      notes,
    };
  }

  /** Returns the messages to other addresses. A failed request counts as none: they only add to a report. */
  async #others(box: SourceMailbox): Promise<OtherMessage[]> {
    const since = this.#startedAt + (this.#driver.clockOffset?.() ?? 0) - CLOCK_TOLERANCE;
    const all = (await this.#driver.others?.(since, box).catch(() => undefined)) ?? [];
    const isOther = ({ to, receivedAt }: SourceSighting): boolean =>
      Number(receivedAt) >= since && !to.some((address) => foldAddress(this.kind, address) === this.folded);
    return all.filter(isOther).map(({ from, to: [to = ''], subject, receivedAt }) => {
      return { kind: this.kind, from, to, subject: subject ?? '', receivedAt: Number(receivedAt) };
    });
  }

  outage(): TwoFactorError | undefined {
    return this.#stats.outage();
  }

  /** A message may have come: the next poll is due at once. */
  notify(): void {
    this.#isNotified = true;
    this.#changes.notify();
  }

  fail(error: unknown): void {
    this.#failure ??= error;
    this.#changes.notify();
  }

  close(): void {
    this.#closing.abort();
    this.arrivals.length = 0;
    this.#onClose(this);
  }

  /** Polls once for all waiters. */
  #sharedPoll(): Promise<void> {
    return (this.#polling ??= this.#pollOnce().finally(() => {
      this.#polling = undefined;
      this.#changes.notify();
    }));
  }

  async #pollOnce(): Promise<void> {
    this.#isNotified = false;
    this.#stats.pollBegins();
    const startedAt = Date.now();
    try {
      await this.#backoff.ready(this.#closing.signal);
      this.#stats.requestSent();
      let first: SourceMessage | undefined;
      for (const message of await this.#driver.since(this.#mark as Mark, this.#box))
        if (await this.#add(message)) first ??= message;
      this.#stats.succeeded();
      if (first) this.#schedule.found(startedAt, this.#localTimeOf(first));
      else this.#schedule.foundNothing(startedAt);
    } catch (error) {
      this.#noteFault(error);
    }
  }

  /** Time at which the source received a message, by this machine's clock, if known. */
  #localTimeOf({ receivedAt }: SourceMessage): number | undefined {
    const offset = this.#driver.clockOffset?.();
    return offset === undefined ? undefined : Number(receivedAt) - offset;
  }

  #noteFault(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    if (isFinal(error)) return this.fail(error);
    this.#stats.failed(error);
    this.#schedule.failed(error, this.#stats.consecutiveFaults);
  }

  /** Reads a message and adds it to the arrivals. @returns false if it is known or deleted */
  async #add(message: SourceMessage): Promise<boolean> {
    const { id, from, to, receivedAt } = message;
    if (this.#seenIds.has(id)) return false;
    const content = await message.read();
    if (this.#seenIds.has(id) || this.#closing.signal.aborted) return false;
    this.#seenIds.add(id);
    if (content === undefined) return false;
    const size = typeof content === 'string' || Buffer.isBuffer(content) ? Buffer.byteLength(content) : 0;
    const seq = this.#seenIds.size;
    const envelope: Envelope = { kind: this.kind, id, seq, from, to, receivedAt: Number(receivedAt), size };
    this.arrivals.push({ envelope, message: memoize(() => decode(envelope, content)) });
    this.#changes.notify();
    return true;
  }

  async #retry(work: () => Promise<void>): Promise<void> {
    await retryTransient(work, {
      ...{ backoff: this.#backoff, signal: this.#closing.signal },
      unreachable: (error, attempts) => unreachable(this.source, this.address, error, attempts),
    });
  }
}

async function decode(envelope: Envelope, content: SourceContent): Promise<Message> {
  const { decodeMessage, messageOf } = await import('../../message/decode.ts');
  if (typeof content === 'string') return await decodeMessage(envelope, Buffer.from(content));
  return Buffer.isBuffer(content) ? await decodeMessage(envelope, content) : messageOf(envelope, content);
}

function unreachable(source: string, address: string, cause: unknown, attempts: number): TwoFactorError {
  const text = `${source} could not be asked for messages to ${address}: ${reasonOf(cause)}; ${attempts} attempts failed. Check that the source is running, and that this is its address.`;
  return new TwoFactorError('SOURCE_UNREACHABLE', text, { cause });
}
