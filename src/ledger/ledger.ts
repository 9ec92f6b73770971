/**
 * The shared, atomic record of what is claimed: TOTP steps, HOTP counters, messages, leases, failed attempts.
 *
 * A negative answer is a result: another process has the claim, the number would be too high, the value has changed, or
 * the lease was not free in time. The caller then knows that its own call changed nothing.
 *
 * A failure is a thrown `LEDGER_UNREACHABLE` or `LEDGER_REFUSED`. The caller does not know whether the call was carried
 * out, and must not continue as if it was. A repeated call is always safe: at worst a number is skipped, or a message
 * stays claimed without a reader.
 *
 * Keys are readable and contain no secret.
 *
 * @example
 * const ledger = fileLedger({ folder: '.playwright-2fa/ledger' });
 * const { isMine, owner } = await ledger.claim('message/42', 'worker 1');
 * if (!isMine) console.log(`Already claimed by ${owner}.`);
 */
export interface Ledger {
  /** A name for error messages, without credentials. */
  readonly name: string;

  /** Claims a key that nobody has claimed before. A claim is kept for at least two days. */
  claim(key: string, owner: string): Promise<Claim>;

  /**
   * Takes the next number of a counter: the highest number taken so far plus one, or `atLeast` if that is higher. Each
   * number is given once, in rising order. A number is skipped only if the process that takes it dies.
   *
   * @example
   * const { number } = await ledger.nextValue('hotp/alice', { owner: 'worker 1' });
   */
  nextValue(key: string, options: NextValueOptions): Promise<CounterValue>;

  /** Returns the highest number that was taken from a counter; `undefined` before the first. */
  highest(key: string): Promise<number | undefined>;

  /**
   * Acquires a key for one holder at a time, first come, first served. A lease is taken over from a crashed holder: at
   * once if its process can be seen to be gone, otherwise when it has sent no heartbeat for its `ttl`.
   *
   * @throws TwoFactorError `LEASE_TIMEOUT` if the lease is not free within `timeout`
   * @example
   * const lease = await ledger.lease('profile/alice', { timeout: 60_000, owner: 'worker 1' });
   * try {
   *   await makeProfile(draft, { signal: lease.lost });
   *   await lease.renameFile(draft, 'profile.json');
   * } finally {
   *   await lease.release();
   * }
   */
  lease(key: string, options: LeaseOptions): Promise<Lease>;

  /** Reads a value. Version 0 is a value that was never written. */
  read(key: string): Promise<Versioned>;

  /**
   * Replaces a value if it still has the given version; `undefined` deletes it. Returns false if another process wrote
   * first, and also if this write was made but replaced before the ledger could confirm it.
   */
  compareAndSwap(key: string, version: number, value: string | undefined): Promise<boolean>;

  /** Counts the events of a key within the last `window`, including the `add` events that this call adds. */
  count(key: string, options: CountOptions): Promise<number>;

  /** The clock of the ledger in milliseconds since the epoch. @default the ledger has no clock of its own */
  clock?(): Promise<number>;

  /** Closes connections. Leases that are still held are not released. */
  close(): Promise<void>;
}

/** Opens the ledger on first use. */
export type OpenLedger = () => Promise<Ledger>;

export interface Claim {
  /** True if this call made the claim. */
  readonly isMine: boolean;
  /** The owner of the claim. */
  readonly owner: string;
}

export interface NextValueOptions {
  readonly owner: string;
  /** The lowest number to take. @default 0 */
  readonly atLeast?: number;
  /** The highest number to take. @default Infinity */
  readonly atMost?: number;
  /**
   * True if the counter may be removed two days after its last use. Set it for keys that contain a date.
   * @default false: the counter is kept for good, even through a power failure if the driver can do so
   */
  readonly ephemeral?: boolean;
}

export interface CounterValue {
  /** True if this call took the number. */
  readonly isMine: boolean;
  /** The number that this call took, otherwise the highest number taken so far. */
  readonly number: number;
  /** The owner of that number. */
  readonly owner: string;
}

export interface LeaseOptions {
  /** Maximum wait, in milliseconds. */
  readonly timeout: number;
  /** The name of the holder, for the messages shown to those who wait. */
  readonly owner: string;
  /** Time without a heartbeat after which others may take over the lease, in milliseconds. @default 10_000 */
  readonly ttl?: number;
  /** Called once, if the lease is not free at once. */
  readonly onWait?: (position: QueuePosition) => void;
  /** True if the queue may be removed two days after its last use. @default false */
  readonly ephemeral?: boolean;
  /** Ends the wait with the reason of the signal. */
  readonly signal?: AbortSignal;
}

/** A position in the queue for a lease. */
export interface QueuePosition {
  /** The number of tickets ahead. The ticket with 0 holds the lease. */
  readonly ahead: number;
  /** The holder of the lease. */
  readonly owner: string;
  /** A number that rises with each holder of the key. */
  readonly fence: number;
}

export interface Lease {
  /** A number that rises with each holder of the key. */
  readonly fence: number;
  /** Aborts with `LEASE_LOST` as soon as another process may hold the lease. */
  readonly lost: AbortSignal;
  /** Returns true if this holder still has the lease. After a pause longer than `ttl` another process may have it. */
  isHeld(): Promise<boolean>;
  /** Checks that this holder still has the lease. Call it before each use. @throws TwoFactorError `LEASE_LOST` */
  check(): Promise<void>;
  /**
   * Renames a file if this holder still has the lease. A holder that is suspended at any moment renames nothing after
   * another has the lease: in a folder, the next holder completes a rename that has begun. In Redis, the check comes
   * before the rename.
   *
   * @throws TwoFactorError `LEASE_LOST`
   */
  renameFile(from: string, to: string): Promise<void>;
  release(): Promise<void>;
}

export interface Versioned {
  readonly version: number;
  readonly value: string | undefined;
}

export interface CountOptions {
  /** Milliseconds. */
  readonly window: number;
  /** The number of events to add; 0 only reads. */
  readonly add: 0 | 1;
}
