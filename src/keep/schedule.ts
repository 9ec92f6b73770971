import { MINUTE } from '../core/durations.ts';
import { probableExpiry, sessionCredentials } from '../profile/expiry.ts';
import type { SavedState } from '../profile/state.ts';
import type { KeepRecord } from './keep-record.ts';
import type { TimeWindow } from './time-window.ts';

/** Default time between two probes, in milliseconds. */
export const DEFAULT_EVERY: number = 10 * MINUTE;
/** Default time before the expiry at which a session is renewed, in milliseconds. */
export const DEFAULT_BEFORE: number = 5 * MINUTE;
/** Largest part of a lifetime that an early renewal gives away: by default, and where the user names the time. */
const MAX_SHARE = { default: 1 / 4, given: 3 / 4 };
/** Shortest life of a session that a sign-in renews before its end, in milliseconds: sites lock who signs in too often. */
const MIN_SIGN_IN_LIFE: number = 2 * MINUTE;
/** Life of a credential that the site has deleted or that is rounded to seconds, in milliseconds. */
const INSTANT = 1000;
/** Part by which a margin, and a time between probes, varies at random. */
const JITTER = 0.2;

export interface ScheduleOptions {
  /** Time between two probes, in milliseconds. @default 600_000 */
  readonly every?: number | undefined;
  /** Time before the expiry at which a session is renewed, in milliseconds. @default 300_000, at most a quarter of its life */
  readonly before?: number | undefined;
  /** Hours in which sign-ins may run. @default always */
  readonly window?: TimeWindow | undefined;
}

/** Facts about a saved session from which its renewal is planned. Times are in milliseconds since the epoch. */
export interface SessionFacts {
  readonly savedAt: number;
  readonly signedInAt: number;
  /** Expiry; `undefined` if only the site knows. */
  readonly expiresAt: number | undefined;
  /** True if `maxAge` of the profile ends the session, so that only a sign-in renews it. */
  readonly endsByAge: boolean;
}

/** Reads the facts from a saved session. @param maxAge in milliseconds */
export function factsOf(
  { savedAt, signedInAt = savedAt, storageState }: SavedState,
  outlived: readonly string[],
  maxAge: number = Infinity,
): SessionFacts {
  const began = Date.parse(signedInAt);
  const byAge = began + maxAge;
  const saved = Date.parse(savedAt);
  const byCredential = probableExpiry(sessionCredentials(storageState), outlived, saved + INSTANT) ?? Infinity;
  const expiresAt = Math.min(byAge, byCredential);
  return {
    savedAt: saved,
    signedInAt: began,
    expiresAt: Number.isFinite(expiresAt) ? expiresAt : undefined,
    endsByAge: byAge < byCredential,
  };
}

/** Plans probes and renewals. */
export class Schedule {
  readonly #every: number;
  readonly #before: number;
  readonly #maxShare: number;
  readonly #window: TimeWindow | undefined;

  constructor({ every = DEFAULT_EVERY, before, window }: ScheduleOptions) {
    this.#every = every;
    this.#before = before ?? DEFAULT_BEFORE;
    this.#maxShare = before === undefined ? MAX_SHARE.default : MAX_SHARE.given;
    this.#window = window;
  }

  /** Returns the time from which a session is renewed; Infinity if its expiry is unknown. */
  renewFrom(facts: SessionFacts, canRefresh: boolean): number {
    const { savedAt, expiresAt, endsByAge } = facts;
    if (expiresAt === undefined) return Infinity;
    const lifetime = lifetimeOf(facts);
    const needsSignIn = !canRefresh || endsByAge;
    if (needsSignIn && lifetime < MIN_SIGN_IN_LIFE) return expiresAt;
    const margin = this.#margin(facts) * (1 + JITTER);
    const wanted = expiresAt - margin;
    if (!this.#window || !needsSignIn) return wanted;
    const moved = this.#window.latestBefore(wanted) - margin;
    // Early only if the new session lasts until sign-ins may run again.
    const isUseful = moved > savedAt && moved + lifetime > this.#window.nextStart(wanted);
    return !this.#window.contains(wanted) && isUseful ? moved : wanted;
  }

  /** Returns the time until which a refresh is tried again before a sign-in replaces it. */
  lastRefresh(facts: SessionFacts): number {
    return facts.expiresAt === undefined ? -Infinity : facts.expiresAt - this.#margin(facts) / 2;
  }

  /** Returns the time of the next visit. A keeper that visits less often may have planned it later. */
  dueAt({ nextAt, visitedAt = Infinity }: Pick<KeepRecord, 'nextAt' | 'visitedAt'>): number {
    return Math.min(nextAt, visitedAt + this.#every);
  }

  /** Returns the time of the next probe, at random around `every`. */
  nextProbe(now: number, random: () => number): number {
    return now + this.#every * (1 - JITTER * random());
  }

  /** Returns a moment at random within the jitter of a renewal, so that not all profiles are renewed at the same time. */
  jittered(from: number, facts: SessionFacts, random: () => number): number {
    return from + this.#margin(facts) * JITTER * random();
  }

  /** Returns the time at which sign-ins may run again; `undefined` if they may run now. */
  closedUntil(now: number): number | undefined {
    return this.#window && !this.#window.contains(now) ? this.#window.nextStart(now) : undefined;
  }

  #margin(facts: SessionFacts): number {
    return Math.min(this.#before, lifetimeOf(facts) * this.#maxShare);
  }
}

/** Returns the time from the save of a session to its expiry, in milliseconds. */
function lifetimeOf({ savedAt, expiresAt = savedAt }: SessionFacts): number {
  return Math.max(0, expiresAt - savedAt);
}
