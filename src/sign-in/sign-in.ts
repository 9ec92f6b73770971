import type { Page } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import { type ElementLocators, type PageReading, lookAt } from '../challenge/page/look.ts';
import { TwoFactorError } from '../core/errors.ts';
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

const TIMEOUT = 90_000;
const ATTEMPTS = 2;
/** Styles change what is seen without a notice: look again after this long, in milliseconds. */
const POLL_INTERVAL = 400;
/** More steps than any sign-in has: whoever takes them goes round in circles. */
const MAX_STEPS = 25;
/** What is offered on the way is passed over this often. */
const MAX_INTERSTITIALS = 4;

export interface SignInTask extends SignInOptions {
  /** Where to begin. @default where the page is */
  readonly url?: string | undefined;
  /** Whether to stop as soon as one challenge is answered and taken. */
  readonly once?: boolean;
}

/** A sign-in on a page: looks, answers, and sees what comes of it, until it is signed in or cannot go on. */
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
    const { timeout = TIMEOUT, attempts = ATTEMPTS, signal } = task;
    this.#attempts = attempts;
    this.#pageIdle = new PageIdle(page);
    this.#deadline = new Deadline(runtime, timeout, signal);
    this.#progress = new Progress(this.#pageIdle);
    this.#passkeys = new PasskeyWatch(credentials, this.#pageIdle, this.#progress);
    const context = {
      page,
      credentials,
      runtime,
      pageIdle: this.#pageIdle,
      deadline: this.#deadline,
      progress: this.#progress,
    };
    this.#responder = new ChallengeResponder(context, task);
  }

  /** @returns what the page asks in the end: nothing, or with `once` what comes next */
  async run(): Promise<Challenge> {
    try {
      const { url } = this.#task;
      if (url !== undefined) {
        await this.#responder.open();
        await this.#page.goto(url, { waitUntil: 'domcontentloaded' });
      }
      for (let steps = 0; steps < MAX_STEPS;) {
        const change = this.#pageIdle.changed(POLL_INTERVAL);
        const isOver = await this.#step();
        if (isOver === 'wait') await change;
        else if (isOver) return this.#context().challenge;
        else steps++;
      }
      throw this.#fail('SIGN_IN_REFUSED', `The sign-in went round in circles: ${MAX_STEPS} steps led nowhere.`);
    } catch (error) {
      await this.#attachScreenshot();
      throw error;
    } finally {
      this.#pageIdle.close();
      this.#deadline.end();
    }
  }

  /** A page that goes elsewhere in the middle of a step is looked at anew. */
  async #step(): Promise<boolean | 'wait'> {
    const { documents } = this.#pageIdle;
    try {
      return await this.#advance();
    } catch (error) {
      if (this.#pageIdle.documents === documents || !isAboutPage(error)) throw error;
      await this.#reportStep('The page went elsewhere meanwhile');
      return false;
    }
  }

  /** Looks, and does what the page calls for. Answers whether all is done, or that there is nothing to do but wait. */
  async #advance(): Promise<boolean | 'wait'> {
    // On a busy machine a look takes its time, and says how things stood when it began.
    const lookedAt = performance.now();
    const reading = await lookAt(this.#page);
    this.#reading = reading;
    const { challenge } = reading;
    const key = challengeKey(reading);
    if (await this.#passkeys.wasUsedSinceLastLook(reading, key)) await this.#reportStep('Passkey given');
    if (this.#passkeys.canPrompt(reading, key)) return this.#wait();
    const outcome = outcomeOf(reading, key, this.#progress.last, this.#pageIdle.asOf(lookedAt));
    const { signedIn } = this.#task;
    if (signedIn !== undefined && (await isPresent(signedIn, this.#page, key))) return await this.#accepted(true);
    switch (outcome) {
      case 'locked':
        await this.#credentials.refused('lockout', challenge.message);
        throw this.#fail(
          'SIGN_IN_LOCKED',
          `The site lets ${this.#credentials.name} in no more: "${challenge.message ?? ''}".`,
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
        this.#responder.takeBack();
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
    const proof = signedIn === undefined ? '' : ` What proves it, ${String(signedIn)}, did not show.`;
    const what = `${this.#credentials.name} was not signed in after ${(this.#deadline.waited() / 1000).toFixed(1)} s.${proof}`;
    throw this.#fail('SIGN_IN_TIMEOUT', what);
  }

  async #accepted(isOver: boolean): Promise<boolean> {
    if (this.#progress.last?.proves) await this.#reportStep('Accepted');
    return isOver;
  }

  /** Nothing is asked any more: a notice on the way, or the end of it. */
  async #handleSettledPage({ challenge, locators }: PageReading): Promise<boolean | 'wait'> {
    const { last } = this.#progress;
    if (locators.dismiss && this.#interstitials < MAX_INTERSTITIALS) {
      this.#interstitials++;
      await this.#reportStep('Pass over a notice');
      await click(locators.dismiss);
      this.#pageIdle.touch();
      return false;
    }
    if (await this.#openSignInPage(locators)) return false;
    const { status = 200 } = this.#pageIdle;
    if (status >= 400) throw this.#fail('CHALLENGE_UNKNOWN', `The site answered with an error, HTTP ${status}.`);
    if (this.#task.signedIn !== undefined) return this.#wait();
    // Who was let in without a password may be asked to choose one.
    if (locators.wantsNewPassword && this.#progress.hasAnswered('password') && this.#task.once !== true)
      throw this.#fail(
        'CHALLENGE_UNKNOWN',
        'The site wants a new password.',
        'Set one by hand, and give it here, too.',
      );
    if (last?.proves && challenge.kind === 'unknown') return await this.#accepted(true);
    const help =
      'See the picture in the report. If this is where one signs in, fill this step in by hand; if it is signed in already, say how to tell with `signedIn`.';
    throw this.#fail(
      'CHALLENGE_UNKNOWN',
      'Nothing on the page asks for an identity, and nothing shows that one is signed in.',
      help,
    );
  }

  /** From a page that asks for nothing, or is of no use any more. */
  async #openSignInPage({ signIn }: ElementLocators): Promise<boolean> {
    if (this.#progress.last || !signIn || !this.#progress.tryOnce('sign-in link')) return false;
    await this.#runtime.step('Go to the sign-in', () => click(signIn));
    this.#pageIdle.touch();
    return true;
  }

  /** Notes that an answer was refused. @throws when there is nothing more to try */
  async #refused(reading: PageReading): Promise<void> {
    const { message } = reading.challenge;
    const { last } = this.#progress;
    if (!last) return;
    if (last.isPasskey) return await this.#passkeyRefused(reading);
    if (!last.proves && last.key !== 'identifier') {
      // A way that was pressed, and led nowhere; or had a code sent for the field that is there already.
      if (!this.#responder.mayGuess(reading)) throw this.#responder.unanswerable(reading);
      this.#progress.refused();
      return;
    }
    const isCode = last.key.includes('code');
    const mayGoOn =
      last.key !== 'link-sent' && (await this.#credentials.refused(isCode ? 'code' : 'password', message));
    const count = this.#progress.timesAnswered(last.key);
    const said = message ? `: "${message}"` : ', and the page does not say why';
    await this.#reportStep(`Refused${message ? `: "${message}"` : ''}`);
    if (isCode && mayGoOn && count < this.#attempts) {
      this.#progress.refused();
      return;
    }
    const what = isCode
      ? `The site refused ${count === 1 ? 'a code' : `${count} codes`} of ${this.#credentials.name}${said}.`
      : `The site refused the ${last.key === 'link-sent' ? 'link by e-mail' : last.key} of ${this.#credentials.name}${said}.`;
    const help = isCode
      ? 'Check the seed and the clocks (totp), or that nothing else takes codes of this persona at the same time. More attempts may lock the account; `attempts` sets how many.'
      : 'Check them, and that the user exists. They are not sent again, as that could lock the account.';
    throw this.#fail('SIGN_IN_REFUSED', what, help);
  }

  async #passkeyRefused(reading: PageReading): Promise<void> {
    const { message } = reading.challenge;
    if (message === undefined && this.#responder.hasMore(reading)) {
      await this.#reportStep('The page asks for more than the passkey');
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
      throw this.#fail('CHALLENGE_UNKNOWN', `The page says "${challenge.message ?? ''}", and offers no way on.`);
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

  /** What the page looks like, for the report; what stands in its fields is covered. */
  async #attachScreenshot(): Promise<void> {
    if (this.#page.isClosed()) return;
    const mask = [...(this.#reading?.locators.fields ?? [])];
    const picture = await this.#page.screenshot({ mask, timeout: 3000 }).catch(() => undefined);
    if (picture) await this.#runtime.attachPicture('where the sign-in ended', picture);
  }
}

/** Whether something on a page could not be used, as it was not there any more. */
function isAboutPage(error: unknown): boolean {
  if (error instanceof TwoFactorError) return error.code === 'FILL_FAILED';
  return error instanceof Error && error.name === 'TimeoutError';
}
