import { MINUTE } from '../core/durations.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { SIGN_IN_TIMEOUT } from '../core/timeouts.ts';
import type { AskAgain } from '../human/on-timeout.ts';
import type { Lease, Ledger } from '../ledger/ledger.ts';
import { isExpired } from '../profile/expiry.ts';
import { type Restored, restoreWithLease } from '../profile/restore.ts';
import { type SavedState, ageOf } from '../profile/state.ts';
import type { ProfileStore } from '../profile/store/store.ts';
import { pauseAfter } from './backoff.ts';
import { type KeepFailure, failureOf, isPasswordRefusal, postponed } from './cause.ts';
import { type KeeperClock, SYSTEM_CLOCK } from './clock.ts';
import { EventOutbox } from './event-outbox.ts';
import type { SendEvent } from './event-sender.ts';
import { type KeepRecord, KeepRecords } from './keep-record.ts';
import type { KeptProfile } from './kept-profile.ts';
import { type VisitFindings, recordOf, withOutlived } from './next-record.ts';
import { Schedule, type ScheduleOptions, factsOf } from './schedule.ts';
import { type Visit, statusOf } from './visit.ts';
import { WatchedBrowser } from './watched-browser.ts';

/** Maximum wait for another process that has the profile, in milliseconds: a little longer than a crashed one keeps it. */
const LEASE_WAIT = 12_000;
/** Time until the next attempt where another process keeps the profile, or where a refresh failed, in milliseconds. */
const SOON = MINUTE / 2;

export interface SessionKeeperOptions extends ScheduleOptions {
  readonly ledger: Ledger;
  readonly store: ProfileStore;
  /** Name of this keeper, for those that wait for it. */
  readonly owner: string;
  /** Delivers events. @default nobody is told */
  readonly send?: SendEvent | undefined;
  /** Maximum time of a sign-in, in milliseconds. @default 90_000 */
  readonly timeout?: number | undefined;
  /** First pause after a sign-in that failed, in milliseconds. @default 60_000 */
  readonly firstPause?: number | undefined;
  /** Pause before a person who did not answer is asked again. @default after 30 minutes, doubled each time up to a day */
  readonly askAgain?: AskAgain | undefined;
  /** Time by which a visit may come early, so that one round serves several profiles, in milliseconds. @default 0 */
  readonly slack?: number | undefined;
  /** @default the clock of this machine */
  readonly clock?: KeeperClock | undefined;
}

/** Work of a visit, before its events are delivered. */
interface Kept {
  readonly visit: Visit;
  /** Record after it. */
  readonly changed: KeepRecord;
  /** True if this keeper has to deliver the events. */
  readonly hasTurn: boolean;
}

export interface VisitOptions {
  /** True to visit now, also if no visit is due. @default false */
  readonly force?: boolean;
}

/**
 * Keeps saved sessions alive: probes each, and renews it before it expires. All keepers of a ledger share the work. At any
 * time one process at most visits a profile, and no process needs to remember anything.
 *
 * @example
 * const keeper = new SessionKeeper({ ledger, store, owner: 'keeper 1' });
 * const { status } = await keeper.visit({ name: 'alice', browser });
 */
export class SessionKeeper {
  readonly #options: SessionKeeperOptions;
  readonly #clock: KeeperClock;
  readonly #records: KeepRecords;
  readonly #schedule: Schedule;
  readonly #outbox: EventOutbox;

  constructor(options: SessionKeeperOptions) {
    const { ledger, send, clock = SYSTEM_CLOCK } = options;
    this.#options = options;
    this.#clock = clock;
    this.#records = new KeepRecords(ledger);
    this.#schedule = new Schedule(options);
    this.#outbox = new EventOutbox({ records: this.#records, send, clock });
  }

  /** Visits a profile if it is due: probes its session, renews it if it has to be, and delivers events. */
  async visit(profile: KeptProfile, { force = false }: VisitOptions = {}): Promise<Visit> {
    const began = this.#clock.now();
    const before = await this.#records.read(profile.name);
    await this.#outbox.deliverDue(profile.name, before);
    return force || this.#isDue(before) ? await this.#visit(profile, began, force) : this.#nothing(profile, before);
  }

