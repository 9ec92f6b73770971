import { expect, test } from '@playwright/test';
import { ArrivalPredictor } from '../../src/sources/polling/arrival-predictor.ts';
import fc from '../support/property.ts';

/** As a service has said to its clients, in milliseconds between two looks. */
const DELAYS = [500, 1000, 1000, 2000];
const delay = (looks: number): number => DELAYS[Math.min(looks, DELAYS.length) - 1]!;

/** When a wait looks, in milliseconds from its beginning, for a message that comes at such a time. */
function looksFor(forecast: ArrivalPredictor, at: number, knowsWhen = true): number[] {
  const start = 1_000_000;
  const outlook = forecast.begin(start);
  const looks: number[] = [];
  for (;;) {
    const now = outlook.next();
    looks.push(now - start);
    if (now - start >= at) {
      outlook.found(now, knowsWhen ? start + at : undefined);
      outlook.end(now);
      return looks;
    }
    outlook.lookedInVain(now);
  }
}

function bySchedule(at: number): number[] {
  const looks = [0];
  while (looks.at(-1)! < at) looks.push(looks.at(-1)! + delay(looks.length));
  return looks;
}

test('as long as nothing is known, it looks by the schedule', () => {
  const forecast = new ArrivalPredictor(delay);
  for (const at of [0, 5200, 700]) expect(looksFor(forecast, at)).toEqual(bySchedule(at));
});

test('it looks when a message is due, and not before', () => {
  const forecast = new ArrivalPredictor(delay);
  for (let message = 0; message < 40; message++) looksFor(forecast, 3000 + (message % 5) * 20);
  const looks = looksFor(forecast, 3040);
  expect(looks[0]).toBeGreaterThan(2500);
  expect(looks.at(-1)! - 3040).toBeLessThan(150);
});

test('a message that is much later than the others is looked for by the schedule', () => {
  const forecast = new ArrivalPredictor(delay);
  for (let message = 0; message < 40; message++) looksFor(forecast, 3000);
  const looks = looksFor(forecast, 60_000);
  const official = bySchedule(60_000);
  expect(looks.length).toBeLessThanOrEqual(official.length + 4);
  expect(looks.at(-1)! - 60_000).toBeLessThanOrEqual(2000);
});

test('where messages are there before somebody waits, it looks at once', () => {
  const forecast = new ArrivalPredictor(delay);
  for (let message = 0; message < 10; message++) looksFor(forecast, 3000);
  expect(looksFor(forecast, -500)[0]).toBeGreaterThan(0);
  expect(looksFor(forecast, 3000)[0]).toBe(0);
  for (let message = 0; message < 40; message++) looksFor(forecast, 3000);
  expect(looksFor(forecast, 3000)[0]).toBeGreaterThan(0);
});

test('where nothing tells when a message came, every other wait or so looks at once', () => {
  const forecast = new ArrivalPredictor(delay);
  const firsts = Array.from({ length: 80 }, () => looksFor(forecast, 3000, false)[0]);
  expect(firsts.filter((first) => first === 0).length).toBeGreaterThan(40);
});

test('whatever comes when, all waits together look no more often than by the schedule, and find it within seconds', () => {
  const arrivals = fc.array(fc.integer({ min: -1000, max: 30_000 }), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(arrivals, fc.boolean(), (times, knowsWhen) => {
      const forecast = new ArrivalPredictor(delay);
      let [own, official] = [0, 0];
      for (const at of times) {
        const looks = looksFor(forecast, at, knowsWhen);
        own += looks.length;
        official += bySchedule(at).length;
        expect(own).toBeLessThanOrEqual(official);
        expect(looks.at(-1)! - Math.max(0, at)).toBeLessThanOrEqual(4000);
        expect(looks).toEqual(looks.toSorted((one, other) => one - other));
      }
    }),
  );
});

test('waits that were given up, and two at a time, are no way to look more often', () => {
  const forecast = new ArrivalPredictor(delay);
  for (let wait = 0; wait < 100; wait++) forecast.begin(0).end(0);
  for (let message = 0; message < 40; message++) looksFor(forecast, 3000);
  const both = [forecast.begin(0), forecast.begin(0)];
  let looks = 0;
  for (const outlook of both)
    for (let now; (now = outlook.next()) <= 20_000; looks++) {
      outlook.lookedInVain(now);
    }
  expect(looks).toBeLessThanOrEqual(2 * bySchedule(20_000).length + 4);
});
