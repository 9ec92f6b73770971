import { expect, test } from '@playwright/test';
import { isTimeLimit, timeLimited } from '../../src/core/time-limited.ts';

test('work that ends returns its result, or throws its own error', () => {
  const value = { some: 'object' };
  expect(timeLimited(() => value, 1000)).toBe(value);
  const failing = (): unknown =>
    timeLimited(() => {
      throw new TypeError('own');
    }, 1000);
  expect(failing).toThrow(TypeError);
});

test('work that does not end is ended, and later work runs', () => {
  const startedAt = performance.now();
  let seen: unknown;
  try {
    timeLimited(() => /^(a+)+$/.test(`${'a'.repeat(60)}b`), 30);
  } catch (error) {
    seen = error;
  }
  expect(isTimeLimit(seen)).toBe(true);
  expect(isTimeLimit(new Error('another'))).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(5000);
  expect(timeLimited(() => 4, 1000)).toBe(4);
});
