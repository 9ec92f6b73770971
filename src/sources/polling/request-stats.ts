import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import type { RequestCounts } from '../source.ts';

/** An answer that takes longer than this is told as an outage, in milliseconds. */
const SLOW = 1000;

interface Fault {
  readonly text: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** How asking a source for the messages to one address went. */
export class RequestStats {
  readonly #source: string;
  readonly #address: string;
  #times = 0;
  #faults = 0;
  #inARow = 0;
  #first = 0;
  #last: Fault | undefined;
  /** Since when there is no answer, in milliseconds since the epoch. */
  #askedAt: number | undefined;

  constructor(source: string, address: string) {
    this.#source = source;
    this.#address = address;
  }

  get faults(): number {
    return this.#faults;
  }

  /** How many failed since the last that did not. */
  get faultsInARow(): number {
    return this.#inARow;
  }

  get lastFault(): string | undefined {
    return this.#last?.text;
  }

  /** For error texts. */
  get asked(): RequestCounts {
    const lastFault = this.#last && `${this.#last.text} at ${timeOf(this.#last.at)}`;
    return { times: this.#times, faults: this.#faults, ...(lastFault === undefined ? {} : { lastFault }) };
  }

  waiting(): void {
    this.#askedAt = Date.now();
  }

  asks(): void {
    this.#times++;
  }

  succeeded(): void {
    this.#askedAt = undefined;
    this.#inARow = 0;
  }

  failed(error: unknown): void {
    this.#askedAt = undefined;
    this.#faults++;
    this.#last = { text: reasonOf(error), at: Date.now() };
    if (this.#inARow++ === 0) this.#first = this.#last.at;
  }

  /** The error of who cannot know whether something came, as the source does not answer now. */
  outage(): TwoFactorError | undefined {
    const waited = this.#askedAt === undefined ? 0 : Date.now() - this.#askedAt;
    const fault = this.#inARow > 0 ? this.#last : undefined;
    if (!fault && waited <= SLOW) return undefined;
    const seen = fault
      ? `${fault.text}; ${this.#inARow} attempts in a row failed, from ${timeOf(this.#first)} to ${timeOf(fault.at)}`
      : `no answer since ${(waited / 1000).toFixed(1)} s`;
    const text = `${this.#source} could not be asked for messages to ${this.#address}: ${seen}. Whether one came is not known. See whether it is running and what its status page or its log says.`;
    return new TwoFactorError('SOURCE_UNREACHABLE', text, {
      details: { attempts: this.#times, faults: this.#faults, inARow: this.#inARow, last: fault },
    });
  }
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
