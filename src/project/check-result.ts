/** Result of one check of the doctor. */
export interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  /** Observations, for people. */
  readonly detail: string;
  /** The problems, and what to do. Empty if there are none. */
  readonly hint: string;
}