  async #visit(profile: KeptProfile, began: number, force: boolean): Promise<Visit> {
    let hasWaited = false;
    const lease = await this.#acquire(profile.name, () => (hasWaited = true));
    if (!lease) {
      const record = { ...(await this.#records.read(profile.name)), nextAt: this.#clock.now() + this.#soon() };
      return { ...this.#nothing(profile, record), hasWaited: true };
    }
    let kept: Kept | undefined;
    try {
      // Another keeper may have visited the profile during the wait.
      const record = await this.#records.read(profile.name);
      const isDone = force ? (record.checkedAt ?? -Infinity) >= began : !this.#isDue(record);
      if (isDone) return { ...this.#nothing(profile, record), hasWaited };
      kept = await this.#keep(profile, lease, record);
    } finally {
      await lease.release();
    }
    // After the release, since a receiver may be slow.
    if (kept.hasTurn) await this.#outbox.deliver(profile.name, kept.changed.events);
    return { ...kept.visit, hasWaited };
  }

  async #acquire(name: string, onWait: () => void): Promise<Lease | undefined> {
    const { ledger, owner } = this.#options;
    try {
      // Tests and jobs hold the same lease during a sign-in, and all the time if the session rotates.
      return await ledger.lease(`profile/${name}`, { timeout: LEASE_WAIT, owner, onWait });
    } catch (error) {
      if (error instanceof TwoFactorError && error.code === 'LEASE_TIMEOUT') return undefined;
      throw error;
    }
  }

  async #keep(profile: KeptProfile, lease: Lease, record: KeepRecord): Promise<Kept> {
    const { name, browser } = profile;
    const before = await this.#read(name);
    const watched = new WatchedBrowser(browser, (asking) => this.#beforeSignIn(profile, before?.saved, asking));
    const error = await this.#restore(profile, lease, watched, record).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const failure = error === undefined ? undefined : await this.#failureOf(profile, error, watched);
    const now = this.#clock.now();
    const current = await this.#read(name);
    const isDead = current !== undefined && this.#isDead(profile, current.saved, now);
    let hadTurn = false;
    const changed = await this.#records.update(name, (latest) => {
      hadTurn = latest.eventsAt !== undefined;
      return recordOf({
        ...{ profile, record, latest, watched, failure, now, schedule: this.#schedule },
        ...{ before: before?.saved, saved: current?.saved, isAlive: watched.isAlive ?? (isDead ? false : undefined) },
        ...{ pause: this.#pauseOf(failure), soon: this.#soon(), random: this.#random },
        hasEvents: this.#options.send !== undefined,
      });
    });
    const isRefusal = failure !== undefined && !failure.isPostponed && watched.hasSignedIn;
    const visit = {
      status: statusOf(name, changed),
      probes: watched.probes,
      hasWaited: false,
      ...(watched.renewal && !failure ? { renewal: watched.renewal } : {}),
      ...(isRefusal ? { refusal: failure.cause } : {}),
      ...(error === undefined ? {} : { error: error instanceof Error ? error.message : reasonOf(error) }),
    };
    return { visit, changed, hasTurn: !hadTurn && changed.eventsAt !== undefined };
  }

  /** Reads the saved session; `undefined` if it cannot be read, which the visit itself finds out. */
  async #read(name: string): Promise<{ readonly saved: SavedState | undefined } | undefined> {
    return await this.#options.store.read(name).then(
      (saved) => ({ saved }),
      () => undefined,
    );
  }

