const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A time span in its largest unit: `3 d`, `12 min`. */
export function span(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? ['s', 1000];
  return `${Math.floor(ms / size)} ${unit}`;
}

/** A point in time relative to now: `in 3 d`, `12 min ago`. */
export function relativeTime(now: number, at: number | undefined, unknown: string): string {
  if (at === undefined) return unknown;
  return at >= now ? `in ${span(at - now)}` : `${span(now - at)} ago`;
}
