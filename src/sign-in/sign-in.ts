import type { Page } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import { type ElementLocators, type PageReading, lookAt } from '../challenge/page/look.ts';
import { TwoFactorError } from '../core/errors.ts';
import { SIGN_IN_TIMEOUT } from '../core/timeouts.ts';
import type { Runtime } from '../core/runtime.ts';
import { Deadline } from '../core/deadline.ts';
import { ChallengeResponder } from './challenge-responder.ts';
import { challengeKey } from './challenge-key.ts';
import { type FailureContext, failure, passkeyRefused } from './errors.ts';
import type { SignInCredentials } from './credentials.ts';
import type { SignInOptions } from './options.ts';
import { PageIdle } from './page-idle.ts';
import { PasskeyWatch } from './passkey-watch.ts';
import { click } from './click.ts';
import { Progress } from './progress.ts';
import { isPresent } from './signed-in-check.ts';
import { challengeTitle } from './labels.ts';
import { outcomeOf } from './page-outcome.ts';

const ATTEMPTS = 2;
/** Maximum time between two readings of the page, in milliseconds. Style changes cause no event. */
const POLL_INTERVAL = 400;
/** Maximum number of steps. A sign-in that takes more is in a loop. */
const MAX_STEPS = 25;
/** Maximum number of interstitials to dismiss. */
const MAX_INTERSTITIALS = 4;

/** Options of one sign-in. */
export interface SignInTask extends SignInOptions {
  /** URL to open first. @default the current page */
  readonly url?: string | undefined;
  /** Stop after one accepted answer. @default false */
  readonly once?: boolean;
}

/** Signs in on a page: reads it, answers its challenge and checks the outcome, until a session exists or it fails. */
export class SignIn {
  readonly #page: Page;
  readonly #credentials: SignInCredentials;
  readonly #runtime: Runtime;
  readonly #task: SignInTask;
  readonly #pageIdle: PageIdle;
  readonly #deadline: Deadline;
  readonly #responder: ChallengeResponder;
  readonly #progress: Progress;
  readonly #passkeys: PasskeyWatch;
  readonly #attempts: number;
  #reading: PageReading | undefined;
  #interstitials = 0;

