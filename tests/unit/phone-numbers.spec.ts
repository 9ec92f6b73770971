import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import { PhoneNumbers } from '../../src/sink/phone-numbers.ts';

function take(count: number, start?: number): string[] {
  const numbers = new PhoneNumbers(start);
  return Array.from({ length: count }, () => numbers.take());
}

test.describe('the first 10,000 numbers', () => {
  const taken = take(10_000);

  test('are all different', () => {
    expect(new Set(taken).size).toBe(10_000);
  });

  test('are E.164 and unassigned: exchange 555, without directory assistance', () => {
    expect(taken.filter((number) => !/^\+1[2-9]\d\d555[23]\d{3}$/.test(number))).toEqual([]);
  });
});

test('no number repeats before every number was used once', () => {
  const taken = take(500_000, 0);
  expect(new Set(taken).size).toBe(taken.length);
});

test('two sinks start at different numbers', () => {
  expect(new Set(Array.from({ length: 20 }, () => take(1)[0])).size).toBeGreaterThan(15);
});

test('the same start gives the same numbers', () => {
  fc.assert(fc.property(fc.nat(500_000), (start) => expect(take(5, start)).toEqual(take(5, start))));
});
