import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { generateCode } from '../../src/otp/generate.ts';
import { readSeed } from '../../src/otp/seed.ts';
import { FULL } from '../support/full.ts';
import { DRIVERS, expect, goAll, kill, test } from '../support/ledger-test.ts';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const TOTP = `otpauth://totp/a?secret=${SECRET}&digits=8&period=1`;
const HOTP = `otpauth://hotp/a?secret=${SECRET}&digits=8&counter=17`;

interface ClaimedCode {
  /** The step or the counter value of the code. */
  readonly factor: number;
  readonly askedAt: number;
  readonly claimedAt: number;
}

/** Reads the codes that the processes have logged, and finds the step or counter value of each. */
async function readCodes(folder: string, from: number, count: number): Promise<ClaimedCode[]> {
  const seed = readSeed(TOTP);
  const factors = new Map<string, number>();
  for (let factor = from; factor < from + count; factor++) factors.set(await generateCode(seed, factor), factor);
  expect(factors.size).toBe(count);
  const names = (await readdir(folder)).filter((name) => name.startsWith('codes'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) =>
    text
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [code = '', askedAt, claimedAt] = line.split(' ');
        const factor = factors.get(code) ?? Number.NaN;
        return { factor, askedAt: Number(askedAt), claimedAt: Number(claimedAt) };
      }),
  );
}

for (const driver of DRIVERS) {
  test.describe(`codes claimed in ${driver}`, () => {
    test.use({ driver });

    test('by processes that share a time-based authenticator are unique, and first come, first served', async ({
      folder,
      startProcess,
    }) => {
      test.setTimeout(240_000);
      const each = FULL ? 8 : 1;
      const processes = Array.from({ length: 8 }, () => startProcess('code', each, TOTP));
      const started = Math.floor(Date.now() / 1000);
      await goAll(processes);
      const all = (await readCodes(folder, started, 240)).toSorted((a, b) => a.factor - b.factor);
      const steps = all.map(({ factor }) => factor);
      expect(steps).toHaveLength(8 * each);
      expect(new Set(steps).size).toBe(8 * each);
      for (const { factor, claimedAt } of all) expect(Math.floor(claimedAt / 1000) - factor).toBeLessThanOrEqual(1);
      // A process that asked a whole period earlier has an earlier step.
      for (const [index, earlier] of all.entries())
        for (const later of all.slice(index + 1)) expect(earlier.askedAt - later.askedAt).toBeLessThan(1000);
    });

    test('of a counter-based authenticator never repeat, and only killed processes leave gaps', async ({
      folder,
      startProcess,
    }) => {
      test.setTimeout(240_000);
      const enough = FULL ? 2000 : 150;
      let kills = 0;
      let files = 0;
      const restartAndKill = async (): Promise<void> => {
        while ((await countLines(folder)) < enough) {
          const child = startProcess('code', 1_000_000, HOTP, `codes-${++files}`);
          await child.nextMessage();
          child.process.send('go');
          const before = await countLines(folder);
          const some = before + 1 + Math.floor(Math.random() * (enough / 12));
          await expect.poll(() => countLines(folder), { timeout: 60_000, intervals: [20] }).toBeGreaterThan(some);
          await kill(child);
          kills++;
        }
      };
      await Promise.all(Array.from({ length: FULL ? 8 : 4 }, restartAndKill));
      // More than enough, because processes continue until they are killed. A code out of range becomes NaN.
      const possible = (await countLines(folder)) + kills;
      const counts = (await readCodes(folder, 17, possible)).map(({ factor }) => factor).toSorted((a, b) => a - b);
      expect(counts.length).toBeGreaterThanOrEqual(enough);
      expect(counts).not.toContain(Number.NaN);
      expect(new Set(counts).size).toBe(counts.length);
      const gaps = (counts.at(-1) ?? 0) - 17 + 1 - counts.length;
      expect(gaps).toBeLessThanOrEqual(kills);
    });
  });
}

async function countLines(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('codes'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.join('').split('\n').length - 1;
}
