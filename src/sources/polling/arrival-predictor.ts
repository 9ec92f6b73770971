/** So many messages tell how long the next one takes. */
const REMEMBERED = 32;
/** Fewer than so many tell nothing. */
const FEWEST = 3;
/** A message came at some moment between two looks; it counts as so many messages, spread over that time. */
const PARTS = 4;
/** Looks are made for these first, as some come much later than the others. */
const BULK = 0.9;
/** Looks that earlier waits did without and one wait may make more. */
const MOST_SPARED = 4;
/** Two looks are never closer than this, and never farther apart, in milliseconds: what was may not be what comes. */
const CLOSEST = 100;
const FARTHEST = 4000;

/** When a message came, in milliseconds from the beginning of its wait. */
interface Came {
  readonly after: number;
  readonly by: number;
  /** Whether it may have been there when the wait began. */
  readonly mayHaveBeenThere: boolean;
}

/**
 * When to look for messages at a source that has to be asked: when one is due, by how long those before it took, rather
 * than at even distances. All waits together look no more often than the source's own schedule would have.
 */
export class ArrivalPredictor {
  readonly #delay: (looks: number) => number;
  readonly #came: Came[] = [];
  #spared = 0;

  /** @param delay the schedule: milliseconds from one look to the next, after so many looks in vain */
  constructor(delay: (looks: number) => number) {
    this.#delay = delay;
  }

  /** @param now the beginning of a wait, in milliseconds since the epoch */
  begin(now: number): Outlook {
    const extra = Math.max(0, Math.floor(this.#spared));
    this.#spared -= extra;
    const isKnown = this.#came.length >= FEWEST;
    return new Outlook(now, {
      ...{ delay: this.#delay, extra },
      due: isKnown ? this.#came.flatMap(spread).toSorted((one, other) => one - other) : [],
      looksAtOnce: !isKnown || this.#came.some(({ mayHaveBeenThere }) => mayHaveBeenThere),
      remember: (came) => {
        this.#came.push(came);
        if (this.#came.length > REMEMBERED) this.#came.shift();
      },
      giveBack: (looks) => (this.#spared = Math.min(MOST_SPARED, this.#spared + extra + looks)),
    });
  }
}

interface OutlookOptions {
  readonly delay: (looks: number) => number;
  /** How many looks it may be ahead of the schedule. */
  readonly extra: number;
  /** When messages may come, each as likely as the others, in milliseconds from the beginning; sorted. */
  readonly due: readonly number[];
  readonly looksAtOnce: boolean;
  readonly remember: (came: Came) => void;
  /** Told at the end how many looks fewer there were than by the schedule. */
  readonly giveBack: (looks: number) => void;
}

/** The looks of one wait. All times are in milliseconds since the epoch. */
export class Outlook {
  readonly #start: number;
  readonly #options: OutlookOptions;
  /** When the schedule has its looks, in milliseconds from the beginning, as far as it was asked for. */
  readonly #schedule = [0];
  #looks = 0;
  #inVain = 0;
  #hasEnded = false;

  constructor(start: number, options: OutlookOptions) {
    this.#start = start;
    this.#options = options;
  }

  /** When to look next. */
  next(): number {
    return this.#start + this.#next();
  }

  /** A look that began then found nothing. */
  lookedInVain(at: number): void {
    this.#looks++;
    this.#inVain = at - this.#start;
  }

  /**
   * A look that began then found a message.
   *
   * @param receivedAt when the source says it came, by this machine's clock, where that is known
   */
  found(at: number, receivedAt: number | undefined): void {
    if (this.#hasEnded) return;
    const isFirst = this.#looks++ === 0;
    const mayHaveBeenThere = isFirst && !(receivedAt !== undefined && receivedAt > this.#start);
    this.#options.remember({ after: this.#inVain, by: at - this.#start, mayHaveBeenThere });
    this.#end(isFirst ? 1 : this.#scheduledBy(this.#inVain) + 1);
  }

  /** The wait is over. */
  end(at: number): void {
    if (!this.#hasEnded) this.#end(this.#looks && this.#scheduledBy(at - this.#start));
  }

  #next(): number {
    const { due, looksAtOnce, extra, delay } = this.#options;
    const looks = this.#looks;
    if (looks === 0 && looksAtOnce) return 0;
    const allowed = (look: number): number => this.#scheduled(Math.max(0, look - extra));
    const ahead = due.filter((time) => time > this.#inVain);
    const bulk = ahead.slice(0, Math.ceil(ahead.length * BULK));
    const last = bulk.at(-1);
    if (last === undefined) return Math.max(this.#inVain + delay(Math.max(1, looks)), allowed(looks));
    // As many looks as there can be until then share what may come among them.
    let left = 1;
    while (allowed(looks + left) <= last) left++;
    const wanted = bulk[Math.ceil(bulk.length / left) - 1] ?? last;
    const closest = looks === 0 ? 0 : this.#inVain + CLOSEST;
    return Math.max(closest, allowed(looks), Math.min(wanted, this.#inVain + FARTHEST));
  }

  #end(scheduled: number): void {
    this.#hasEnded = true;
    this.#options.giveBack(scheduled - this.#looks);
  }

  /** When the schedule has this look; the first is number 0. */
  #scheduled(look: number): number {
    for (let known; (known = this.#schedule.length) <= look;)
      this.#schedule.push(this.#schedule[known - 1]! + this.#options.delay(known));
    return this.#schedule[look]!;
  }

  /** How many looks the schedule has made after so many milliseconds. */
  #scheduledBy(time: number): number {
    let looks = 1;
    while (this.#scheduled(looks) <= time) looks++;
    return looks;
  }
}

function spread({ after, by }: Came): number[] {
  return Array.from({ length: PARTS }, (_, part) => after + ((by - after) * (part + 1)) / PARTS);
}
