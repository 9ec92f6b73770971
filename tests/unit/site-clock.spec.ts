import { expect, test } from '@playwright/test';
import { SiteClock } from '../../src/otp/site-clock.ts';
import fc from '../support/property.ts';

const NOW = Date.UTC(2026, 0, 1);

/** The `Date` header of a server whose clock is ahead by `skew`: HTTP truncates it to a second. */
function dateAt(time: number, skew: number): number {
  return Math.floor((time + skew) / 1000) * 1000;
}

test('the true difference lies within the error, for any travel times', () => {
  const answer = fc.record({
    at: fc.integer({ min: 0, max: 60_000 }),
    there: fc.integer({ min: 0, max: 3000 }),
    back: fc.integer({ min: 0, max: 3000 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: -200_000, max: 200_000 }), fc.array(answer, { minLength: 1 }), (skew, answers) => {
      const clock = new SiteClock();
      for (const { at, there, back } of answers)
        clock.note(dateAt(NOW + at + there, skew), NOW + at, NOW + at + there + back);
      const { ms, error } = clock.skew!;
      expect(Math.abs(ms - skew)).toBeLessThanOrEqual(error + 1);
    }),
  );
});

test('a cached response changes nothing', () => {
  const clock = new SiteClock();
  clock.note(dateAt(NOW + 20, 90_000), NOW, NOW + 40);
  const before = clock.skew;
  clock.note(dateAt(NOW - 600_000, 90_000), NOW + 1000, NOW + 1010);
  expect(clock.skew).toEqual(before);
  expect(clock.correction).toBeGreaterThan(89_000);
});

test('the corrected clock is never ahead of the clock of the site', () => {
  for (let offset = 60_000; offset < 61_000; offset += 37) {
    for (const sign of [1, -1]) {
      const clock = new SiteClock();
      for (const sentAt of [NOW, NOW + 1234, NOW + 5678]) {
        clock.note(dateAt(sentAt + 20, sign * offset), sentAt, sentAt + 40);
        const behind = sign * offset - (clock.correction ?? NaN);
        expect(behind).toBeGreaterThanOrEqual(0);
        expect(behind).toBeLessThan(1100);
      }
    }
  }
});

test('clocks that may be equal need no correction, and without a response nothing is known', () => {
  const clock = new SiteClock();
  expect(clock.correction).toBeUndefined();
  clock.note(dateAt(NOW + 20, 0), NOW, NOW + 40);
  expect(clock.correction).toBe(0);
});
