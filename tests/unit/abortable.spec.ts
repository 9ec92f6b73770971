import { execFileSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { expect, test } from '@playwright/test';
import { race, sleep } from '../../src/core/abortable.ts';

const REASON = new Error('the test is over');

test.describe('sleep', () => {
  test('it ends after the given time', async () => {
    const started = performance.now();
    await sleep(50);
    expect(performance.now() - started).toBeGreaterThan(48);
  });

  test('it ends with the reason of its signal, during the sleep or before it', async () => {
    const abort = new AbortController();
    const slept = sleep(60_000, { signal: abort.signal });
    abort.abort(REASON);
    await expect(slept).rejects.toBe(REASON);
    await expect(sleep(60_000, { signal: abort.signal })).rejects.toBe(REASON);
  });

  test('it can leave the process free to exit', async () => {
    const module = new URL('../../src/core/abortable.ts', import.meta.url).href.replace('/src/', '/build/src/');
    const code = `import { sleep } from '${module.replace('.ts', '.js')}'; void sleep(60_000, { ref: false }); console.log('out');`;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', code]).toString()).toBe('out\n');
  });
});

test.describe('race', () => {
  test('it settles as the work does', async () => {
    const { signal } = new AbortController();
    expect(await race(Promise.resolve('done'), signal)).toBe('done');
    await expect(race(Promise.reject(REASON), signal)).rejects.toBe(REASON);
  });

  test('it ends with the reason of its signal, during the work or before it', async () => {
    const abort = new AbortController();
    const endless = new Promise<never>(() => undefined);
    const raced = race(endless, abort.signal);
    abort.abort(REASON);
    await expect(raced).rejects.toBe(REASON);
    await expect(race(endless, abort.signal)).rejects.toBe(REASON);
    await expect(race(Promise.resolve('done'), abort.signal)).rejects.toBe(REASON);
  });

  test('work that fails after the abort causes no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): number => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      let fail!: (reason: Error) => void;
      const work = new Promise<never>((_, reject) => (fail = reject));
      await expect(race(work, AbortSignal.abort(REASON))).rejects.toBe(REASON);
      fail(new Error('too late'));
      await new Promise((done) => setImmediate(done));
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  test('it leaves no listener behind', async () => {
    const { signal } = new AbortController();
    await race(Promise.resolve(), signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
