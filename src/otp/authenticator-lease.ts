import { DAY } from '../core/durations.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import { acquireLease } from '../ledger/acquire-lease.ts';
import type { Lease, Ledger, QueuePosition } from '../ledger/ledger.ts';

/** Time that a code must stay valid to be typed, sent and checked, in milliseconds. */
export const MIN_LIFETIME = 5000;
/** Maximum wait for an authenticator, in periods. */
const MAX_PERIODS = 20;

const REMEDY = 'To wait less, sign in once with a profile, or use more personas.';

export interface AuthenticatorLeaseOptions {
  /** The name of the persona. */
  readonly persona: string;
  /** The key of its authenticator in the ledger. */
  readonly key: string;
  /** Period of its codes, in milliseconds. */
  readonly period: number;
  readonly runtime: Runtime;
  readonly ledger: Ledger;
}

/**
 * Acquires the lease on an authenticator, first come, first served. A wait is shown as a step.
 *
 * @throws TwoFactorError `CODE_TIMEOUT` after 20 periods
 */
export async function acquireAuthenticator(options: AuthenticatorLeaseOptions): Promise<Pick<Lease, 'release'>> {
  const { key, period, runtime, ledger } = options;
  const left = runtime.extend ? Infinity : runtime.deadline() - runtime.now();
  const timeout = Math.min(MAX_PERIODS * period, Math.max(0, left));
  // The ledger may remove an ephemeral key, so each day has a key of its own.
  const leaseKey = `${key}/${Math.floor(runtime.now() / DAY)}/lease`;
  const what = (position: QueuePosition): string => describeWait(options, position);
  try {
    const lease = await acquireLease(ledger, leaseKey, { runtime, timeout, holdTime: period, what, ephemeral: true });
    // A failed release loses nothing: the code is claimed already, and the lease expires.
    return { release: () => lease.release().catch(() => undefined) };
  } catch (error) {
    if (!(error instanceof TwoFactorError) || error.code !== 'LEASE_TIMEOUT') throw error;
    throw codeTimeout(options, timeout, error);
  }
}

function describeWait({ persona, period }: AuthenticatorLeaseOptions, { ahead, owner }: QueuePosition): string {
  const others = ahead === 1 ? `${owner} is` : `${owner} and ${ahead - 1} more are`;
  return `a TOTP code of ${persona}: ${others} ahead, and there is one code per ${period / 1000} s. ${REMEDY}`;
}

function codeTimeout(
  { persona, period }: AuthenticatorLeaseOptions,
  timeout: number,
  cause: TwoFactorError,
): TwoFactorError {
  const text = `Persona "${persona}" got no TOTP code within ${Math.round(timeout / 1000)} s: too many tests wait for its authenticator, which gives one code per ${period / 1000} s. ${REMEDY} ${cause.message}`;
  return new TwoFactorError('CODE_TIMEOUT', text, { cause });
}
