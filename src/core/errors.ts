/** What went wrong, for programs. People read the message. */
export type ErrorCode =
  | 'ARTIFACT_UNREADABLE'
  | 'CHALLENGE_UNANSWERABLE'
  | 'CHALLENGE_UNKNOWN'
  | 'CLOCK_OFF'
  | 'CODE_AMBIGUOUS'
  | 'CODE_NOT_FOUND'
  | 'CODE_TIMEOUT'
  | 'HUMAN_DECLINED'
  | 'HUMAN_TIMEOUT'
  | 'HUMAN_UNREACHABLE'
  | 'LEASE_LOST'
  | 'LEASE_TIMEOUT'
  | 'LEDGER_REFUSED'
  | 'LEDGER_UNREACHABLE'
  | 'LINK_AMBIGUOUS'
  | 'LINK_NOT_FOUND'
  | 'MISSING_PACKAGE'
  | 'NOT_SETTLED'
  | 'ORIGIN_REFUSED'
  | 'OTP_SEED_INVALID'
  | 'OTP_SEED_MISSING'
  | 'PERSONA_INCOMPLETE'
  | 'PERSONA_UNKNOWN'
  | 'PROFILE_NOT_SAVED'
  | 'PROFILE_NOT_SIGNED_IN'
  | 'PROFILE_UNKNOWN'
  | 'RECOVERY_CODES_SPENT'
  | 'SETTINGS_INVALID'
  | 'SIGN_IN_BLOCKED'
  | 'SIGN_IN_LOCKED'
  | 'SIGN_IN_REFUSED'
  | 'SIGN_IN_TIMEOUT'
  | 'SINK_START_FAILED'
  | 'SOURCE_REFUSED'
  | 'SOURCE_UNREACHABLE'
  | 'VAULT_INVALID'
  | 'VAULT_KEY_MISSING'
  | 'VAULT_KEY_REFUSED'
  | 'VAULT_KEY_WRONG'
  | 'VAULT_LOCKED'
  | 'WAIT_ABORTED'
  | 'FILL_FAILED';

/**
 * The one error this package throws: what happened, what was seen, what to do. It never holds a secret.
 */
export class TwoFactorError extends Error {
  readonly code: ErrorCode;
  /** What was seen, as data, where there is more than fits a text. */
  readonly details?: object;

  constructor(code: ErrorCode, message: string, { details, ...options }: ErrorOptions & { details?: object } = {}) {
    super(message, options);
    this.name = 'TwoFactorError';
    this.code = code;
    if (details) this.details = details;
  }
}

/** The text of anything that was thrown, on one line. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}
