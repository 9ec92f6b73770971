import { DAY } from '../core/durations.ts';
import { TwoFactorError } from '../core/errors.ts';
import { inSeconds, reportLongWait } from '../core/long-wait.ts';
import type { Runtime } from '../core/runtime.ts';
import { ownerName } from '../ledger/acquire-lease.ts';
import type { CounterValue, Ledger } from '../ledger/ledger.ts';
import { MIN_LIFETIME, acquireAuthenticator } from './authenticator-lease.ts';
import { fingerprint } from './fingerprint.ts';
import type { OtpSeed } from './seed.ts';

/** Clock difference from which on sites refuse codes, in milliseconds. */
export const CLOCK_TOLERANCE = 15_000;

export interface StepOptions {
  /** The name of the persona. */
  readonly persona: string;
  readonly seed: OtpSeed;
  readonly runtime: Runtime;
  readonly ledger: Ledger;
}

/**
 * Claims a time step of a seed that nobody else gets: the current one if it is free and stays valid long enough,
 * otherwise the next one that is. It is first come, first served.
 *
 * Only the holder of the lease claims steps, and only the current one: a site that has seen a later step accepts no
 * earlier step.
 *
 * @throws TwoFactorError `CODE_TIMEOUT` after a wait of 20 periods; `CLOCK_OFF`; the errors of the ledger
 */
export async function claimStep(options: StepOptions): Promise<number> {
  const { persona, seed, runtime, ledger } = options;
  const period = seed.period * 1000;
  await checkClock(options);
  const lease = await acquireAuthenticator({ persona, key: keyOf(seed), period, runtime, ledger });
  const owner = ownerName(runtime);
  try {
    for (;;) {
      const step = await waitForUsableStep(seed, runtime);
      const key = `${keyOf(seed)}/${Math.floor((step * period) / DAY)}`;
      const claim = await ledger.nextValue(key, { owner, atLeast: step, atMost: step, ephemeral: true });
      if (claim.isMine && hasLifetimeLeft(step, seed, runtime)) return step;
      if (!claim.isMine) await waitForStepAfter(claim, options);
    }
  } finally {
    await lease.release();
  }
}

/** Returns the current step if it stays valid long enough; otherwise waits for the next one. */
export async function waitForUsableStep(seed: OtpSeed, runtime: Runtime): Promise<number> {
  const step = currentStep(seed, runtime);
  if (hasLifetimeLeft(step, seed, runtime)) return step;
  await waitForNextCode((step + 1) * seed.period * 1000, runtime);
  return currentStep(seed, runtime);
}

export function currentStep({ period }: OtpSeed, runtime: Runtime): number {
  return Math.floor(siteTime(runtime) / (period * 1000));
}

function hasLifetimeLeft(step: number, seed: OtpSeed, runtime: Runtime): boolean {
  const period = seed.period * 1000;
  const left = (step + 1) * period - siteTime(runtime);
  return left >= Math.min(MIN_LIFETIME, period / 2) && left <= period;
}

function siteTime(runtime: Runtime): number {
  return runtime.now() + (runtime.clockSkew ?? 0);
}

function keyOf(seed: OtpSeed): string {
  return `totp/${fingerprint(seed)}/${seed.period}`;
}

async function waitForStepAfter(claim: CounterValue, { persona, seed, runtime }: StepOptions): Promise<void> {
  const ahead = claim.number - currentStep(seed, runtime);
  if (ahead <= 1) {
    const endsAt = (claim.number + 1) * seed.period * 1000;
    return await waitForNextCode(endsAt, runtime, { claimedBy: claim.owner });
  }
  const text = `Persona "${persona}" got no TOTP code: ${claim.owner} claimed the step that is ${ahead * seed.period} s from now, so the clock of that machine is ahead, or the clock of this machine is behind. Set both clocks (NTP), then wait until that step has passed.`;
  throw new TwoFactorError('CLOCK_OFF', text);
}

async function checkClock({ persona, runtime, ledger }: StepOptions): Promise<void> {
  if (!ledger.clock || runtime.clockSkew !== undefined) return;
  const asked = runtime.now();
  const ledgerTime = await ledger.clock();
  const difference = (asked + runtime.now()) / 2 - ledgerTime;
  if (Math.abs(difference) < CLOCK_TOLERANCE) return;
  const seconds = Math.round(Math.abs(difference) / 1000);
  const direction = difference > 0 ? 'ahead of' : 'behind';
  const text = `Persona "${persona}" got no TOTP code: the clock of this machine is ${seconds} s ${direction} that of ${ledger.name}. Set it (NTP). If this clock is right and the other is wrong, set \`clockSkew: 0\`.`;
  throw new TwoFactorError('CLOCK_OFF', text);
}

export interface NextCodeOptions {
  /** The owner of the current code, for the title of the step. @default nobody: the code is about to expire */
  readonly claimedBy?: string | undefined;
  /** The clock to wait by. @default the clock of the site */
  readonly clock?: () => number;
}

/** Waits until `endsAt`, when the current code is replaced by the next one. The wait is shown as a step, and reported if it is long. */
export async function waitForNextCode(
  endsAt: number,
  runtime: Runtime,
  { claimedBy, clock = () => siteTime(runtime) }: NextCodeOptions = {},
): Promise<void> {
  const left = Math.max(0, endsAt - clock());
  const reason = claimedBy === undefined ? '' : `: ${claimedBy} claimed this one`;
  runtime.extend?.(left);
  const what = `the next TOTP code${reason}`;
  await runtime.step(`Wait ${inSeconds(left)} for ${what}`, () =>
    reportLongWait(
      runtime,
      () => what,
      () => sleepUntil(endsAt, clock),
    ),
  );
}

/** Checks the clock after each timer: Node's timers may fire a millisecond early, while the old code is still shown. */
async function sleepUntil(time: number, clock: () => number): Promise<void> {
  for (let left = time - clock(); left > 0; left = time - clock())
    await new Promise((resolve) => setTimeout(resolve, left));
}
