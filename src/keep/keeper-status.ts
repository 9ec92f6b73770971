import type { KeepCause } from './cause.ts';
import type { ProfileStatus, Visit } from './visit.ts';

/** Counters of one profile since this keeper started. */
export interface VisitCounts {
  probes: number;
  waits: number;
  readonly renewals: Map<string, number>;
  readonly refusals: Map<KeepCause, number>;
}

/** Report of the health of a keeper. */
export interface Health {
  readonly status: 'ok' | 'starting' | 'stalled' | 'failing';
  /** Reason why the last round failed. */
  readonly error?: string;
  readonly profiles: readonly ProfileStatus[];
}

export interface KeeperStatusOptions {
  /** Time without a round after which the keeper counts as stalled, in milliseconds. */
  readonly stalledAfter: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Results of the rounds of a keeper, as its health and its metrics show them. */
export class KeeperStatus {
  readonly #options: KeeperStatusOptions;
  readonly #profiles = new Map<string, ProfileStatus>();
  readonly #counts = new Map<string, VisitCounts>();
  #lastRoundAt: number | undefined;
  #error: string | undefined;

  constructor(options: KeeperStatusOptions) {
    this.#options = options;
  }

  /** States of the profiles, by name. */
  get profiles(): readonly ProfileStatus[] {
    return [...this.#profiles.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Time of the last round that succeeded, in milliseconds since the epoch. */
  get lastRoundAt(): number | undefined {
    return this.#lastRoundAt;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#options.now();
  }

  countsOf(name: string): VisitCounts {
    const counts = this.#counts.get(name) ?? { probes: 0, waits: 0, renewals: new Map(), refusals: new Map() };
    this.#counts.set(name, counts);
    return counts;
  }

  /** Takes the results of a round. */
  note(visits: readonly Visit[]): void {
    this.#lastRoundAt = this.now();
    this.#error = undefined;
    for (const { status, probes, hasWaited, renewal, refusal } of visits) {
      this.#profiles.set(status.name, status);
      const counts = this.countsOf(status.name);
      counts.probes += probes;
      if (hasWaited) counts.waits++;
      if (renewal) counts.renewals.set(renewal, (counts.renewals.get(renewal) ?? 0) + 1);
      if (refusal) counts.refusals.set(refusal, (counts.refusals.get(refusal) ?? 0) + 1);
    }
  }

  /** Records that a round failed. @param reason without secrets */
  failed(reason: string): void {
    this.#error = reason;
  }

  health(): Health {
    const { profiles } = this;
    const last = this.#lastRoundAt;
    const error = this.#error === undefined ? {} : { error: this.#error };
    if (last === undefined) return { status: error.error === undefined ? 'starting' : 'failing', ...error, profiles };
    if (this.now() - last > this.#options.stalledAfter) return { status: 'stalled', ...error, profiles };
    return { status: profiles.every((one) => this.#isAlive(one)) ? 'ok' : 'failing', ...error, profiles };
  }

  #isAlive({ alive, expiresAt = Infinity, cause, checkedAt = -Infinity }: ProfileStatus): boolean {
    // An old answer says nothing about a site that has not answered since.
    const isSilent = cause === 'unreachable' && this.now() - checkedAt > this.#options.stalledAfter;
    return alive === true && expiresAt > this.now() && !isSilent;
  }
}
