import type { Ledger } from '../ledger/ledger.ts';
import type { KeepCause } from './cause.ts';
import type { SessionEvent } from './session-event.ts';

/** Record of a kept profile in the ledger. All keepers share it. Times are in milliseconds since the epoch. */
export interface KeepRecord {
  /** Time of the next visit. */
  readonly nextAt: number;
  /** Time of the last visit. */
  readonly visitedAt?: number;
  /** Time of the last probe that the site answered. */
  readonly checkedAt?: number;
  /** Result of that probe. */
  readonly alive?: boolean;
  readonly signedInAt?: number;
  /** Expiry of the session, if the client knows it. */
  readonly expiresAt?: number;
  /** Failures in a row. */
  readonly failures: number;
  readonly cause?: KeepCause;
  /** Code of the last failure. */
  readonly code?: string;
  /** Earliest time of the next sign-in. */
  readonly signInAfter?: number;
  /** Credentials that a session outlived, so that their expiry means nothing. */
  readonly outlived: readonly string[];
  /** Last event about the present session. */
  readonly told?: 'expiring' | 'lost';
  /** Events that were not delivered yet. */
  readonly events: readonly SessionEvent[];
  /** Earliest time of their next delivery. */
  readonly eventsAt?: number;
  /** Deliveries that failed in a row. */
  readonly eventFailures: number;
}

const NEW: KeepRecord = { nextAt: 0, failures: 0, outlived: [], events: [], eventFailures: 0 };

/** Records of kept profiles in the ledger. */
export class KeepRecords {
  readonly #ledger: Pick<Ledger, 'read' | 'compareAndSwap'>;

  constructor(ledger: Pick<Ledger, 'read' | 'compareAndSwap'>) {
    this.#ledger = ledger;
  }

  async read(name: string): Promise<KeepRecord> {
    return parse((await this.#ledger.read(keyOf(name))).value);
  }

  /** Replaces the record by what `change` returns. `change` is called again if another process was first. */
  async update(name: string, change: (record: KeepRecord) => KeepRecord): Promise<KeepRecord> {
    for (;;) {
      const { version, value } = await this.#ledger.read(keyOf(name));
      const changed = change(parse(value));
      if (await this.#ledger.compareAndSwap(keyOf(name), version, JSON.stringify(changed))) return changed;
    }
  }
}

function parse(value: string | undefined): KeepRecord {
  return value === undefined ? NEW : { ...NEW, ...(JSON.parse(value) as KeepRecord) };
}

function keyOf(name: string): string {
  return `keep/${name}`;
}
