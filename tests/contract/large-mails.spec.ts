import { setImmediate } from 'node:timers/promises';
import type { Sink } from '../../src/sink/sink.ts';
import { ALICE, api, expect, test } from '../support/sink-test.ts';

/** Number of tests that wait for the same mail. */
const WAITS = 20;
/** Size of the mail, in characters. */
const SIZE = 400_000;

/** Numbers among the names of codes, which all have to be judged. */
function numbers(): string {
  const lines = Array.from({ length: SIZE / 66 }, (_, index) => {
    return `code ${100_000 + ((index * 7919) % 900_000)} order invoice verification password minutes\r\n`;
  });
  return lines.join('');
}

/** Runs work. Resolves with the longest time that it kept others from their turn, in milliseconds of CPU time. */
async function longestTurn(work: Promise<unknown>): Promise<number> {
  const state = { isOver: false };
  const over = work.finally(() => (state.isOver = true));
  let longest = 0;
  while (!state.isOver) {
    const start = process.cpuUsage();
    await setImmediate();
    const { user, system } = process.cpuUsage(start);
    longest = Math.max(longest, (user + system) / 1000);
  }
  await over;
  return longest;
}

async function waitForCode(sink: Sink, length: string): Promise<number> {
  return (await api(sink, `/api/wait/code?to=${ALICE}&timeout=3000${length}`)).status;
}

for (const [name, lengths] of Object.entries({
  'for codes of any form': Array.from({ length: WAITS }, () => ''),
  'for codes of different forms': Array.from({ length: WAITS }, (_, index) => `&length=${index + 1}`),
}))
  test(`a large mail to ${WAITS} waits ${name} does not hold up the others`, async ({ sink }) => {
    const statuses = Promise.all(lengths.map((length) => waitForCode(sink, length)));
    await expect.poll(() => sink.store.waits).toBe(WAITS);
    const longest = longestTurn(statuses);
    sink.store.add(
      'email',
      'a@acme.example',
      [ALICE],
      [Buffer.from(`From: a@acme.example\r\nSubject: Codes\r\n\r\n${numbers()}`)],
    );
    expect(await longest).toBeLessThan(200);
    expect(await statuses).toContain(409);
  });
