import { expect, test } from '@playwright/test';
import { TimeWindow } from '../../src/keep/time-window.ts';

/** A time of a day in June by the local clock, in milliseconds since the epoch. */
function at(hour: number, minute = 0, day = 15): number {
  return new Date(2026, 5, day, hour, minute).getTime();
}

test('a window of a day contains its first minute, and not its last', () => {
  const window = TimeWindow.parse('09:00-17:00')!;
  expect([8.99, 9, 12, 16.99, 17, 23].map((hour) => window.contains(at(0) + hour * 3_600_000))).toEqual([
    ...[false, true, true, true, false, false],
  ]);
});

test('a window that passes midnight contains the night', () => {
  const window = TimeWindow.parse('22:00-06:00')!;
  expect([21, 22, 0, 5, 6, 12].map((hour) => window.contains(at(hour)))).toEqual([
    ...[false, true, true, true, false, false],
  ]);
});

for (const [text, now, next, latest] of [
  ['09:00-17:00', at(8), at(9), at(17, 0, 14) - 1],
  ['09:00-17:00', at(10), at(10), at(10)],
  ['09:00-17:00', at(17), at(9, 0, 16), at(17) - 1],
  ['22:00-06:00', at(12), at(22), at(6) - 1],
  ['22:00-06:00', at(3), at(3), at(3)],
  ['18:00-24:00', at(1), at(18), at(0) - 1],
  ['18:00-24:00', at(23, 59), at(23, 59), at(23, 59)],
] as const) {
  test(`the next and the latest moment of ${text}, seen at ${new Date(now).getHours()} h`, () => {
    const window = TimeWindow.parse(text)!;
    expect([window.nextStart(now), window.latestBefore(now)]).toEqual([next, latest]);
  });
}

test('a window may begin in the hour that the change to summer time skips', () => {
  const window = TimeWindow.parse('02:30-05:00')!;
  const start = window.nextStart(new Date(2026, 2, 28, 12).getTime());
  expect(start).toBeLessThanOrEqual(new Date(2026, 2, 29, 5).getTime());
  expect(window.contains(start)).toBe(true);
});

for (const text of ['', '9-17', '09:00', '09:00-09:00', '00:00-24:00', '25:00-26:00', '09:60-17:00', '24:00-09:00'])
  test(`"${text}" is not a window`, () => expect(TimeWindow.parse(text)).toBeUndefined());
