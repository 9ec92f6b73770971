import type { Page } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import { type ElementLocators, type PageReading, lookAt } from '../challenge/page/look.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import { Deadline } from '../core/deadline.ts';
import { ChallengeResponder } from './challenge-responder.ts';
import { challengeKey } from './challenge-key.ts';
import { type Seen, failure, passkeyRefused } from './errors.ts';
import type { SignInCredentials } from './credentials.ts';
import type { SignInOptions } from './options.ts';
import { PageIdle } from './page-idle.ts';
import { PasskeyWatch } from './passkey-watch.ts';
import { click } from './click.ts';
import { Progress } from './progress.ts';
import { isThere } from './signed-in-check.ts';
import { titleOf } from './labels.ts';
import { turnOf } from './page-outcome.ts';

const TIMEOUT = 90_000;
const ATTEMPTS = 2;
/** Styles change what is seen without a notice: look again after this long, in milliseconds. */
const LOOK_AGAIN = 400;
/** More steps than any sign-in has: whoever takes them goes round in circles. */
const MAX_STEPS = 25;
/** What is offered on the way is passed over this often. */
const MAX_NOTICES = 4;

export interface SignInTask extends SignInOptions {
  /** Where to begin. @default where the page is */
  readonly url?: string | undefined;
  /** Whether to stop as soon as one challenge is answered and taken. */
  readonly once?: boolean;
}

/** A sign-in on a page: looks, answers, and sees what comes of it, until it is signed in or cannot go on. */
export class SignIn {
  readonly #page: Page;
  readonly #means: SignInCredentials;
  readonly #runtime: Runtime;
  readonly #task: SignInTask;
  readonly #watch: PageIdle;
  readonly #patience: Deadline;
  readonly #answering: ChallengeResponder;
  readonly #progress: Progress;
  readonly #passkeys: PasskeyWatch;
  readonly #attempts: number;
  #sighting: PageReading | undefined;
  #notices = 0;

  constructor(page: Page, means: SignInCredentials, runtime: Runtime, task: SignInTask) {
    this.#page = page;
    this.#means = means;
    this.#runtime = runtime;
    this.#task = task;
    const { timeout = TIMEOUT, attempts = ATTEMPTS, signal } = task;
    this.#attempts = attempts;
    this.#watch = new PageIdle(page);
    this.#patience = new Deadline(runtime, timeout, signal);
    this.#progress = new Progress(this.#watch);
    this.#passkeys = new PasskeyWatch(means, this.#watch, this.#progress);
    const surroundings = {
      page,
      means,
      runtime,
      watch: this.#watch,
      patience: this.#patience,
      progress: this.#progress,
    };
    this.#answering = new ChallengeResponder(surroundings, task);
  }

  /** @returns what the page asks in the end: nothing, or with `once` what comes next */
  async run(): Promise<Challenge> {
    try {
      const { url } = this.#task;
      if (url !== undefined) {
        await this.#answering.open();
        await this.#page.goto(url, { waitUntil: 'domcontentloaded' });
      }
      for (let steps = 0; steps < MAX_STEPS;) {
        const change = this.#watch.changed(LOOK_AGAIN);
        const isOver = await this.#tryNext();
        if (isOver === 'wait') await change;
        else if (isOver) return this.#seen().challenge;
        else steps++;
      }
      throw this.#fail('SIGN_IN_REFUSED', `The sign-in went round in circles: ${MAX_STEPS} steps led nowhere.`);
    } catch (error) {
      await this.#keepPicture();
      throw error;
    } finally {
      this.#watch.close();
      this.#patience.end();
    }
  }

  /** A page that goes elsewhere in the middle of a step is looked at anew. */
  async #tryNext(): Promise<boolean | 'wait'> {
    const { documents } = this.#watch;
    try {
      return await this.#next();
    } catch (error) {
      if (this.#watch.documents === documents || !isAboutPage(error)) throw error;
      await this.#note('The page went elsewhere meanwhile');
      return false;
    }
  }

