import { TwoFactorError } from '../core/errors.ts';

/**
 * Reason why a session could not be kept. `refused`: the site refused the password. `person`: a person has to answer, to
 * sign in by hand, or to be asked within the window. `locked`: the site has locked the account, or sign-ins are paused.
 * `unreachable`: the site, the source of messages or the ledger does not answer. `failed`: anything else.
 */
export type KeepCause = 'refused' | 'person' | 'locked' | 'unreachable' | 'failed';

/** A failure of a visit, without its message. */
export interface KeepFailure {
  readonly cause: KeepCause;
  /** Code of the error; `undefined` if the error is not one of this package. */
  readonly code: string | undefined;
  /** Earliest time of the next sign-in, in milliseconds since the epoch, if the error names one. */
  readonly until: number | undefined;
  /** True if nothing was tried: the sign-in was only put off. */
  readonly isPostponed: boolean;
}

const PERSON = new Set([
  'HUMAN_DECLINED',
  'HUMAN_TIMEOUT',
  'HUMAN_UNREACHABLE',
  'CHALLENGE_UNANSWERABLE',
  'PERSONA_INCOMPLETE',
  'OTP_SEED_MISSING',
  'RECOVERY_CODES_SPENT',
]);
const LOCKED = new Set(['SIGN_IN_LOCKED', 'SIGN_IN_BLOCKED', 'SIGN_IN_REFUSED']);
const UNREACHABLE = new Set(['SOURCE_UNREACHABLE', 'LEDGER_UNREACHABLE']);

/** Details of `SIGN_IN_BLOCKED` and of the refusals that a `signIn` function reports. */
interface Details {
  readonly refusal?: string;
  readonly until?: Date;
  readonly needsPerson?: boolean;
}

/**
 * Returns the cause of an error.
 *
 * @param wasProbing true if the site was being asked whether the session is alive
 */
export function failureOf(error: unknown, wasProbing: boolean): KeepFailure {
  const code = error instanceof TwoFactorError ? error.code : undefined;
  const { refusal, until, needsPerson }: Details = detailsOf(error);
  const isPostponed = refusal === 'window' || refusal === 'pause';
  return { cause: causeOf(), code, until: until?.getTime(), isPostponed };

  function causeOf(): KeepCause {
    if (refusal === 'password') return 'refused';
    if (refusal === 'window' || needsPerson === true) return 'person';
    if (code === undefined) return wasProbing ? 'unreachable' : 'failed';
    if (PERSON.has(code)) return 'person';
    if (LOCKED.has(code)) return 'locked';
    return UNREACHABLE.has(code) || (wasProbing && code === 'PROFILE_NOT_SIGNED_IN') ? 'unreachable' : 'failed';
  }
}

/** Returns true if a site refused the password, as the error says. */
export function isPasswordRefusal(error: unknown): boolean {
  return error instanceof TwoFactorError && error.code === 'SIGN_IN_REFUSED' && detailsOf(error).refusal === 'password';
}

/** Creates the error of a sign-in that has to wait, in the form of those of a persona that is paused. */
export function postponed(refusal: 'window' | 'pause', until: number, name: string): TwoFactorError {
  const when = new Date(until).toISOString();
  const why = refusal === 'window' ? 'a person can be asked only within the window' : 'an earlier sign-in failed';
  const text = `The sign-in of profile "${name}" is put off until ${when}: ${why}.`;
  return new TwoFactorError('SIGN_IN_BLOCKED', text, { details: { refusal, until: new Date(until) } });
}

function detailsOf(error: unknown): Details {
  return error instanceof TwoFactorError ? (error.details ?? {}) : {};
}
