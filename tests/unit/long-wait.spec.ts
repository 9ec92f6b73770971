import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { type Logger, loggerProblems } from '../../src/core/logger.ts';
import { LongWait, longWaitsTo, reportLongWait } from '../../src/core/long-wait.ts';
import { plainRuntime } from '../../src/core/runtime.ts';

/** A logger that keeps its lines. */
function keepingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const level = (name: string) => (text: string) => void lines.push(`${name} ${text}`);
  return { lines, debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
}

test('a long wait is reported once when it has become long, and its duration at the end', async () => {
  const logger = keepingLogger();
  let begun = 0;
  const work = async (): Promise<string> => {
    await expect.poll(() => logger.lines.length).toBe(1);
    begun = logger.lines.length;
    return 'done';
  };
  const waits = { longWait: longWaitsTo(logger) };
  expect(await reportLongWait(waits, () => 'a code to alice@persona.test', work, 20)).toBe('done');
  expect(begun).toBe(1);
  expect(logger.lines).toEqual([
    'warn playwright-2fa: still waiting after 3 s: a code to alice@persona.test',
    expect.stringMatching(/^info playwright-2fa: waited \d+\.\d s: a code to alice@persona\.test$/),
  ]);
});

test('a long wait that fails is reported, too', async () => {
  const logger = keepingLogger();
  const work = async (): Promise<never> => {
    await expect.poll(() => logger.lines.length).toBe(1);
    throw new Error('gone');
  };
  await expect(reportLongWait({ longWait: longWaitsTo(logger) }, () => 'x', work, 20)).rejects.toThrow('gone');
  expect(logger.lines).toHaveLength(2);
});

test('a short wait is not reported, also not after its end', async () => {
  let reports = 0;
  let described = 0;
  const waits = { longWait: () => () => void reports++ };
  await reportLongWait(
    waits,
    () => `${described++}`,
    () => Promise.resolve(),
    20,
  );
  const wait = new LongWait(waits, () => `${described++}`, 20);
  wait.end();
  // Timers of one duration fire in the order in which they were started.
  await sleep(20);
  expect([reports, described]).toEqual([0, 0]);
});

test('a wait that is reported to nobody does its work', async () => {
  expect(
    await reportLongWait(
      {},
      () => 'x',
      () => Promise.resolve(7),
      0,
    ),
  ).toBe(7);
});

test('the timer of a wait keeps no process alive', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const wait = new LongWait({ longWait: () => () => undefined }, () => 'x');
  wait.begin();
  expect(timers()).toBe(before); // a timer that is unref'ed is not listed
  wait.end();
});

test('a job logs its steps as debug lines', async () => {
  const logger = keepingLogger();
  await plainRuntime(1000, logger).step('Sign in as alice', () => Promise.resolve());
  expect(logger.lines).toEqual(['debug playwright-2fa: Sign in as alice']);
});

test('a logger without a level is reported by the names of the levels', () => {
  expect(loggerProblems(console)).toEqual([]);
  expect(loggerProblems({ info: () => undefined })).toEqual([expect.stringContaining('lacks debug, warn, error')]);
  expect(loggerProblems(null)).toHaveLength(1);
});
