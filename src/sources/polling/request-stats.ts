import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import type { RequestCounts } from '../source.ts';

/** A request that takes longer than this counts as an outage, in milliseconds. */
const SLOW_ANSWER = 1000;

interface Fault {
  readonly text: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** Counts the requests and the faults of one watch. */
export class RequestStats {
  readonly #source: string;
  readonly #address: string;
  #requests = 0;
  #faults = 0;
  #consecutiveFaults = 0;
  /** Time of the first of the consecutive faults. */
  #failingSince = 0;
  #lastFault: Fault | undefined;
  /** Start of the poll that has no answer yet, in milliseconds since the epoch. */
  #openSince: number | undefined;

  constructor(source: string, address: string) {
    this.#source = source;
    this.#address = address;
  }

  get faults(): number {
    return this.#faults;
  }

  /** Number of faults since the last success. */
  get consecutiveFaults(): number {
    return this.#consecutiveFaults;
  }

  get lastFault(): string | undefined {
    return this.#lastFault?.text;
  }

  /** The counts for error messages. */
  get counts(): RequestCounts {
    const lastFault = this.#lastFault && `${this.#lastFault.text} at ${timeOf(this.#lastFault.at)}`;
    return { times: this.#requests, faults: this.#faults, ...(lastFault === undefined ? {} : { lastFault }) };
  }

  /** A poll begins. It may first wait for a rate limit. */
  pollBegins(): void {
    this.#openSince = Date.now();
  }

  requestSent(): void {
    this.#requests++;
  }

  succeeded(): void {
    this.#openSince = undefined;
    this.#consecutiveFaults = 0;
  }

  failed(error: unknown): void {
    this.#openSince = undefined;
    this.#faults++;
    this.#lastFault = { text: reasonOf(error), at: Date.now() };
    if (this.#consecutiveFaults++ === 0) this.#failingSince = this.#lastFault.at;
  }

  /** Returns an error if the source does not answer now, so that it is unknown whether a message came. */
  outage(): TwoFactorError | undefined {
    const waited = this.#openSince === undefined ? 0 : Date.now() - this.#openSince;
    const fault = this.#consecutiveFaults > 0 ? this.#lastFault : undefined;
    if (!fault && waited <= SLOW_ANSWER) return undefined;
    const seen = fault
      ? `${fault.text}; ${this.#consecutiveFaults} attempts in a row failed, from ${timeOf(this.#failingSince)} to ${timeOf(fault.at)}`
      : `no answer for ${(waited / 1000).toFixed(1)} s`;
    const text = `${this.#source} could not be asked for messages to ${this.#address}: ${seen}. It is unknown whether a message came. Check that the source is running, and see its status page or log.`;
    return new TwoFactorError('SOURCE_UNREACHABLE', text, {
      details: { attempts: this.#requests, faults: this.#faults, inARow: this.#consecutiveFaults, last: fault },
    });
  }
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
