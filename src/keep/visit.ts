import { defined } from '../core/defined.ts';
import type { KeepCause } from './cause.ts';
import type { KeepRecord } from './keep-record.ts';
import type { Renewal } from './watched-browser.ts';

/** State of a kept profile, as far as it may be shown. Times are in milliseconds since the epoch. */
export interface ProfileStatus {
  readonly name: string;
  /** Result of the last probe that the site answered; `undefined` before the first. */
  readonly alive?: boolean;
  readonly checkedAt?: number;
  readonly signedInAt?: number;
  /** Expiry of the session; `undefined` if only the site knows. */
  readonly expiresAt?: number;
  /** Reason why the session is not renewed; `undefined` if all is well. */
  readonly cause?: KeepCause;
  /** Code of the error. */
  readonly code?: string;
  /** Visits in a row that failed. */
  readonly failures: number;
  /** Time of the next visit. */
  readonly nextAt: number;
}

/** Result of one visit. */
export interface Visit {
  readonly status: ProfileStatus;
  /** Number of times that the site was asked whether the session is alive. */
  readonly probes: number;
  readonly renewal?: Renewal;
  /** Cause of a sign-in that was tried without success. */
  readonly refusal?: KeepCause;
  /** True if another process used the profile, so that the visit had to wait. */
  readonly hasWaited: boolean;
  /** Error for people. It has no secret, and is not kept. */
  readonly error?: string;
}

export function statusOf(name: string, record: KeepRecord): ProfileStatus {
  const { alive, checkedAt, signedInAt, expiresAt, cause, code, failures, nextAt } = record;
  return { name, failures, nextAt, ...defined({ alive, checkedAt, signedInAt, expiresAt, cause, code }) };
}
