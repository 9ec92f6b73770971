import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { ownText } from '../own-text.ts';

/** Twilio's limits. @see https://www.twilio.com/docs/verify/api/rate-limits-and-timeouts */
const MAX_ATTEMPTS = 5;
const EXPIRES_AFTER = 10 * 60 * 1000;
/** Maximum number of verifications that are kept. The oldest are forgotten. */
const MAX_KEPT = 10_000;

export type VerificationStatus = 'pending' | 'approved' | 'canceled';

/** A code that was sent to somebody, and what has become of it. */
export interface Verification {
  readonly sid: string;
  readonly service: string;
  readonly account: string;
  /** Address or number, as the request has it. */
  readonly to: string;
  readonly channel: string;
  readonly code: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly status: VerificationStatus;
  /** Times at which the code was sent, in milliseconds since the epoch, with the channel of each. */
  readonly sent: readonly { readonly at: number; readonly channel: string }[];
  /** Number of codes that were checked. */
  readonly checks: number;
}

/** Outcome of a check: the verification, or the reason why there is none. */
export type Checked = { readonly verification: Verification; readonly isRight: boolean } | 'gone' | 'too many';

export interface VerificationOptions {
  /** Clock, in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** Returns a random code with the given number of digits. */
  readonly makeCode?: (length: number) => string;
}

/**
 * The verifications of Twilio Verify. Each is pending for ten minutes, and has five attempts. Every operation is done when
 * it returns, so that two requests at the same time never share an attempt.
 */
export class Verifications {
  readonly #now: () => number;
  readonly #makeCode: (length: number) => string;
  /** By service and recipient. Only the newest of a recipient counts. */
  readonly #kept = new Map<string, Verification>();

  /** Number of verifications that are kept. */
  get size(): number {
    return this.#kept.size;
  }

  constructor({ now = Date.now, makeCode = randomCode }: VerificationOptions = {}) {
    this.#now = now;
    this.#makeCode = makeCode;
  }

  /**
   * Starts a verification, or repeats the pending one of the same recipient, whose code stays the same.
   *
   * @returns the verification, or `too many` if its code was sent five times
   */
  start(request: {
    readonly service: string;
    readonly account: string;
    readonly to: string;
    readonly channel: string;
    readonly length: number;
    readonly customCode?: string | undefined;
  }): Verification | 'too many' {
    const { service, account, to, channel, length, customCode } = request;
    const at = this.#now();
    this.#removeExpired();
    const pending = this.#pending(keyOf(service, to));
    if (pending && pending.sent.length >= MAX_ATTEMPTS) return 'too many';
    const begun = pending ?? {
      sid: `VE${randomBytes(16).toString('hex')}`,
      ...{ service: ownText(service), account: ownText(account), to: ownText(to) },
      ...{ createdAt: at, status: 'pending' as const, sent: [], checks: 0 },
      code: this.#makeCode(length),
    };
    const by = ownText(channel);
    const sent = [...begun.sent, { at, channel: by }];
    const code = customCode === undefined ? begun.code : ownText(customCode);
    return this.#keep({ ...begun, code, channel: by, updatedAt: at, sent });
  }

  /** Checks a code, in constant time. One that is right approves the verification, which is then gone. */
  check(service: string, recipient: { readonly to?: string; readonly sid?: string }, code: string): Checked {
    const found = this.find(service, recipient.sid ?? recipient.to ?? '');
    if (found?.status !== 'pending') return 'gone';
    if (found.checks >= MAX_ATTEMPTS) return 'too many';
    const isRight = isEqual(found.code, code);
    const status = isRight ? 'approved' : 'pending';
    const verification = this.#keep({ ...found, status, checks: found.checks + 1, updatedAt: this.#now() });
    return { verification, isRight };
  }

  /** Returns the verification of an id, or of a recipient, unless it has expired. */
  find(service: string, idOrTo: string): Verification | undefined {
    const found = isVerificationSid(idOrTo)
      ? [...this.#kept.values()].find(({ sid }) => sid === idOrTo)
      : this.#kept.get(keyOf(service, idOrTo));
    return found?.service === service && !this.#isExpired(found) ? found : undefined;
  }

  /** Approves or cancels a pending verification, as an application does that knows the outcome. */
  update(verification: Verification, status: VerificationStatus): Verification {
    return this.#keep({ ...verification, status, updatedAt: this.#now() });
  }

  #pending(key: string): Verification | undefined {
    const found = this.#kept.get(key);
    return found?.status === 'pending' && !this.#isExpired(found) ? found : undefined;
  }

  #isExpired({ createdAt }: Verification): boolean {
    return this.#now() - createdAt >= EXPIRES_AFTER;
  }

  /** Removes the oldest ones, as far as they have expired. */
  #removeExpired(): void {
    for (const [key, verification] of this.#kept) {
      if (!this.#isExpired(verification)) return;
      this.#kept.delete(key);
    }
  }

  #keep(verification: Verification): Verification {
    const key = keyOf(verification.service, verification.to);
    this.#kept.delete(key); // so that the oldest one comes first
    this.#kept.set(key, verification);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return verification;
  }
}

/** True for the id of a verification. */
export function isVerificationSid(text: string): boolean {
  return /^VE[0-9a-f]{32}$/.test(text);
}

function keyOf(service: string, to: string): string {
  return `${service}/${to}`;
}

function randomCode(length: number): string {
  return String(randomInt(10 ** length)).padStart(length, '0');
}

function isEqual(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
