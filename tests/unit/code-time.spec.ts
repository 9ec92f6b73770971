import { expect, test } from '@playwright/test';
import { findWords } from '../../src/language/message/index.ts';
import { cpuTime } from '../support/cpu-time.ts';

/** Characters of the short text; the long one has eight times as many. */
const SHORT = 50_000;
const TIMES = 8;
/** Largest factor allowed. Quadratic time would be 64. */
const ALLOWED = 24;
/** Measurement error, in milliseconds. */
const NOISE = 60;

for (const [name, piece] of Object.entries({
  'names of codes and of other numbers': 'code 123456 order invoice verification password valid minutes ',
  'names of codes beside words of another kind': 'promo code postal código de reserva ',
  'words of another kind': 'promo coupon ',
} satisfies Record<string, string>))
  test(`${name} in a text of eight times the size take about eight times as long to find`, async () => {
    const time = async (size: number): Promise<number> =>
      await cpuTime(() => findWords(piece.repeat(Math.ceil(size / piece.length))));
    await time(SHORT); // warm up
    const short = await time(SHORT);
    expect(await time(SHORT * TIMES)).toBeLessThan(ALLOWED * short + NOISE);
  });
