/** The shared, atomic record of what is taken. */
export interface Ledger {
  /**
   * Holds a key for one holder at a time. Waits until it is free; takes it over from a holder that died.
   *
   * @throws TwoFactorError `LEASE_TIMEOUT` when the holder still has it after `timeout`.
   */
  lease(key: string, options: LeaseOptions): Promise<Lease>;
}

export interface LeaseOptions {
  /** How long to wait for it, in milliseconds. */
  readonly timeout: number;
  /** Who holds it, for the error text of those who wait in vain. */
  readonly holder: string;
}

export interface Lease {
  /** Rises with every holder of the key. */
  readonly fence: number;
  /** Whether it is still this holder's. False after a pause so long that another took it for dead. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}
