/**
 * The shared, atomic record of what is taken.
 *
 * "No" is an answer: the claim is another's, the number would be too high, the value has changed, the lease did not
 * come free in time. Whoever gets it knows that nothing of theirs stands.
 *
 * "Broken" is a thrown `LEDGER_UNREACHABLE` or `LEDGER_REFUSED`: whether it was done is not known, so nobody may go on
 * as if it was. Asking again is always safe: at worst a number is left out, or a message stays claimed by nobody.
 *
 * Keys are readable and hold no secret.
 */
export interface Ledger {
  /** For people: it stands in error texts. Without credentials. */
  readonly name: string;

  /** Takes a key that nobody took before. Claims are forgotten two days later at the earliest. */
  claim(key: string, owner: string): Promise<Claim>;

  /**
   * Takes the next number of a counter: one above the highest that was ever taken, or `atLeast`, if that is more. No
   * number is given twice, and each is above all that were given before. It is left out only if its taker dies.
   */
  nextValue(key: string, options: NextValueOptions): Promise<CounterValue>;

  /** The highest number that was taken of a counter. */
  highest(key: string): Promise<number | undefined>;

  /**
   * Holds a key for one holder at a time, first come first served. Takes it over from a holder that died, at once
   * where death can be seen, else when it has shown no life for its `ttl`.
   *
   * @throws TwoFactorError `LEASE_TIMEOUT` when it did not come free within `timeout`.
   */
  lease(key: string, options: LeaseOptions): Promise<Lease>;

  /** A value as it stands; version 0 has none. */
  read(key: string): Promise<Versioned>;

  /**
   * Puts a value in the place of the version that was read, or none at all. It is a "no" when another came first, and
   * also when it did stand, for a moment, while the ledger could not be reached.
   */
  compareAndSwap(key: string, version: number, value: string | undefined): Promise<boolean>;

  /** How many times a key was counted within the last `window`, after `add` more of them. */
  count(key: string, options: CountOptions): Promise<number>;

  /** The ledger's clock in milliseconds since the epoch, where it is not this machine's own. */
  clock?(): Promise<number>;

  /** Lets go of connections. Leases that are held are not given back. */
  close(): Promise<void>;
}

/** How a ledger is come by where it may not be needed. */
export type OpenLedger = () => Promise<Ledger>;

export interface Claim {
  readonly isMine: boolean;
  /** Who has it. */
  readonly owner: string;
}

export interface NextValueOptions {
  readonly owner: string;
  /** @default 0 */
  readonly atLeast?: number;
  /** A number above it is not taken. @default none */
  readonly atMost?: number;
  /**
   * The counter may be forgotten two days after its last use, because its key is never asked for again by then.
   * @default false: it is kept for good, also when the machine loses power, as far as the driver can
   */
  readonly ephemeral?: boolean;
}

export interface CounterValue {
  readonly isMine: boolean;
  /** The number that was taken, or else the highest that was. */
  readonly number: number;
  /** Who took it. */
  readonly owner: string;
}

export interface LeaseOptions {
  /** How long to wait for it, in milliseconds. */
  readonly timeout: number;
  /** Who holds it, for the error text of those who wait in vain. */
  readonly owner: string;
  /** A holder that shows no life for so long may lose it, in milliseconds. @default 10_000 */
  readonly ttl?: number;
  /** Called once, when it has to be waited for. */
  readonly onWait?: (place: QueuePosition) => void;
  /** As for `rise`. @default false */
  readonly ephemeral?: boolean;
  /** Leaves the line. The wait ends with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Where somebody stands in line for a lease. */
export interface QueuePosition {
  /** How many are before them; with 0 they hold it. */
  readonly ahead: number;
  /** Who holds it. */
  readonly owner: string;
  /** Rises with every holder of the key. */
  readonly fence: number;
}

export interface Lease {
  /** Rises with every holder of the key. */
  readonly fence: number;
  /** Aborts with a `LEASE_LOST` as soon as the holder knows that another may hold it. */
  readonly lost: AbortSignal;
  /** Whether it is still this holder's. False after a pause so long that another took it for dead. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

export interface Versioned {
  readonly version: number;
  readonly value: string | undefined;
}

export interface CountOptions {
  /** Milliseconds. */
  readonly window: number;
  /** 0 only looks. */
  readonly add: 0 | 1;
}
