/** Kind of a challenge. `unknown` means that nothing on the page asks for an identity. */
export type ChallengeKind =
  | 'credentials'
  | 'identifier'
  | 'password'
  | 'code'
  | 'choose'
  | 'link-sent'
  | 'passkey'
  | 'recovery'
  | 'enroll'
  /** Terms, permissions, or the end of other sessions. */
  | 'consent'
  /** Account, organization or tenant. */
  | 'choose-account'
  | 'captcha'
  | 'locked'
  | 'rejected'
  | 'signed-in'
  | 'unknown';

/** Proof of identity. `human` stands for steps that only a person can do: approve in an app, take a call, solve a captcha. */
export type Factor = 'totp' | 'hotp' | 'email-link' | 'email-code' | 'sms-code' | 'passkey' | 'recovery-code' | 'human';

/** A factor that the page asks for or offers. */
export interface ChallengeFactor {
  readonly factor: Factor;
  /** Text of the page that names the factor. */
  readonly label: string;
  /** Destination of the code or link, masked as the page shows it: `j•••@example.com`. */
  readonly destination?: string;
  /** True if nothing on the page names the factor. */
  readonly guess?: true;
}

export type FieldRole = 'identifier' | 'password' | 'code' | 'recovery-code' | 'memorable-word';

/** A field that the challenge asks to fill. */
export interface ChallengeField {
  readonly role: FieldRole;
  /** Label or placeholder; empty if the field has neither. */
  readonly label: string;
  /** Number of inputs that make up the field: 1, or one per character. */
  readonly boxes: number;
  /** True if the field has a value. The value itself is never read. */
  readonly filled: boolean;
  /** 1-based positions of the characters that the page asks for, one per box: the 2nd and 5th letter of a password. */
  readonly positions?: readonly number[];
}

/** A button, link or checkbox. */
export interface ChallengeControl {
  readonly label: string;
}

/**
 * The current challenge of a page, as plain data.
 *
 * @example
 * const { kind, factors } = await persona.challenge(page);
 * expect(kind).toBe('code');
 * expect(factors[0]?.factor).toBe('totp');
 */
export interface Challenge {
  /** `rejected` if the page refused the last answer; `fields` and `factors` then describe the retry. */
  readonly kind: ChallengeKind;
  /** Factors that the page asks for, or offers if `kind` is `choose`. */
  readonly factors: readonly ChallengeFactor[];
  readonly fields: readonly ChallengeField[];
  /** Boxes, buttons or entries of a `consent` or `choose-account`, in page order. */
  readonly options?: readonly ChallengeControl[];
  readonly submit?: ChallengeControl;
  /** Number of characters of the code, if the page states it. */
  readonly length?: number;
  /** Characters of the code, if the page states or implies them. */
  readonly charset?: 'digits' | 'alphanumeric';
  /** Error message of the page, with codes masked. */
  readonly message?: string;
  /** Control such as "Trust this device". */
  readonly trustDevice?: ChallengeControl;
  /** Control such as "Send again". */
  readonly resend?: ChallengeControl;
  /** Control such as "Try another way". */
  readonly otherWay?: ChallengeControl;
  /** Control that dismisses the page without side effects: "Not now", "No" to staying signed in, "Reject all". */
  readonly dismiss?: ChallengeControl;
  /** Confidence in `kind`, from 0 to 1. */
  readonly confidence: number;
  /** Reasons for `kind`, one sentence each. */
  readonly evidence: readonly string[];
}
