/** What a page asks for. */
export type ChallengeKind =
  | 'credentials'
  | 'identifier'
  | 'password'
  | 'code'
  | 'choose'
  | 'link-sent'
  | 'passkey'
  | 'recovery'
  | 'enrol'
  | 'captcha'
  | 'locked'
  | 'rejected'
  | 'signed-in'
  | 'unknown';

/** What proves an identity. `human` is what only a person can do: approve in an app, take a call, solve a captcha. */
export type Factor = 'totp' | 'hotp' | 'email-link' | 'email-code' | 'sms-code' | 'passkey' | 'recovery-code' | 'human';

export interface ChallengeFactor {
  readonly factor: Factor;
  /** What the page calls it. */
  readonly label: string;
  /** Where the page says that it sends to, masked as it shows it: `j•••@example.com`. */
  readonly destination?: string;
}

export type FieldRole = 'identifier' | 'password' | 'code' | 'recovery-code';

export interface ChallengeField {
  readonly role: FieldRole;
  /** What the page calls it; empty when it does not. */
  readonly label: string;
  /** How many inputs it is drawn as: 1, or one a character. */
  readonly boxes: number;
  /** Whether something stands in it. What it is, is not read. */
  readonly filled: boolean;
}

/** What a button, a link or a checkbox says. */
export interface ChallengeControl {
  readonly label: string;
}

/** What a page asks for at a moment, as data. */
export interface Challenge {
  /** `rejected` when what was entered was refused: fields and factors say what it may be answered with again. */
  readonly kind: ChallengeKind;
  /** What the page asks for, or offers when `kind` is `choose`. */
  readonly factors: readonly ChallengeFactor[];
  readonly fields: readonly ChallengeField[];
  readonly submit?: ChallengeControl;
  /** How many characters the code has, where the page says it. */
  readonly length?: number;
  readonly charset?: 'digits' | 'alphanumeric';
  /** The error that the page shows, with codes masked. */
  readonly message?: string;
  /** "Trust this device". */
  readonly trustDevice?: ChallengeControl;
  /** "Send again". */
  readonly resend?: ChallengeControl;
  /** "Try another way". */
  readonly otherWay?: ChallengeControl;
  /** The clear and harmless button that goes past the page: "Not now", "No" to staying signed in, "Reject all". */
  readonly dismiss?: ChallengeControl;
  /** From 0 to 1. */
  readonly confidence: number;
  /** What speaks for it, one sentence each. */
  readonly evidence: readonly string[];
}
