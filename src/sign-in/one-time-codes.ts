import type { Page } from '@playwright/test';
import type { Challenge, Factor } from '../challenge/challenge.ts';
import type { PageReading } from '../challenge/page/look.ts';
import { TwoFactorError } from '../core/errors.ts';
import { Secret } from '../secret/secret.ts';
import type { Deadline } from '../core/deadline.ts';
import type { WaitForCodeOptions } from '../inbox/message-box.ts';
import { askedFactors } from './challenge-key.ts';
import type { Choice } from './choose-factor.ts';
import type { SignInCredentials } from './credentials.ts';

const SENT: readonly Factor[] = ['email-code', 'sms-code'];

/** How long a code that was not used is good, in milliseconds: one of an authenticator has 5 s left at least. */
const GOOD_FOR = { sent: 60_000, made: 5000 };

/** A site that sends a code at all has sent it by then, in milliseconds. */
const PENDING = 8000;

/** Gets the codes of a sign-in, and gives none out twice. */
export class OneTimeCodes {
  readonly #credentials: SignInCredentials;
  readonly #deadline: Deadline;
  readonly #signal: AbortSignal | undefined;
  readonly #given = new Set<string>();
  #returned: { readonly code: Secret; readonly until: number } | undefined;
  /** What had come to each of the persona's boxes when the sign-in began. */
  #marks: Partial<Record<Factor, number>> = {};

  /** @param signal of whoever asked for the sign-in: a wait whose time is up explains itself */
  constructor(credentials: SignInCredentials, deadline: Deadline, signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#credentials = credentials;
    this.#deadline = deadline;
  }

  /** Lets no message count that came before this moment. */
  async open(): Promise<void> {
    const [email, sms] = await Promise.all([
      this.#credentials.inbox.mark().catch(() => 0),
      this.#credentials.sms.mark().catch(() => 0),
    ]);
    this.#marks = { 'email-code': email, 'email-link': email, 'sms-code': sms };
  }

  /** Whether such a code has to be sent, and none is here that was not typed. */
  needsSending(factors: readonly Factor[]): boolean {
    return this.#returned === undefined && factors.some((factor) => SENT.includes(factor));
  }

  /** Which factors may have made the code that is asked for; several where the page does not say. */
  factorsOf(reading: PageReading, { factor }: Choice, usable: readonly Factor[]): Factor[] {
    if (!SENT.includes(factor)) return [factor];
    if (reading.locators.isGuess) return SENT.filter((one) => usable.includes(one));
    return askedFactors(reading).filter((one) => SENT.includes(one) && usable.includes(one));
  }

  /** Where nothing on the page tells of an authenticator, and the persona has none, a code must have been sent. */
  guess({ challenge, locators }: PageReading, usable: readonly Factor[]): Choice | undefined {
    if (!locators.isGuess || usable.includes('totp')) return undefined;
    const factor = SENT.find((one) => usable.includes(one));
    return factor && { factor, index: challenge.factors.length, isAsked: true };
  }

  /**
   * A code of one of these factors: that which comes first.
   *
   * @param askPerson where a person has to give it
   */
  async codeFor(
    factors: readonly Factor[],
    { length }: Pick<Challenge, 'length'>,
    askPerson?: () => Promise<Secret>,
  ): Promise<Secret> {
    const returned = this.#returned;
    this.#returned = undefined;
    if (returned && performance.now() < returned.until) return returned.code;
    if (askPerson) {
      const code = await askPerson();
      this.#given.add(code.reveal());
      return code;
    }
    // How long that takes depends on who else uses the authenticator, and it has a limit of its own.
    if (factors.includes('totp') || factors.includes('hotp'))
      return new Secret(
        `${this.#credentials.name}/totp`,
        await this.#deadline.notCounting(() => this.#credentials.totp.code()),
      );
    if (factors.includes('recovery-code'))
      return new Secret(`${this.#credentials.name}/recovery code`, await this.#credentials.recoveryCodes.code());
    const others = new AbortController();
    const signal = AbortSignal.any([others.signal, ...(this.#signal ? [this.#signal] : [])]);
    const timeout = this.#timeout();
    const waits = factors.map((factor) => {
      const box = factor === 'sms-code' ? this.#credentials.sms : this.#credentials.inbox;
      return this.#fresh(box, { after: this.#marks[factor] ?? 0, signal, timeout, ...(length ? { length } : {}) });
    });
    try {
      return await Promise.any(waits).catch((error: AggregateError) => {
        throw error.errors[0];
      });
    } finally {
      others.abort();
    }
  }

  /** A site may send the same mail twice; its code is worth nothing the second time. */
  async #fresh(
    box: SignInCredentials['inbox'] | SignInCredentials['sms'],
    options: WaitForCodeOptions,
  ): Promise<Secret> {
    const older = await box.messages({ unreadOnly: true }).catch(() => []);
    for (;;) {
      const code = await (older.length > 0 ? newOrPending(box, options) : box.waitForCode(options));
      if (this.#given.has(code)) continue;
      this.#given.add(code);
      return new Secret('code', code);
    }
  }

  /** A code that was not used is the next to be given out, while it is good. */
  returnCode(code: Secret): void {
    const good = this.#given.has(code.reveal()) ? GOOD_FOR.sent : GOOD_FOR.made;
    this.#returned = { code, until: performance.now() + good };
  }

  async openLink(page: Page): Promise<void> {
    const signal = this.#signal ? { signal: this.#signal } : {};
    const after = this.#marks['email-link'] ?? 0;
    await this.#credentials.inbox.openLink(page, { after, timeout: this.#timeout(), ...signal });
  }

  /** A wait for a message takes no longer than the whole sign-in may. */
  #timeout(): number {
    return Math.min(this.#deadline.left(), this.#credentials.timeout);
  }
}

/**
 * The code of a message that comes now; else of one that came before and that nobody took: a site may send no second
 * code while the first is good.
 */
async function newOrPending(
  box: SignInCredentials['inbox'] | SignInCredentials['sms'],
  options: WaitForCodeOptions,
): Promise<string> {
  const { after: _, timeout = PENDING, ...any } = options;
  try {
    return await box.waitForCode({ ...options, timeout: Math.min(timeout, PENDING) });
  } catch (error) {
    if (!(error instanceof TwoFactorError) || error.code !== 'CODE_TIMEOUT') throw error;
    return await box.waitForCode({ ...any, timeout: Math.max(1, timeout - PENDING) });
  }
}
