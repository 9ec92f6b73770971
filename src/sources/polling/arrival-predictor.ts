/** Number of past messages that are remembered. */
const MAX_ARRIVALS = 32;
/** Minimum number of past messages for a prediction. */
const MIN_ARRIVALS = 3;
/** A message came at an unknown moment between two polls. It counts as this many messages, spread over that time. */
const SPREAD = 4;
/** Share of the past messages that polls aim at. The slowest are left out. */
const BULK = 0.9;
/** Maximum number of polls that earlier waits saved and one wait may use in addition. */
const MAX_SAVED_POLLS = 4;
/** Minimum and maximum distance of two polls, in milliseconds. The maximum covers messages unlike the past ones. */
const MIN_DISTANCE = 100;
const MAX_DISTANCE = 4000;

/** The time of a past message, in milliseconds from the start of its wait. */
interface Arrival {
  readonly after: number;
  readonly by: number;
  /** True if the message may have been there when the wait began. */
  readonly mayPrecedeWait: boolean;
}

/**
 * Predicts the arrival of messages at a polled source from the arrival times of past ones, and places the polls there
 * instead of at even distances. All waits together poll no more often than the source's own schedule.
 */
export class ArrivalPredictor {
  readonly #delay: (polls: number) => number;
  readonly #arrivals: Arrival[] = [];
  #savedPolls = 0;

  /** @param delay the schedule: milliseconds to the next poll after a number of polls without a message */
  constructor(delay: (polls: number) => number) {
    this.#delay = delay;
  }

  /** Plans the polls of one wait. @param now the start of the wait, in milliseconds since the epoch */
  begin(now: number): PollPlan {
    const extraPolls = Math.max(0, Math.floor(this.#savedPolls));
    this.#savedPolls -= extraPolls;
    const canPredict = this.#arrivals.length >= MIN_ARRIVALS;
    return new PollPlan(now, {
      ...{ delay: this.#delay, extraPolls },
      expected: canPredict ? this.#arrivals.flatMap(spread).toSorted((one, other) => one - other) : [],
      pollsAtOnce: !canPredict || this.#arrivals.some(({ mayPrecedeWait }) => mayPrecedeWait),
      remember: (arrival) => {
        this.#arrivals.push(arrival);
        if (this.#arrivals.length > MAX_ARRIVALS) this.#arrivals.shift();
      },
      savePolls: (polls) => (this.#savedPolls = Math.min(MAX_SAVED_POLLS, this.#savedPolls + extraPolls + polls)),
    });
  }
}

interface PollPlanOptions {
  readonly delay: (polls: number) => number;
  /** Number of polls that the plan may be ahead of the schedule. */
  readonly extraPolls: number;
  /** Equally likely arrival times, in milliseconds from the start of the wait, sorted. */
  readonly expected: readonly number[];
  readonly pollsAtOnce: boolean;
  readonly remember: (arrival: Arrival) => void;
  /** Receives, at the end, the number of polls by which the plan stayed below the schedule. */
  readonly savePolls: (polls: number) => void;
}

/** The polls of one wait. All times are in milliseconds since the epoch. */
export class PollPlan {
  readonly #start: number;
  readonly #options: PollPlanOptions;
  /** Times of the polls by the schedule, in milliseconds from the start. It grows on demand. */
  readonly #schedule = [0];
  #polls = 0;
  /** Time of the last poll without a message, in milliseconds from the start. */
  #lastEmpty = 0;
  #hasEnded = false;

  constructor(start: number, options: PollPlanOptions) {
    this.#start = start;
    this.#options = options;
  }

  /** Time of the next poll. */
  next(): number {
    return this.#start + this.#next();
  }

  /** A poll that began at `at` found nothing. */
  foundNothing(at: number): void {
    this.#polls++;
    this.#lastEmpty = at - this.#start;
  }

  /**
   * A poll that began at `at` found a message.
   *
   * @param receivedAt time at which the source received it, by this machine's clock, if known
   */
  found(at: number, receivedAt: number | undefined): void {
    if (this.#hasEnded) return;
    const isFirst = this.#polls++ === 0;
    const mayPrecedeWait = isFirst && !(receivedAt !== undefined && receivedAt > this.#start);
    this.#options.remember({ after: this.#lastEmpty, by: at - this.#start, mayPrecedeWait });
    this.#end(isFirst ? 1 : this.#scheduledBy(this.#lastEmpty) + 1);
  }

  /** The wait is over. */
  end(at: number): void {
    if (!this.#hasEnded) this.#end(this.#polls && this.#scheduledBy(at - this.#start));
  }

  #next(): number {
    const { expected, pollsAtOnce, extraPolls, delay } = this.#options;
    const polls = this.#polls;
    if (polls === 0 && pollsAtOnce) return 0;
    const allowed = (poll: number): number => this.#scheduled(Math.max(0, poll - extraPolls));
    const ahead = expected.filter((time) => time > this.#lastEmpty);
    const bulk = ahead.slice(0, Math.ceil(ahead.length * BULK));
    const last = bulk.at(-1);
    if (last === undefined) return Math.max(this.#lastEmpty + delay(Math.max(1, polls)), allowed(polls));
    // The polls that are allowed until the last expected time share the expected times among them.
    let left = 1;
    while (allowed(polls + left) <= last) left++;
    const wanted = bulk[Math.ceil(bulk.length / left) - 1] ?? last;
    const earliest = polls === 0 ? 0 : this.#lastEmpty + MIN_DISTANCE;
    return Math.max(earliest, allowed(polls), Math.min(wanted, this.#lastEmpty + MAX_DISTANCE));
  }

  #end(scheduledPolls: number): void {
    this.#hasEnded = true;
    this.#options.savePolls(scheduledPolls - this.#polls);
  }

  /** Time of a poll by the schedule. The first poll is number 0. */
  #scheduled(poll: number): number {
    for (let known; (known = this.#schedule.length) <= poll;)
      this.#schedule.push(this.#schedule[known - 1]! + this.#options.delay(known));
    return this.#schedule[poll]!;
  }

  /** Number of polls that the schedule makes in `time` milliseconds. */
  #scheduledBy(time: number): number {
    let polls = 1;
    while (this.#scheduled(polls) <= time) polls++;
    return polls;
  }
}

function spread({ after, by }: Arrival): number[] {
  return Array.from({ length: SPREAD }, (_, part) => after + ((by - after) * (part + 1)) / SPREAD);
}
