/** Identifies an error for programs. People read the message. */
export type ErrorCode =
  /** The site lets nobody in before the address of the account is confirmed. */
  | 'ACCOUNT_UNCONFIRMED'
  /** A tool needs a browser, and the server of the agent has none. */
  | 'AGENT_WITHOUT_BROWSER'
  /** A report file or a path to scan cannot be read, or archives are nested too deeply. */
  | 'ARTIFACT_UNREADABLE'
  /** No browser answers, or Playwright's MCP server does not. */
  | 'BROWSER_UNREACHABLE'
  /** The page asks for something that the persona does not have. */
  | 'CHALLENGE_UNANSWERABLE'
  /** The page is not a sign-in step that the library recognizes. */
  | 'CHALLENGE_UNKNOWN'
  /** A clock is too far off for TOTP codes. */
  | 'CLOCK_OFF'
  /** A message holds several equally likely codes. */
  | 'CODE_AMBIGUOUS'
  /** A message holds no code. */
  | 'CODE_NOT_FOUND'
  /** No matching message, code or link came in time. */
  | 'CODE_TIMEOUT'
  /** A function that deletes the account of a persona has failed. */
  | 'DISPOSE_FAILED'
  /** The page never sent the form of a sign-in, so nothing was refused. */
  | 'FORM_NOT_SENT'
  /** Nothing on the page sets up the factor. */
  | 'ENROLLMENT_NOT_FOUND'
  /** The site refused to set up a factor. */
  | 'ENROLLMENT_REFUSED'
  /** Nothing proves that the site set up a factor. */
  | 'ENROLLMENT_UNPROVEN'
  /** A person declined a handoff. */
  | 'HUMAN_DECLINED'
  /** Nobody answered a handoff in time. */
  | 'HUMAN_TIMEOUT'
  /** A person cannot be asked: the webhook failed or there is none, or the answer holds no usable code. */
  | 'HUMAN_UNREACHABLE'
  /** The server of a keeper could not start, because its port is in use. */
  | 'KEEPER_START_FAILED'
  /** A lease expired or another process took it over. */
  | 'LEASE_LOST'
  /** Another holder kept a lease for longer than the wait for it. */
  | 'LEASE_TIMEOUT'
  /** The ledger answered, but refused the operation. */
  | 'LEDGER_REFUSED'
  /** The ledger does not answer. */
  | 'LEDGER_UNREACHABLE'
  /** A message holds several equally likely links. */
  | 'LINK_AMBIGUOUS'
  /** A message holds no link to follow. */
  | 'LINK_NOT_FOUND'
  /** An optional package is not installed. */
  | 'MISSING_PACKAGE'
  /** A delivery did not end in time, so it is unknown whether more messages come. */
  | 'NOT_SETTLED'
  /** A secret or a link belongs to another site than the page. */
  | 'ORIGIN_REFUSED'
  /** A text or a QR code is not an authenticator seed. */
  | 'OTP_SEED_INVALID'
  /** The persona has no authenticator seed. */
  | 'OTP_SEED_MISSING'
  /** The page has no form for a new password, or one whose fields cannot be told apart. */
  | 'PASSWORD_CHANGE_NOT_FOUND'
  /** The site refused the new password. */
  | 'PASSWORD_CHANGE_REFUSED'
  /** Nothing proves that the site took the new password. */
  | 'PASSWORD_CHANGE_UNPROVEN'
  /** The site wants a new password before it lets the persona in. */
  | 'PASSWORD_EXPIRED'
  /** No password satisfies the rules that a page gives for a new one. */
  | 'PASSWORD_RULES_UNMET'
  /** A persona was used after the test, hook or job that opened it. */
  | 'PERSONA_CLOSED'
  /** A persona cannot be saved under a name that another one has. */
  | 'PERSONA_EXISTS'
  /** The persona lacks a member that was read, such as a phone number. */
  | 'PERSONA_INCOMPLETE'
  /** No persona of this name is configured or in the vault. */
  | 'PERSONA_UNKNOWN'
  /** The installed Playwright is older than this package supports. */
  | 'PLAYWRIGHT_TOO_OLD'
  /** A profile could not be saved. */
  | 'PROFILE_NOT_SAVED'
  /** A profile is not signed in, or this cannot be verified. */
  | 'PROFILE_NOT_SIGNED_IN'
  /** No profile of this name is configured or saved. */
  | 'PROFILE_UNKNOWN'
  /** A page, an element or a file shows no recovery codes, or several lists that may be some. */
  | 'RECOVERY_CODES_NOT_FOUND'
  /** All recovery codes of the persona are used. */
  | 'RECOVERY_CODES_SPENT'
  /** A member of a persona refers to a value that cannot be read. */
  | 'REFERENCE_UNRESOLVED'
  /** A setting, an option or an environment variable is invalid. */
  | 'SETTINGS_INVALID'
  /** Earlier refusals stop further sign-ins of the persona before the site locks the account. */
  | 'SIGN_IN_BLOCKED'
  /** The site says that the account is locked. */
  | 'SIGN_IN_LOCKED'
  /** The site refused an answer, or the sign-in did not get any further. */
  | 'SIGN_IN_REFUSED'
  /** The sign-in did not end in time. */
  | 'SIGN_IN_TIMEOUT'
  /** The sign-in ended on a page that asks for nothing, but nothing proves a session. */
  | 'SIGN_IN_UNPROVEN'
  /** The site refused the form of a sign-up, or did not accept another value for one of its fields. */
  | 'SIGN_UP_REFUSED'
  /** The form of a sign-up asks for something that nothing but the caller can know. */
  | 'SIGN_UP_UNANSWERABLE'
  /** The page has no form that creates an account. */
  | 'SIGN_UP_UNKNOWN'
  /** The sink could not start, for example because a port is in use. */
  | 'SINK_START_FAILED'
  /** The source of messages answered, but refused the request. */
  | 'SOURCE_REFUSED'
  /** The source of messages does not answer. */
  | 'SOURCE_UNREACHABLE'
  /** A file of the vault, or data to import into it, is invalid. */
  | 'VAULT_INVALID'
  /** No key to the vault is configured. */
  | 'VAULT_KEY_MISSING'
  /** The key to the vault cannot be used, or its file is not private enough. */
  | 'VAULT_KEY_REFUSED'
  /** The key does not open the vault. */
  | 'VAULT_KEY_WRONG'
  /** Another process is changing the vault. */
  | 'VAULT_LOCKED'
  /** The list of the vault's recipients was changed by something other than `vault rekey`. */
  | 'VAULT_RECIPIENTS_CHANGED'
  /** An abort signal or the closing of an object ended a wait. */
  | 'WAIT_ABORTED'
  /** A value could not be typed into the page. */
  | 'FILL_FAILED';

/** The only error class of this package. The message says what happened, what was seen and what to do. It never holds a secret. */
export class TwoFactorError extends Error {
  readonly code: ErrorCode;
  /** Structured data about the error, if the error has more than fits its message. */
  readonly details?: object;

  constructor(code: ErrorCode, message: string, { details, ...options }: ErrorOptions & { details?: object } = {}) {
    super(message, options);
    this.name = 'TwoFactorError';
    this.code = code;
    if (details) this.details = details;
  }
}

/** Returns the first line of the message of anything that was thrown. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}

/** Returns the code or the reason of the error's cause. Node's `fetch` fails with "fetch failed" and has the reason there. */
export function causeOf(error: unknown): string {
  const { cause } = (error ?? {}) as { readonly cause?: { readonly code?: string } };
  return cause?.code ?? reasonOf(cause ?? error);
}