  constructor(page: Page, credentials: SignInCredentials, runtime: Runtime, task: SignInTask) {
    this.#page = page;
    this.#credentials = credentials;
    this.#runtime = runtime;
    this.#task = task;
    const { timeout = SIGN_IN_TIMEOUT, attempts = ATTEMPTS, signal } = task;
    this.#attempts = attempts;
    this.#pageIdle = new PageIdle(page);
    this.#deadline = new Deadline(runtime, timeout, signal);
    this.#progress = new Progress(this.#pageIdle);
    this.#passkeys = new PasskeyWatch(credentials, this.#pageIdle, this.#progress);
    const shared = { pageIdle: this.#pageIdle, deadline: this.#deadline, progress: this.#progress };
    this.#responder = new ChallengeResponder({ page, credentials, runtime, ...shared }, task);
  }

  /** Runs the sign-in. @returns the challenge of the page at the end */
  async run(): Promise<Challenge> {
    try {
      const { url } = this.#task;
      if (url !== undefined) {
        await this.#responder.open();
        await this.#page.goto(url, { waitUntil: 'domcontentloaded' });
      }
      for (let steps = 0; steps < MAX_STEPS;) {
        const nextChange = this.#pageIdle.changed(POLL_INTERVAL);
        const isComplete = await this.#step();
        if (isComplete === 'wait') await nextChange;
        else if (isComplete) return this.#context().challenge;
        else steps++;
      }
      throw this.#fail('SIGN_IN_REFUSED', `The sign-in is in a loop: it was not complete after ${MAX_STEPS} steps.`);
    } catch (error) {
      await this.#attachScreenshot();
      throw error;
    } finally {
      this.#pageIdle.close();
      this.#deadline.end();
    }
  }

  /** Performs one step. If the page navigates during the step, it is read again. */
  async #step(): Promise<boolean | 'wait'> {
    const { documents } = this.#pageIdle;
    try {
      return await this.#advance();
    } catch (error) {
      if (this.#pageIdle.documents === documents || !isMissingElement(error)) throw error;
      await this.#reportStep('Page navigated, retrying');
      return false;
    }
  }

  /** Reads the page and acts on it. Returns true if the sign-in is complete, or `wait` if the page is still busy. */
  async #advance(): Promise<boolean | 'wait'> {
    // On a busy machine a reading takes time, and reflects the state at its start.
    const readAt = performance.now();
    const reading = await lookAt(this.#page);
    this.#reading = reading;
    const { challenge } = reading;
    const key = challengeKey(reading);
    if (await this.#passkeys.wasUsed(reading, key)) await this.#reportStep('Passkey used');
    if (this.#passkeys.canPrompt(reading, key)) return this.#wait();
    const outcome = outcomeOf(reading, key, this.#progress.last, this.#pageIdle.asOf(readAt));
    const { signedIn } = this.#task;
    if (signedIn !== undefined && (await isPresent(signedIn, this.#page, key))) return await this.#accepted(true);
    switch (outcome) {
      case 'locked':
        await this.#credentials.refused('lockout', challenge.message);
        throw this.#fail(
          'SIGN_IN_LOCKED',
          `The site has locked out ${this.#credentials.name}: "${challenge.message ?? ''}".`,
        );
      case 'pending':
        return this.#wait();
      case 'signed-in':
        return signedIn === undefined ? await this.#accepted(true) : this.#wait();
      case 'settled':
        return await this.#handleSettledPage(reading);
      case 'refused':
        await this.#refused(reading);
        return await this.#answer(reading, key);
      case 'unsent':
        if (this.#progress.timesAnswered(key ?? '') >= this.#attempts) await this.#refused(reading);
        this.#responder.reuseLastCode();
        return await this.#answer(reading, key);
      case 'next-challenge':
        if (key !== undefined && this.#progress.hasStartedOver(key)) {
          await this.#refused(reading);
          this.#progress.startOver();
        } else if (this.#progress.last && (await this.#accepted(this.#task.once === true))) return true;
        return await this.#answer(reading, key);
    }
  }

  #wait(): 'wait' {
    if (!this.#deadline.signal.aborted) return 'wait';
    const { signal } = this.#task;
    if (signal?.aborted)
      throw this.#fail('WAIT_ABORTED', `The sign-in of ${this.#credentials.name} was aborted by its signal.`);
    const { signedIn } = this.#task;
    const proof = signedIn === undefined ? '' : ` The proof of a session, ${String(signedIn)}, did not appear.`;
    const what = `${this.#credentials.name} was not signed in after ${(this.#deadline.waited() / 1000).toFixed(1)} s.${proof}`;
    throw this.#fail('SIGN_IN_TIMEOUT', what);
  }

  async #accepted(isComplete: boolean): Promise<boolean> {
    if (this.#progress.last?.proves) await this.#reportStep('Accepted');
    return isComplete;
  }

  /** Handles a page without a challenge: an interstitial, a page before the sign-in, or the end of the sign-in. */
  async #handleSettledPage({ challenge, locators }: PageReading): Promise<boolean | 'wait'> {
    const { last } = this.#progress;
    if (locators.dismiss && this.#interstitials < MAX_INTERSTITIALS) {
      this.#interstitials++;
      await this.#reportStep('Dismiss interstitial');
      await click(locators.dismiss);
      this.#pageIdle.touch();
      return false;
    }
    if (await this.#openSignInPage(locators)) return false;
    const { status = 200 } = this.#pageIdle;
    if (status >= 400) throw this.#fail('CHALLENGE_UNKNOWN', `The site responded with HTTP ${status}.`);
    if (this.#task.signedIn !== undefined) return this.#wait();
    // After a sign-in without a password, the request for a new one is not a failure.
    if (locators.wantsNewPassword && this.#progress.hasAnswered('password') && this.#task.once !== true)
      throw this.#fail(
        'CHALLENGE_UNKNOWN',
        'The site requires a new password.',
        'Set a new password by hand, and update the password of the persona.',
      );
    if (last?.proves && challenge.kind === 'unknown') return await this.#accepted(true);
    const help =
      'See the screenshot in the report. If the page asks for an identity, fill in this step in the test. If the page is signed in, pass `signedIn`, which identifies a signed-in page.';
    throw this.#fail(
      'CHALLENGE_UNKNOWN',
      'Nothing on the page asks for an identity, and nothing proves a session.',
      help,
    );
  }

  /** Follows the sign-in link of a page without a challenge. Returns true if it did. */
  async #openSignInPage({ signIn }: ElementLocators): Promise<boolean> {
    if (this.#progress.last || !signIn || !this.#progress.tryOnce('sign-in link')) return false;
    await this.#runtime.step('Open sign-in page', () => click(signIn));
    this.#pageIdle.touch();
    return true;
  }

  /** Records that the last answer was refused. @throws TwoFactorError if no further attempt is allowed */
  async #refused(reading: PageReading): Promise<void> {
    const { message } = reading.challenge;
    const { last } = this.#progress;
    if (!last) return;
    if (last.isPasskey) return await this.#passkeyRefused(reading);
    if (!last.proves && last.key !== 'identifier') {
      // The selected factor changed nothing, or it sent a code for the field that is already there.
      if (!this.#responder.canGuess(reading)) throw this.#responder.unanswerable(reading);
      this.#progress.refused();
      return;
    }
    const isCode = last.key.includes('code');
    const mayRetry =
      last.key !== 'link-sent' && (await this.#credentials.refused(isCode ? 'code' : 'password', message));
    const count = this.#progress.timesAnswered(last.key);
    const reason = message ? `: "${message}"` : ' without a message';
    await this.#reportStep(`Refused${message ? `: "${message}"` : ''}`);
    if (isCode && mayRetry && count < this.#attempts) {
      this.#progress.refused();
      return;
    }
    const what = isCode
      ? `The site refused ${count === 1 ? 'a code' : `${count} codes`} of ${this.#credentials.name}${reason}.`
      : `The site refused the ${last.key === 'link-sent' ? 'link by e-mail' : last.key} of ${this.#credentials.name}${reason}.`;
    const help = isCode
      ? 'Check the seed and the clocks (totp), and that nothing else uses codes of this persona at the same time. `attempts` sets the number of attempts; more attempts may lock the account.'
      : 'Check the credentials, and that the user exists. They are not sent again, because that could lock the account.';
    throw this.#fail('SIGN_IN_REFUSED', what, help);
  }

  async #passkeyRefused(reading: PageReading): Promise<void> {
    const { message } = reading.challenge;
    if (message === undefined && this.#responder.hasAlternative(reading)) {
      await this.#reportStep('Passkey not sufficient, trying another factor');
      this.#progress.refused();
      return;
    }
    throw passkeyRefused(this.#context(), this.#credentials.name);
  }

  async #answer(reading: PageReading, key: string | undefined): Promise<boolean> {
    const { challenge } = reading;
    const documents = this.#pageIdle.documents;
    if (key === undefined && (await this.#openSignInPage(reading.locators))) return false;
    if (key === undefined)
      throw this.#fail(
        'CHALLENGE_UNKNOWN',
        `The page says "${challenge.message ?? ''}", and offers no way to continue.`,
      );
    await this.#runtime.step(`Challenge: ${challengeTitle(challenge)}`, () =>
      this.#responder.respond(reading, key, documents),
    );
    this.#pageIdle.touch();
    return false;
  }

  async #reportStep(title: string): Promise<void> {
    await this.#runtime.step(title, () => Promise.resolve());
  }

  #context(): FailureContext {
    return { challenge: this.#reading!.challenge, url: this.#page.url(), path: this.#progress.path };
  }

  #fail(code: TwoFactorError['code'], what: string, help?: string): TwoFactorError {
    return failure(code, what, this.#context(), help);
  }

  /** Attaches a screenshot of the page to the report, with its fields masked. */
  async #attachScreenshot(): Promise<void> {
    if (this.#page.isClosed()) return;
    const mask = [...(this.#reading?.locators.fields ?? [])];
    const screenshot = await this.#page.screenshot({ mask, timeout: 3000 }).catch(() => undefined);
    if (screenshot) await this.#runtime.attachPicture('sign-in failure', screenshot);
  }
}

/** True for an error that an element on the page disappeared. */
function isMissingElement(error: unknown): boolean {
  if (error instanceof TwoFactorError) return error.code === 'FILL_FAILED';
  return error instanceof Error && error.name === 'TimeoutError';
}
