import type { Page } from '@playwright/test';
import type { Challenge, Factor } from '../challenge/challenge.ts';
import type { PageReading } from '../challenge/page/look.ts';
import { TwoFactorError } from '../core/errors.ts';
import { pageOrigin } from '../secret/origins.ts';
import { Secret } from '../secret/secret.ts';
import type { Deadline } from '../core/deadline.ts';
import type { WaitForCodeOptions } from '../inbox/wait-options.ts';
import { askedFactors } from './challenge-key.ts';
import type { Choice } from './choose-factor.ts';
import type { SignInCredentials } from './credentials.ts';
import { isSentElsewhere } from './sent-elsewhere.ts';

/** Factors whose code arrives in a message. */
const SENT: readonly Factor[] = ['email-code', 'sms-code'];

/** Lifetime of an unused code, in milliseconds. A TOTP code is handed out with at least 5 s left. */
const LIFETIME = { sent: 60_000, generated: 5000 };

/** Maximum delivery time of a new code, in milliseconds. After it, an unclaimed older code is used. */
const MAX_DELIVERY = 8000;

export interface OneTimeCodesOptions {
  readonly credentials: SignInCredentials;
  /** The page that asks for the codes. */
  readonly page: Page;
  readonly deadline: Deadline;
  /** Signal of the caller of the sign-in. */
  readonly signal: AbortSignal | undefined;
}

/** Gets the one-time codes of a sign-in. Hands out each code once. */
export class OneTimeCodes {
  readonly #credentials: SignInCredentials;
  readonly #page: Page;
  readonly #deadline: Deadline;
  readonly #signal: AbortSignal | undefined;
  readonly #handedOut = new Set<string>();
  #returned: { readonly code: Secret; readonly until: number } | undefined;
  /** Mark of each message box at the start of the sign-in. */
  #marks: Partial<Record<Factor, number>> = {};

  constructor({ credentials, page, deadline, signal }: OneTimeCodesOptions) {
    this.#page = page;
    this.#signal = signal;
    this.#credentials = credentials;
    this.#deadline = deadline;
  }

  /** Marks the current position of the message boxes. Older messages are ignored. */
  async open(): Promise<void> {
    const [email, sms] = await Promise.all([
      this.#credentials.inbox.mark().catch(() => 0),
      this.#credentials.sms.mark().catch(() => 0),
    ]);
    this.#marks = { 'email-code': email, 'email-link': email, 'sms-code': sms };
  }

  /** True if the page must send a code, and no unused code is available. */
  needsSending(factors: readonly Factor[]): boolean {
    return this.#returned === undefined && factors.some((factor) => SENT.includes(factor));
  }

  /** Returns the possible factors of the code. There are several if the page does not name one. */
  factorsOf(reading: PageReading, { factor }: Choice, usable: readonly Factor[]): Factor[] {
    if (factor === 'human') return askedFactors(reading);
    if (!SENT.includes(factor)) return [factor];
    if (reading.locators.isGuess) return SENT.filter((one) => usable.includes(one));
    return askedFactors(reading).filter((one) => SENT.includes(one) && usable.includes(one));
  }

  /** Guesses that a code was sent, if the page names no factor and the persona has no authenticator. */
  guess({ challenge, locators }: PageReading, usable: readonly Factor[]): Choice | undefined {
    if (!locators.isGuess || usable.includes('totp')) return undefined;
    const factor = SENT.find((one) => usable.includes(one));
    return factor && { factor, index: challenge.factors.length, isAsked: true };
  }

