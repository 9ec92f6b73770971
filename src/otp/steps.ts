import { TwoFactorError } from '../errors.ts';
import type { Lease, Ledger, Place, Rise } from '../ledger/ledger.ts';
import { standInLine, whoOf } from '../ledger/stand-in-line.ts';
import type { Runtime } from '../runtime.ts';
import { fingerprint } from './fingerprint.ts';
import type { OtpSeed } from './seed.ts';

/** A code needs this much life left to be typed, sent and checked, in milliseconds. */
const MIN_LIFE = 5000;
/** So many periods somebody waits in line at most. */
const LONGEST_LINE = 20;
/** A clock that is off by more makes codes that sites refuse, in milliseconds. */
export const CLOCK_TOLERANCE = 15_000;
/** The ledger may forget a key that is not asked for any more, so there is a new one every so many milliseconds. */
const DAY = 86_400_000;

export interface StepOptions {
  /** The name of the persona. */
  readonly owner: string;
  readonly seed: OtpSeed;
  readonly runtime: Runtime;
  readonly ledger: Ledger;
}

/**
 * Takes a time step of a seed that nobody else gets: at once if the present one is free and has life left, else, first
 * come first served, as soon as there is one.
 *
 * Only who stands first in line looks at steps, and only at the present one: a site that has seen a later step takes no
 * earlier one any more.
 *
 * @throws TwoFactorError `CODE_TIMEOUT` after 20 periods in line; `CLOCK_OFF`; what the ledger throws
 */
export async function takeStep(options: StepOptions): Promise<number> {
  const { seed, runtime, ledger } = options;
  const period = seed.period * 1000;
  await checkClock(options);
  const turn = await takeTurn(options);
  try {
    for (;;) {
      const step = await livingStep(seed, runtime);
      const key = `${keyOf(seed)}/${Math.floor((step * period) / DAY)}`;
      const by = whoOf(runtime);
      const rise = await ledger.rise(key, { by, atLeast: step, atMost: step, passing: true });
      if (rise.isMine && isLiving(step, seed, runtime)) return step;
      if (!rise.isMine) await waitForNext(rise, options);
    }
  } finally {
    await turn.release().catch(() => undefined); // the step is taken; the line goes on when this turn has expired
  }
}

/** The present step if it has life left, else the next one, as soon as it comes. */
export async function livingStep(seed: OtpSeed, runtime: Runtime): Promise<number> {
  const period = seed.period * 1000;
  const step = stepOf(seed, runtime);
  if (isLiving(step, seed, runtime)) return step;
  await waitUntil((step + 1) * period, '', runtime);
  return stepOf(seed, runtime);
}

export function stepOf({ period }: OtpSeed, runtime: Runtime): number {
  return Math.floor(siteTime(runtime) / (period * 1000));
}

function isLiving(step: number, seed: OtpSeed, runtime: Runtime): boolean {
  const period = seed.period * 1000;
  const left = (step + 1) * period - siteTime(runtime);
  return left >= Math.min(MIN_LIFE, period / 2) && left <= period;
}

function siteTime(runtime: Runtime): number {
  return runtime.now() + (runtime.clockSkew ?? 0);
}

function keyOf(seed: OtpSeed): string {
  return `totp/${fingerprint(seed)}/${seed.period}`;
}

/** Waits in line, and shows the wait. */
async function takeTurn({ owner, seed, runtime, ledger }: StepOptions): Promise<Lease> {
  const period = seed.period * 1000;
  const patience = runtime.extend ? Infinity : runtime.deadline() - runtime.now();
  const timeout = Math.min(LONGEST_LINE * period, Math.max(0, patience));
  const key = `${keyOf(seed)}/${Math.floor(runtime.now() / DAY)}/turn`;
  const title = (place: Place): string => inLine(owner, seed, place);
  try {
    return await standInLine(ledger, key, { runtime, timeout, eachTakes: period, title, passing: true });
  } catch (error) {
    if (!(error instanceof TwoFactorError) || error.code !== 'LEASE_TIMEOUT') throw error;
    throw inVain(owner, seed, timeout, error);
  }
}

function inLine(owner: string, seed: OtpSeed, { ahead, by }: Place): string {
  const who = ahead === 1 ? `${by} is` : `${by} and ${ahead - 1} more are`;
  return `Wait in line for a TOTP code of ${owner}: ${who} first, and there is one in ${seed.period} s. ${WAYS_OUT}`;
}

const WAYS_OUT = 'A profile signs in once for all tests, and more personas share the wait.';

async function waitForNext({ number, by }: Rise, { owner, seed, runtime }: StepOptions): Promise<void> {
  const ahead = number - stepOf(seed, runtime);
  if (ahead <= 1) return await waitUntil((number + 1) * seed.period * 1000, `: ${by} took this one`, runtime);
  const text = `Persona "${owner}" gets no TOTP code: ${by} took the step of ${ahead * seed.period} s from now, so the clock of that machine is ahead, or this one's is behind. Set both clocks (NTP), then wait until that step has passed.`;
  throw new TwoFactorError('CLOCK_OFF', text);
}

async function checkClock({ owner, runtime, ledger }: StepOptions): Promise<void> {
  if (!ledger.clock || runtime.clockSkew !== undefined) return;
  const asked = runtime.now();
  const there = await ledger.clock();
  const off = (asked + runtime.now()) / 2 - there;
  if (Math.abs(off) < CLOCK_TOLERANCE) return;
  const way = off > 0 ? 'ahead of' : 'behind';
  const text = `Persona "${owner}" gets no TOTP code: the clock of this machine is ${Math.round(Math.abs(off) / 1000)} s ${way} that of ${ledger.name}. Set it (NTP). If it is right and the other is wrong, say so with \`clockSkew: 0\`.`;
  throw new TwoFactorError('CLOCK_OFF', text);
}

async function waitUntil(at: number, why: string, runtime: Runtime): Promise<void> {
  const left = at - siteTime(runtime);
  runtime.extend?.(Math.max(0, left));
  await runtime.step(`Wait ${(left / 1000).toFixed(1)} s for the next TOTP code${why}`, () => sleepUntil(at, runtime));
}

/** Timers of Node may fire a millisecond early, and that would be the old code. */
async function sleepUntil(at: number, runtime: Runtime): Promise<void> {
  for (let left = at - siteTime(runtime); left > 0; left = at - siteTime(runtime))
    await new Promise((done) => setTimeout(done, left));
}

function inVain(owner: string, { period }: OtpSeed, timeout: number, cause: TwoFactorError): TwoFactorError {
  const text = `Persona "${owner}" got no TOTP code in ${Math.round(timeout / 1000)} s: too many wait for its authenticator, which gives one code in ${period} s. ${WAYS_OUT} ${cause.message}`;
  return new TwoFactorError('CODE_TIMEOUT', text, { cause });
}
