/** A request to a person: to give a code, or to approve a sign-in on their device and confirm that they did. */
export interface HandoffRequest {
  readonly asks: 'code' | 'approval';
  /** The name of the persona that signs in. */
  readonly persona: string;
  /** The test or process that waits for the answer. */
  readonly requestedBy: string;
  /** A one-line summary: `6-digit code by SMS to •• 42`. */
  readonly title: string;
  /** The site's own name for the code or the approval. */
  readonly label: string;
  /** The destination that the code was sent to, masked as the page shows it. */
  readonly destination?: string;
  /** Characters of the code, if the site states or implies them. They decide the keyboard that a telephone shows. */
  readonly charset?: 'digits' | 'alphanumeric';
  /** True if the site refused the code that was given before. */
  readonly lastCodeRefused?: boolean;
  /** The origin of the page that asks. */
  readonly origin: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A request as programs list it. */
export interface ListedHandoff extends HandoffRequest {
  readonly id: string;
}

export type HandoffAnswer = { readonly code: string } | { readonly isDone: true } | { readonly isDeclined: true };

/** An open request to a person. */
export interface Handoff {
  readonly id: string;
  /** URL of the answer page, valid for one answer. It contains a token: anyone who has the URL may answer. */
  readonly url: string;
  /** URL to which programs post the answer, with the token of the page as their bearer token. */
  readonly apiUrl: string;
  /** Resolves when the person has answered. @throws TwoFactorError `SOURCE_UNREACHABLE` or `SOURCE_REFUSED` */
  answer(): Promise<HandoffAnswer>;
  /** Withdraws the request and removes its page. */
  close(): Promise<void>;
}

/** Maximum length of a text on the answer page, in characters. */
const MAX_TEXT = 300;
/** Maximum length of a code, in characters. */
const MAX_CODE = 64;
/** Maximum lifetime of a request, in milliseconds. */
const MAX_LIFETIME = 24 * 3_600_000;
// oxlint-disable-next-line no-control-regex -- matching control characters is the purpose
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/;

/**
 * Reads a request that a worker sent. Returns `undefined` if it is invalid.
 *
 * @param now milliseconds since the epoch
 */
export function readRequest(value: unknown, now: number): HandoffRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { destination, charset, lastCodeRefused, ...others } = value as Record<string, unknown>;
  const { asks, persona, requestedBy, title, label, origin, expiresAt } = others;
  if (asks !== 'code' && asks !== 'approval') return undefined;
  if (!isText(persona) || !isText(requestedBy) || !isText(title) || !isText(label) || !isText(origin)) return undefined;
  if (destination !== undefined && !isText(destination)) return undefined;
  if (charset !== undefined && charset !== 'digits' && charset !== 'alphanumeric') return undefined;
  if (lastCodeRefused !== undefined && typeof lastCodeRefused !== 'boolean') return undefined;
  if (typeof expiresAt !== 'number' || !(expiresAt > now) || expiresAt > now + MAX_LIFETIME) return undefined;
  const request: HandoffRequest = { asks, persona, requestedBy, title, label, origin, expiresAt };
  return {
    ...request,
    ...(destination === undefined ? {} : { destination }),
    ...(charset ? { charset } : {}),
    ...(lastCodeRefused ? { lastCodeRefused } : {}),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT && !CONTROL.test(value);
}

/** Makes a text fit for a request: one line, without control characters, shortened to the maximum length. */
export function shortText(text: string): string {
  const line = text.replace(new RegExp(CONTROL, 'gu'), ' ').replace(/\s+/g, ' ').trim();
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 1)}…`;
}

/**
 * Reads a code as a person types it. Removes surrounding spaces, and spaces and hyphens between digits.
 * Returns `undefined` if the value is not a valid code.
 */
export function readGivenCode(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const digits = text.replace(/[\s-]/g, '');
  const code = /^\d+$/.test(digits) ? digits : text;
  return code.length > 0 && code.length <= MAX_CODE && !CONTROL.test(code) ? code : undefined;
}