  /**
   * Returns the code for a challenge. A message that the persona does not get may have come to a person: the person is
   * asked if the wait times out, and at once if the page itself shows that the message goes to somebody else.
   *
   * @param isHuman true if only a person can have the code
   * @param askHuman asks a person for the code. Undefined if nobody can be asked
   */
  async codeOrPerson(
    factors: readonly Factor[],
    challenge: Challenge,
    isHuman: boolean,
    askHuman: (() => Promise<Secret>) | undefined,
  ): Promise<Secret> {
    const mayAsk = askHuman !== undefined && !isHuman && factors.every((factor) => SENT.includes(factor));
    const isElsewhere = mayAsk && isSentElsewhere(challenge, factors, this.#credentials);
    try {
      return await this.codeFor(factors, challenge, isHuman || isElsewhere ? askHuman : undefined);
    } catch (error) {
      const isLeft = this.#deadline.left() > 0 && !this.#deadline.signal.aborted;
      if (!mayAsk || isElsewhere || !isLeft || !isInVain(error)) throw error;
      return await this.codeFor(factors, challenge, askHuman);
    }
  }

  /**
   * Returns the first available code of one of these factors.
   *
   * @param askHuman asks a person for the code instead
   */
  async codeFor(
    factors: readonly Factor[],
    { length }: Pick<Challenge, 'length'>,
    askHuman?: () => Promise<Secret>,
  ): Promise<Secret> {
    const returned = this.#returned;
    this.#returned = undefined;
    if (returned && performance.now() < returned.until) return returned.code;
    if (askHuman) {
      const code = await askHuman();
      this.#handedOut.add(code.reveal());
      return code;
    }
    // The wait for the authenticator depends on other users of it, and has a timeout of its own.
    if (factors.includes('totp') || factors.includes('hotp'))
      return new Secret(
        `${this.#credentials.name}/totp`,
        await this.#deadline.notCounting(() => this.#credentials.totp.code()),
      );
    if (factors.includes('recovery-code'))
      return new Secret(`${this.#credentials.name}/recovery code`, await this.#credentials.recoveryCodes.code());
    const otherWaits = new AbortController();
    const signal = AbortSignal.any([otherWaits.signal, ...(this.#signal ? [this.#signal] : [])]);
    const timeout = this.#timeout();
    const origin = pageOrigin(this.#page);
    const waits = factors.map((factor) => {
      const box = factor === 'sms-code' ? this.#credentials.sms : this.#credentials.inbox;
      return this.#waitForNewCode(box, {
        after: this.#marks[factor] ?? 0,
        signal,
        timeout,
        ...(this.#credentials.codeFormat ?? (length ? { length } : {})),
        ...(origin ? { origin } : {}),
      });
    });
    try {
      return await Promise.any(waits).catch((error: AggregateError) => {
        throw error.errors[0];
      });
    } finally {
      otherWaits.abort();
    }
  }

  /** Returns the code of the authenticator for a form that asks for it together with the password. */
  async codeForForm({ fields }: Pick<Challenge, 'fields'>, usable: readonly Factor[]): Promise<Secret | undefined> {
    const factor = usable.find((one) => one === 'totp' || one === 'hotp');
    const isWanted = factor !== undefined && fields.some(({ role }) => role === 'code');
    return isWanted ? await this.codeFor([factor], {}) : undefined;
  }

  /** Waits for a code that was not handed out before. A site may send the same mail twice. */
  async #waitForNewCode(
    box: SignInCredentials['inbox'] | SignInCredentials['sms'],
    options: WaitForCodeOptions,
  ): Promise<Secret> {
    const older = await box.messages({ unreadOnly: true }).catch(() => []);
    for (;;) {
      const code = await (older.length > 0 ? newOrUnclaimed(box, options) : box.waitForCode(options));
      if (this.#handedOut.has(code)) continue;
      this.#handedOut.add(code);
      return new Secret('code', code);
    }
  }

  /** Returns an unused code. It is handed out next, until its lifetime ends. */
  returnCode(code: Secret): void {
    const lifetime = this.#handedOut.has(code.reveal()) ? LIFETIME.sent : LIFETIME.generated;
    this.#returned = { code, until: performance.now() + lifetime };
  }

  /** Waits for the sign-in link and opens it. @param gone ends the wait */
  async openLink(page: Page, gone: AbortSignal, timeout: number = this.#timeout()): Promise<void> {
    const signal = AbortSignal.any([gone, ...(this.#signal ? [this.#signal] : [])]);
    const after = this.#marks['email-link'] ?? 0;
    await this.#credentials.inbox.openLink(page, { after, timeout, signal });
  }

  /** Returns the timeout of a wait for a message. The deadline of the sign-in limits it. */
  #timeout(): number {
    return Math.min(this.#deadline.left(), this.#credentials.timeout);
  }
}

/**
 * Waits for the code of a new message, then falls back to an older unclaimed message. A site may not send a second code
 * while the first is valid.
 */
async function newOrUnclaimed(
  box: SignInCredentials['inbox'] | SignInCredentials['sms'],
  options: WaitForCodeOptions,
): Promise<string> {
  const { after: _, timeout = MAX_DELIVERY, ...any } = options;
  try {
    return await box.waitForCode({ ...options, timeout: Math.min(timeout, MAX_DELIVERY) });
  } catch (error) {
    if (!(error instanceof TwoFactorError) || error.code !== 'CODE_TIMEOUT') throw error;
    return await box.waitForCode({ ...any, timeout: Math.max(1, timeout - MAX_DELIVERY) });
  }
}

/** Returns true for the error of a wait for a message that did not come. */
function isInVain(error: unknown): boolean {
  return error instanceof TwoFactorError && (error.code === 'CODE_TIMEOUT' || error.code === 'SOURCE_UNREACHABLE');
}
