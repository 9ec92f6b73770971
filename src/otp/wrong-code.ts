import { randomInt } from 'node:crypto';
import { generateCode } from './generate.ts';
import type { OtpSeed } from './seed.ts';
import { STEAM_CHARACTERS } from './steam.ts';

/** Periods before and after the current one whose codes are avoided. Sites accept 1 or 2 of them, for clocks that differ. */
const PERIODS = 20;
/** Counters behind the next one whose codes are avoided. Sites accept some, for codes that were not used (RFC 4226, section 7.4). */
const COUNTERS = 100;

/** Returns a number from 0 to below a limit. */
export type Random = (limit: number) => number;

/**
 * Generates a code of the right form that is none of a seed around a factor: the number of the current period, or the
 * next counter.
 */
export async function generateWrongCode(seed: OtpSeed, factor: number, random: Random = randomInt): Promise<string> {
  const first = Math.max(0, factor - PERIODS);
  const last = factor + (seed.counter === undefined ? PERIODS : COUNTERS);
  const factors = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const right = new Set(await Promise.all(factors.map((one) => generateCode(seed, one))));
  const characters = isSteam(seed) ? STEAM_CHARACTERS : '0123456789';
  const length = right.values().next().value?.length ?? 0;
  const count = characters.length ** length;
  const start = random(count);
  // One more than there are right codes, so that one of them is wrong.
  const candidates = Array.from({ length: right.size + 1 }, (_, index) => (start + index) % count);
  return candidates.map((number) => write(number, characters, length)).find((code) => !right.has(code))!;
}

function isSteam({ encoder, digits }: OtpSeed): boolean {
  return encoder === 'steam' || digits === 5;
}

/** Writes a number with the characters as digits. */
function write(number: number, characters: string, length: number): string {
  const places = Array.from({ length }, (_, place) => Math.floor(number / characters.length ** (length - 1 - place)));
  return places.map((place) => characters[place % characters.length]).join('');
}