  /** Looks, and does what the page calls for. Answers whether all is done, or that there is nothing to do but wait. */
  async #next(): Promise<boolean | 'wait'> {
    // On a busy machine a look takes its time, and says how things stood when it began.
    const lookedAt = performance.now();
    const sighting = await lookAt(this.#page);
    this.#sighting = sighting;
    const { challenge } = sighting;
    const ask = challengeKey(sighting);
    if (await this.#passkeys.wasGiven(sighting, ask)) await this.#note('Passkey given');
    if (this.#passkeys.mayAsk(sighting, ask)) return this.#wait();
    const turn = turnOf(sighting, ask, this.#progress.last, this.#watch.asOf(lookedAt));
    const { signedIn } = this.#task;
    if (signedIn !== undefined && (await isThere(signedIn, this.#page, ask))) return await this.#accepted(true);
    switch (turn) {
      case 'locked':
        await this.#means.refused('lockout', challenge.message);
        throw this.#fail(
          'SIGN_IN_LOCKED',
          `The site lets ${this.#means.name} in no more: "${challenge.message ?? ''}".`,
        );
      case 'pending':
        return this.#wait();
      case 'signed-in':
        return signedIn === undefined ? await this.#accepted(true) : this.#wait();
      case 'at rest':
        return await this.#atRest(sighting);
      case 'refused':
        await this.#refused(sighting);
        return await this.#answer(sighting, ask);
      case 'unsent':
        if (this.#progress.timesAnswered(ask ?? '') >= this.#attempts) await this.#refused(sighting);
        this.#answering.takeBack();
        return await this.#answer(sighting, ask);
      case 'asks':
        if (ask !== undefined && this.#progress.isBefore(ask)) {
          await this.#refused(sighting);
          this.#progress.startOver();
        } else if (this.#progress.last && (await this.#accepted(this.#task.once === true))) return true;
        return await this.#answer(sighting, ask);
    }
  }

  #wait(): 'wait' {
    if (!this.#patience.signal.aborted) return 'wait';
    const { signal } = this.#task;
    if (signal?.aborted)
      throw this.#fail('WAIT_ABORTED', `The sign-in of ${this.#means.name} was aborted by its signal.`);
    const { signedIn } = this.#task;
    const proof = signedIn === undefined ? '' : ` What proves it, ${String(signedIn)}, did not show.`;
    const what = `${this.#means.name} was not signed in after ${(this.#patience.waited() / 1000).toFixed(1)} s.${proof}`;
    throw this.#fail('SIGN_IN_TIMEOUT', what);
  }

  async #accepted(isOver: boolean): Promise<boolean> {
    if (this.#progress.last?.proves) await this.#note('Accepted');
    return isOver;
  }

  /** Nothing is asked any more: a notice on the way, or the end of it. */
  async #atRest({ challenge, reach }: PageReading): Promise<boolean | 'wait'> {
    const { last } = this.#progress;
    if (reach.dismiss && this.#notices < MAX_NOTICES) {
      this.#notices++;
      await this.#note('Pass over a notice');
      await click(reach.dismiss);
      this.#watch.touch();
      return false;
    }
    if (await this.#goToSignIn(reach)) return false;
    const { status = 200 } = this.#watch;
    if (status >= 400) throw this.#fail('CHALLENGE_UNKNOWN', `The site answered with an error, HTTP ${status}.`);
    if (this.#task.signedIn !== undefined) return this.#wait();
    // Who was let in without a password may be asked to choose one.
    if (reach.wantsNewPassword && this.#progress.hasAnswered('password') && this.#task.once !== true)
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
  async #goToSignIn({ signIn }: ElementLocators): Promise<boolean> {
    if (this.#progress.last || !signIn || !this.#progress.isNew('sign-in link')) return false;
    await this.#runtime.step('Go to the sign-in', () => click(signIn));
    this.#watch.touch();
    return true;
  }

  /** Notes that an answer was refused. @throws when there is nothing more to try */
  async #refused(sighting: PageReading): Promise<void> {
    const { message } = sighting.challenge;
    const { last } = this.#progress;
    if (!last) return;
    if (last.isPasskey) return await this.#passkeyRefused(sighting);
    if (!last.proves && last.ask !== 'identifier') {
      // A way that was pressed, and led nowhere; or had a code sent for the field that is there already.
      if (!this.#answering.mayGuess(sighting)) throw this.#answering.unanswerable(sighting);
      this.#progress.refused();
      return;
    }
    const isCode = last.ask.includes('code');
    const mayGoOn = last.ask !== 'link-sent' && (await this.#means.refused(isCode ? 'code' : 'password', message));
    const count = this.#progress.timesAnswered(last.ask);
    const said = message ? `: "${message}"` : ', and the page does not say why';
    await this.#note(`Refused${message ? `: "${message}"` : ''}`);
    if (isCode && mayGoOn && count < this.#attempts) {
      this.#progress.refused();
      return;
    }
    const what = isCode
      ? `The site refused ${count === 1 ? 'a code' : `${count} codes`} of ${this.#means.name}${said}.`
      : `The site refused the ${last.ask === 'link-sent' ? 'link by e-mail' : last.ask} of ${this.#means.name}${said}.`;
    const help = isCode
      ? 'Check the seed and the clocks (totp), or that nothing else takes codes of this persona at the same time. More attempts may lock the account; `attempts` sets how many.'
      : 'Check them, and that the user exists. They are not sent again, as that could lock the account.';
    throw this.#fail('SIGN_IN_REFUSED', what, help);
  }

  async #passkeyRefused(sighting: PageReading): Promise<void> {
    const { message } = sighting.challenge;
    if (message === undefined && this.#answering.hasMore(sighting)) {
      await this.#note('The page asks for more than the passkey');
      this.#progress.refused();
      return;
    }
    throw passkeyRefused(this.#seen(), this.#means.name);
  }

  async #answer(sighting: PageReading, ask: string | undefined): Promise<boolean> {
    const { challenge } = sighting;
    const documents = this.#watch.documents;
    if (ask === undefined && (await this.#goToSignIn(sighting.reach))) return false;
    if (ask === undefined)
      throw this.#fail('CHALLENGE_UNKNOWN', `The page says "${challenge.message ?? ''}", and offers no way on.`);
    await this.#runtime.step(`Challenge: ${titleOf(challenge)}`, () =>
      this.#answering.respond(sighting, ask, documents),
    );
    this.#watch.touch();
    return false;
  }

  async #note(title: string): Promise<void> {
    await this.#runtime.step(title, () => Promise.resolve());
  }

  #seen(): Seen {
    return { challenge: this.#sighting!.challenge, url: this.#page.url(), path: this.#progress.path };
  }

  #fail(code: TwoFactorError['code'], what: string, help?: string): TwoFactorError {
    return failure(code, what, this.#seen(), help);
  }

  /** What the page looks like, for the report; what stands in its fields is covered. */
  async #keepPicture(): Promise<void> {
    if (this.#page.isClosed()) return;
    const mask = [...(this.#sighting?.reach.fields ?? [])];
    const picture = await this.#page.screenshot({ mask, timeout: 3000 }).catch(() => undefined);
    if (picture) await this.#runtime.attachPicture('where the sign-in ended', picture);
  }
}

/** Whether something on a page could not be used, as it was not there any more. */
function isAboutPage(error: unknown): boolean {
  if (error instanceof TwoFactorError) return error.code === 'FILL_FAILED';
  return error instanceof Error && error.name === 'TimeoutError';
}
