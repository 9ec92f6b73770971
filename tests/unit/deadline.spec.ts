import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { Deadline } from '../../src/core/deadline.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';

test('what others hold up takes nothing of the time, and the rest of it runs on', async () => {
  const patience = new Deadline(new FakeRuntime(), 1000, undefined);
  await patience.notCounting(() => sleep(1100));
  expect(patience.isOver()).toBe(false);
  expect(patience.left()).toBeGreaterThan(0);
  expect(patience.left()).toBeLessThanOrEqual(1000);
  await expect.poll(() => patience.isOver()).toBe(true);
});

test('no time that was left out makes it longer than the test', async () => {
  let now = 0;
  const patience = new Deadline(new FakeRuntime({ now: () => now, deadline: 60_000 }), 50_000, undefined);
  await patience.notCounting(async () => void (now = 30_000));
  expect(patience.left()).toBe(29_000);
  patience.end();
});
