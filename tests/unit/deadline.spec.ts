import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { Deadline } from '../../src/core/deadline.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';

test('work that is not counted pauses the deadline', async () => {
  const deadline = new Deadline(new FakeRuntime(), 1000, undefined);
  await deadline.notCounting(() => sleep(1100));
  expect(deadline.isOver()).toBe(false);
  expect(deadline.left()).toBeGreaterThan(0);
  expect(deadline.left()).toBeLessThanOrEqual(1000);
  await expect.poll(() => deadline.isOver()).toBe(true);
});

test('a pause never extends the deadline beyond the end of the test', async () => {
  let now = 0;
  const deadline = new Deadline(new FakeRuntime({ now: () => now, deadline: 60_000 }), 50_000, undefined);
  await deadline.notCounting(async () => void (now = 30_000));
  expect(deadline.left()).toBe(29_000);
  deadline.end();
});
