/** What a person is asked for: a code, or to approve on a device and say so. */
export interface HandoffRequest {
  readonly asks: 'code' | 'approval';
  /** Who signs in. */
  readonly persona: string;
  /** The test or job that waits. */
  readonly who: string;
  /** In one line: `6-digit code by SMS to •• 42`. */
  readonly title: string;
  /** What the page calls it. */
  readonly label: string;
  /** Where the page says that it was sent, masked as it shows it. */
  readonly destination?: string;
  /** Of the page that asks. */
  readonly origin: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export type HandoffAnswer = { readonly code: string } | { readonly isDone: true } | { readonly isDeclined: true };

/** A person who is asked. */
export interface Handoff {
  /** The page on which to answer, once. Whoever has it may. */
  readonly url: string;
  /** Resolves when the person has. @throws TwoFactorError `SOURCE_UNREACHABLE` or `SOURCE_REFUSED` */
  answer(): Promise<HandoffAnswer>;
  /** Ends it: the page is gone. */
  close(): Promise<void>;
}

/** The longest text that stands on the page, in characters. */
const MAX_TEXT = 300;
/** No site's codes are longer. */
const MAX_CODE = 64;
/** Nobody is asked for longer, in milliseconds. */
const MAX_AGE = 24 * 3_600_000;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/;

/** A request as a worker sent it. Nothing where it is none. @param now milliseconds since the epoch */
export function readRequest(value: unknown, now: number): HandoffRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { asks, persona, who, title, label, destination, origin, expiresAt } = value as Record<string, unknown>;
  if (asks !== 'code' && asks !== 'approval') return undefined;
  const isText = (one: unknown): one is string =>
    typeof one === 'string' && one.length <= MAX_TEXT && !CONTROL.test(one);
  if (!isText(persona) || !isText(who) || !isText(title) || !isText(label) || !isText(origin)) return undefined;
  if (destination !== undefined && !isText(destination)) return undefined;
  if (typeof expiresAt !== 'number' || !(expiresAt > now) || expiresAt > now + MAX_AGE) return undefined;
  return { asks, persona, who, title, label, origin, expiresAt, ...(destination === undefined ? {} : { destination }) };
}

/** A text that may stand in a request: of one line, and not too long. */
export function shortText(text: string): string {
  const line = text.replace(new RegExp(CONTROL, 'gu'), ' ').replace(/\s+/g, ' ').trim();
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 1)}…`;
}

/** A code as a person gives it: without blanks around it, and between its digits. Nothing where it is none. */
export function readGivenCode(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const digits = text.replace(/[\s-]/g, '');
  const code = /^\d+$/.test(digits) ? digits : text;
  return code.length > 0 && code.length <= MAX_CODE && !CONTROL.test(code) ? code : undefined;
}
