const MINUTES_OF_DAY = 24 * 60;

/** Hours of each day, by the local time of this machine. It may pass midnight. */
export class TimeWindow {
  readonly #from: number;
  readonly #to: number;

  /** @param from minutes since midnight; @param to minutes since midnight, not part of the window */
  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  /** Parses a text such as `09:00-17:00` or `22:00-06:00`. Returns `undefined` for any other text. */
  static parse(text: string): TimeWindow | undefined {
    const [, ...numbers] = /^(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$/.exec(text) ?? [];
    const [fromHour = 24, fromMinute = 0, toHour = 24, toMinute = 0] = numbers.map(Number);
    const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
    if (fromMinute > 59 || toMinute > 59 || from >= MINUTES_OF_DAY || to > MINUTES_OF_DAY) return undefined;
    return from === to % MINUTES_OF_DAY ? undefined : new TimeWindow(from, to % MINUTES_OF_DAY);
  }

  /** @param at milliseconds since the epoch */
  contains(at: number): boolean {
    const date = new Date(at);
    const minute = date.getHours() * 60 + date.getMinutes();
    if (this.#from < this.#to || this.#to === 0) return minute >= this.#from && (this.#to === 0 || minute < this.#to);
    return minute >= this.#from || minute < this.#to;
  }

  /** Returns the first moment of the window from a time on: that time itself, if the window contains it. */
  nextStart(at: number): number {
    if (this.contains(at)) return at;
    const today = momentOf(at, 0, this.#from);
    return today >= at ? today : momentOf(at, 1, this.#from);
  }

  /** Returns the last moment of the window up to a time: that time itself, if the window contains it. */
  latestBefore(at: number): number {
    if (this.contains(at)) return at;
    const today = momentOf(at, 0, this.#to) - 1;
    return today <= at ? today : momentOf(at, -1, this.#to) - 1;
  }
}

/** Returns a minute of the day of a time, or of a day that many days later, in milliseconds since the epoch. */
function momentOf(at: number, days: number, minute: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, 0, minute).getTime();
}
