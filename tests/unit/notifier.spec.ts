import { expect, test } from '@playwright/test';
import { Notifier } from '../../src/core/notifier.ts';

const { signal: never } = new AbortController();

test('a notification wakes all waiters', async () => {
  const notifier = new Notifier();
  const woken = Promise.all([notifier.next(never), notifier.next(never, 60_000)]);
  notifier.notify();
  await woken;
});

test('a wait ends at its timeout', async () => {
  const notifier = new Notifier();
  const started = performance.now();
  await notifier.next(never, 50);
  expect(performance.now() - started).toBeGreaterThan(48);
});

test('an abort ends one wait, with its reason', async () => {
  const notifier = new Notifier();
  const [abort, reason] = [new AbortController(), new Error('the test is over')];
  const [ended, other] = [notifier.next(abort.signal), notifier.next(never)];
  abort.abort(reason);
  await expect(ended).rejects.toBe(reason);
  notifier.notify();
  await other;
});
