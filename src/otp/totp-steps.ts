import { TwoFactorError } from '../core/errors.ts';
import type { Ledger, CounterValue } from '../ledger/ledger.ts';
import { ownerName } from '../ledger/acquire-lease.ts';
import type { Runtime } from '../core/runtime.ts';
import { fingerprint } from './fingerprint.ts';
import type { OtpSeed } from './seed.ts';
import { DAY, MIN_LIFE, acquireAuthenticator } from './authenticator-lease.ts';

/** A clock that is off by more makes codes that sites refuse, in milliseconds. */
export const CLOCK_TOLERANCE = 15_000;

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
export async function claimStep(options: StepOptions): Promise<number> {
  const { seed, runtime, ledger } = options;
  const period = seed.period * 1000;
  await checkClock(options);
  const turn = await acquireAuthenticator({ ...options, key: keyOf(seed), period });
  try {
    for (;;) {
      const step = await livingStep(seed, runtime);
      const key = `${keyOf(seed)}/${Math.floor((step * period) / DAY)}`;
      const by = ownerName(runtime);
      const rise = await ledger.nextValue(key, { owner: by, atLeast: step, atMost: step, ephemeral: true });
      if (rise.isMine && isLiving(step, seed, runtime)) return step;
      if (!rise.isMine) await waitForNext(rise, options);
    }
  } finally {
    await turn.release();
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

async function waitForNext({ number, owner: by }: CounterValue, { owner, seed, runtime }: StepOptions): Promise<void> {
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

/**
 * Waits for the next code, and shows the wait.
 *
 * @param clock what `at` is told by. @default that of the site
 */
export async function waitUntil(
  at: number,
  why: string,
  runtime: Runtime,
  clock: () => number = () => siteTime(runtime),
): Promise<void> {
  const left = Math.max(0, at - clock());
  runtime.extend?.(left);
  await runtime.step(`Wait ${(left / 1000).toFixed(1)} s for the next TOTP code${why}`, () => sleepUntil(at, clock));
}

/** Timers of Node may fire a millisecond early, and that would be the old code. */
async function sleepUntil(at: number, clock: () => number): Promise<void> {
  for (let left = at - clock(); left > 0; left = at - clock()) await new Promise((done) => setTimeout(done, left));
}
