import { expect, test } from '@playwright/test';
import { ArrivalPredictor } from '../../src/sources/polling/arrival-predictor.ts';
import fc from '../support/property.ts';

/** Delays between polls that a real service asks for, in milliseconds. */
const DELAYS = [500, 1000, 1000, 2000];
const delay = (polls: number): number => DELAYS[Math.min(polls, DELAYS.length) - 1]!;

/** Returns the poll times of a wait, in milliseconds from its start, for a message that comes at `at`. */
function pollsFor(predictor: ArrivalPredictor, at: number, isTimeKnown = true): number[] {
  const start = 1_000_000;
  const plan = predictor.begin(start);
  const polls: number[] = [];
  for (;;) {
    const now = plan.next();
    polls.push(now - start);
    if (now - start >= at) {
      plan.found(now, isTimeKnown ? start + at : undefined);
      plan.end(now);
      return polls;
    }
    plan.foundNothing(now);
  }
}

function bySchedule(at: number): number[] {
  const polls = [0];
  while (polls.at(-1)! < at) polls.push(polls.at(-1)! + delay(polls.length));
  return polls;
}

test('without past messages it polls by the schedule', () => {
  const predictor = new ArrivalPredictor(delay);
  for (const at of [0, 5200, 700]) expect(pollsFor(predictor, at)).toEqual(bySchedule(at));
});

test('it polls when a message is due, and not before', () => {
  const predictor = new ArrivalPredictor(delay);
  for (let message = 0; message < 40; message++) pollsFor(predictor, 3000 + (message % 5) * 20);
  const polls = pollsFor(predictor, 3040);
  expect(polls[0]).toBeGreaterThan(2500);
  expect(polls.at(-1)! - 3040).toBeLessThan(150);
});

test('for a message that is much later than the others it polls by the schedule', () => {
  const predictor = new ArrivalPredictor(delay);
  for (let message = 0; message < 40; message++) pollsFor(predictor, 3000);
  const polls = pollsFor(predictor, 60_000);
  const official = bySchedule(60_000);
  expect(polls.length).toBeLessThanOrEqual(official.length + 4);
  expect(polls.at(-1)! - 60_000).toBeLessThanOrEqual(2000);
});

test('it polls at once if messages come before the wait', () => {
  const predictor = new ArrivalPredictor(delay);
  for (let message = 0; message < 10; message++) pollsFor(predictor, 3000);
  expect(pollsFor(predictor, -500)[0]).toBeGreaterThan(0);
  expect(pollsFor(predictor, 3000)[0]).toBe(0);
  for (let message = 0; message < 40; message++) pollsFor(predictor, 3000);
  expect(pollsFor(predictor, 3000)[0]).toBeGreaterThan(0);
});

test('if arrival times are unknown, about every other wait polls at once', () => {
  const predictor = new ArrivalPredictor(delay);
  const firsts = Array.from({ length: 80 }, () => pollsFor(predictor, 3000, false)[0]);
  expect(firsts.filter((first) => first === 0).length).toBeGreaterThan(40);
});

test('for any arrival times, all waits together poll no more often than the schedule, and find messages within seconds', () => {
  const arrivals = fc.array(fc.integer({ min: -1000, max: 30_000 }), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(arrivals, fc.boolean(), (times, isTimeKnown) => {
      const predictor = new ArrivalPredictor(delay);
      let [own, official] = [0, 0];
      for (const at of times) {
        const polls = pollsFor(predictor, at, isTimeKnown);
        own += polls.length;
        official += bySchedule(at).length;
        expect(own).toBeLessThanOrEqual(official);
        expect(polls.at(-1)! - Math.max(0, at)).toBeLessThanOrEqual(4000);
        expect(polls).toEqual(polls.toSorted((one, other) => one - other));
      }
    }),
  );
});

test('neither waits that gave up nor two waits at a time allow more polls', () => {
  const predictor = new ArrivalPredictor(delay);
  for (let wait = 0; wait < 100; wait++) predictor.begin(0).end(0);
  for (let message = 0; message < 40; message++) pollsFor(predictor, 3000);
  const both = [predictor.begin(0), predictor.begin(0)];
  let polls = 0;
  for (const plan of both)
    for (let now; (now = plan.next()) <= 20_000; polls++) {
      plan.foundNothing(now);
    }
  expect(polls).toBeLessThanOrEqual(2 * bySchedule(20_000).length + 4);
});