  /** Probes the saved session, and renews it if it is dead or about to expire. */
  async #restore(profile: KeptProfile, lease: Lease, watched: WatchedBrowser, record: KeepRecord): Promise<Restored> {
    const { ledger, store, timeout = SIGN_IN_TIMEOUT } = this.#options;
    const { name, maxAge, rotate, probeUrl, onAlive } = profile;
    const options = {
      ...{ name, ledger, store, timeout, maxAge, rotate, probeUrl, browser: watched },
      ...(onAlive ? { onAlive } : {}),
      now: () => this.#clock.now(),
    };
    const restored = await restoreWithLease(options, lease);
    const { saved } = restored;
    if (watched.renewal || !saved) return restored;
    const facts = factsOf(saved, withOutlived(record.outlived, saved, this.#clock.now()), maxAge);
    if (this.#clock.now() < this.#schedule.renewFrom(facts, Boolean(watched.refresh))) return restored;
    return await restoreWithLease({ ...options, forceSignIn: facts.endsByAge }, lease, saved);
  }

  /** @throws TwoFactorError `SIGN_IN_BLOCKED` if a sign-in has to wait */
  async #beforeSignIn(
    { name, account, maxAge }: KeptProfile,
    saved: SavedState | undefined,
    watched: WatchedBrowser,
  ): Promise<void> {
    const now = this.#clock.now();
    const { signInAfter = 0, outlived } = await this.#records.read(name);
    const isEarly =
      saved !== undefined &&
      watched.isAlive === true &&
      watched.hasFailedRefresh &&
      now < this.#schedule.lastRefresh(factsOf(saved, outlived, maxAge));
    if (isEarly) throw postponed('pause', now + this.#soon(), name);
    const closedUntil = this.#schedule.closedUntil(now);
    if (closedUntil !== undefined) throw postponed('window', closedUntil, name);
    await account?.checkPassword();
    if (signInAfter > now) throw postponed('pause', signInAfter, name);
    // Noted before the attempt: a keeper that is killed during a sign-in must not make others try again and again.
    await this.#records.update(name, (record) => {
      const failures = record.failures + 1;
      return { ...record, failures, signInAfter: now + this.#pause('failed', failures) };
    });
  }

  async #failureOf({ account }: KeptProfile, error: unknown, watched: WatchedBrowser): Promise<KeepFailure> {
    if (account && isPasswordRefusal(error)) await account.passwordRefused();
    const failure = failureOf(error, watched.isProbing);
    if (!account || failure.code !== 'SIGN_IN_REFUSED') return failure;
    // A sign-in of the persona has recorded its refusal.
    return await account.checkPassword().then(
      () => failure,
      (blocked: unknown) => ({ ...failureOf(blocked, false), code: failure.code }),
    );
  }

  #isDue(record: KeepRecord): boolean {
    return this.#clock.now() + (this.#options.slack ?? 0) >= this.#schedule.dueAt(record);
  }

  /** True if no session is saved, or if it is certainly dead. */
  #isDead({ maxAge = Infinity }: KeptProfile, saved: SavedState | undefined, now: number): boolean {
    return !saved || isExpired(saved.storageState, now) || ageOf(saved, now) > maxAge;
  }

  #nothing({ name }: KeptProfile, record: KeepRecord): Visit {
    const planned = { ...record, nextAt: this.#schedule.dueAt(record) };
    return { status: statusOf(name, planned), probes: 0, hasWaited: false };
  }

  readonly #random = (): number => this.#clock.random();

  readonly #pause = (cause: Parameters<typeof pauseAfter>[0], failures: number): number =>
    pauseAfter(cause, failures, this.#options.firstPause ?? MINUTE, this.#random);

  /** Returns the pause after a failure. That of a person who did not answer is the one of the settings at first. */
  #pauseOf(failure: KeepFailure | undefined): VisitFindings['pause'] {
    const { askAgain } = this.#options;
    if (failure?.code !== 'HUMAN_TIMEOUT' || !askAgain) return this.#pause;
    return (cause, failures) => (failures <= askAgain.times ? askAgain.retryAfter : this.#pause(cause, failures));
  }

  #soon(): number {
    return Math.min(SOON, this.#options.firstPause ?? MINUTE) * (1 - this.#random() / 2);
  }
}
