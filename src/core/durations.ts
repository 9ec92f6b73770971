/** Milliseconds in a minute. */
export const MINUTE = 60_000;
/** Milliseconds in an hour. */
export const HOUR: number = 60 * MINUTE;
/** Milliseconds in a day. */
export const DAY: number = 24 * HOUR;
