import { TwoFactorError } from '../core/errors.ts';
import type { Lease, Ledger, QueuePosition } from '../ledger/ledger.ts';
import { acquireLease } from '../ledger/acquire-lease.ts';
import type { Runtime } from '../core/runtime.ts';

/** A code needs this much life left to be typed, sent and checked, in milliseconds. */
export const MIN_LIFE = 5000;
/** The ledger may forget a key that is not asked for any more, so there is a new one every so many milliseconds. */
export const DAY = 86_400_000;
/** So many periods somebody waits in line at most. */
const LONGEST_LINE = 20;

const WAYS_OUT = 'A profile signs in once for all tests, and more personas share the wait.';

export interface TurnOptions {
  /** The name of the persona. */
  readonly owner: string;
  /** What names its authenticator in the ledger. */
  readonly key: string;
  /** How long one code is shown, in milliseconds. */
  readonly period: number;
  readonly runtime: Runtime;
  readonly ledger: Ledger;
}

/**
 * Waits in line for an authenticator, and shows the wait.
 *
 * @throws TwoFactorError `CODE_TIMEOUT` after 20 periods
 */
export async function acquireAuthenticator(options: TurnOptions): Promise<Pick<Lease, 'release'>> {
  const { key, period, runtime, ledger } = options;
  const patience = runtime.extend ? Infinity : runtime.deadline() - runtime.now();
  const timeout = Math.min(LONGEST_LINE * period, Math.max(0, patience));
  const place = `${key}/${Math.floor(runtime.now() / DAY)}/turn`;
  const title = (first: QueuePosition): string => inLine(options, first);
  try {
    const lease = await acquireLease(ledger, place, { runtime, timeout, eachTakes: period, title, ephemeral: true });
    // What was taken is taken; the line goes on when this turn has expired.
    return { release: () => lease.release().catch(() => undefined) };
  } catch (error) {
    if (!(error instanceof TwoFactorError) || error.code !== 'LEASE_TIMEOUT') throw error;
    throw inVain(options, timeout, error);
  }
}

function inLine({ owner, period }: TurnOptions, { ahead, owner: by }: QueuePosition): string {
  const who = ahead === 1 ? `${by} is` : `${by} and ${ahead - 1} more are`;
  return `Wait in line for a TOTP code of ${owner}: ${who} first, and there is one in ${period / 1000} s. ${WAYS_OUT}`;
}

function inVain({ owner, period }: TurnOptions, timeout: number, cause: TwoFactorError): TwoFactorError {
  const text = `Persona "${owner}" got no TOTP code in ${Math.round(timeout / 1000)} s: too many wait for its authenticator, which gives one code in ${period / 1000} s. ${WAYS_OUT} ${cause.message}`;
  return new TwoFactorError('CODE_TIMEOUT', text, { cause });
}
