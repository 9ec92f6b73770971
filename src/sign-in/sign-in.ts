import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import { type PageReading, lookAt } from '../challenge/page/look.ts';
import { race } from '../core/abortable.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import { challengeKey } from './challenge-key.ts';
import { ChallengeResponder } from './challenge-responder.ts';
import type { SignInCredentials } from './credentials.ts';
import { withoutQuery } from './errors.ts';
import { challengeTitle } from './labels.ts';
import { IDLE_TIMES, outcomeOf } from './page-outcome.ts';
import { PasskeyWatch } from './passkey-watch.ts';
import { Refusals } from './refusals.ts';
import { SettledPage } from './settled-page.ts';
import { SignInContext, type SignInTask } from './sign-in-context.ts';
import { isPresent } from './signed-in-check.ts';

export type { SignInTask } from './sign-in-context.ts';

/** Maximum time between two readings of the page, in milliseconds. Style changes cause no event. */
const POLL_INTERVAL = 400;
/** A page that does not answer is given up this long after the deadline, in milliseconds. */
const HANG_MARGIN = 500;
/** Maximum number of steps. A sign-in that takes more is in a loop. */
const MAX_STEPS = 25;
/** Maximum number of times that a page may use a passkey without going on. More could lock the account. */
const MAX_PASSKEY_USES = 3;

/** Signs in on a page: reads it, answers its challenge and checks the outcome, until a session is proven or it fails. */
export class SignIn {
  readonly #context: SignInContext;
  readonly #responder: ChallengeResponder;
  readonly #passkeys: PasskeyWatch;
  readonly #refusals: Refusals;
  readonly #settledPage: SettledPage;
  #passkeyUses = 0;
  /** Aborted when the sign-in has ended, or the page does not answer. */
  readonly #hangs = new AbortController();
  #hangTimer: NodeJS.Timeout | undefined;

  constructor(page: Page, credentials: SignInCredentials, runtime: Runtime, task: SignInTask) {
    this.#context = new SignInContext(page, credentials, runtime, task);
    this.#passkeys = new PasskeyWatch(credentials, this.#context.pageIdle, this.#context.progress);
    this.#responder = new ChallengeResponder(this.#context, task);
    this.#refusals = new Refusals(this.#context, this.#responder);
    this.#settledPage = new SettledPage(this.#context, this.#refusals);
    this.#giveUpLater();
  }

  /** Runs the sign-in. @returns the challenge of the page at the end */
  async run(): Promise<Challenge> {
    try {
      return await race(this.#run(), this.#hangs.signal);
    } catch (error) {
      if (!this.#hangs.signal.aborted) await this.#attachScreenshot(this.#context.page);
      throw this.#asOwnError(error);
    } finally {
      this.#hangs.abort();
      clearTimeout(this.#hangTimer);
      this.#context.close();
    }
  }

  /** Gives up a page that does not answer, shortly after the deadline. */
  #giveUpLater(): void {
    const { credentials, deadline, page } = this.#context;
    deadline.signal.addEventListener('abort', () => {
      if (this.#hangs.signal.aborted) return;
      this.#hangTimer = setTimeout(() => {
        const seconds = (deadline.waited() / 1000).toFixed(1);
        const { reading } = this.#context;
        const what = `${credentials.name} was not signed in after ${seconds} s: ${withoutQuery(page.url())} did not answer. It may show a dialog, or run a script without an end.`;
        const code = deadline.isOver() ? 'SIGN_IN_TIMEOUT' : 'WAIT_ABORTED';
        this.#hangs.abort(reading ? this.#context.fail(code, what) : new TwoFactorError(code, what));
      }, HANG_MARGIN);
    });
  }

  async #run(): Promise<Challenge> {
    const { task, pageIdle } = this.#context;
    if (task.url !== undefined) {
      await Promise.all([this.#responder.open(), this.#context.pendingPasskeys?.ready()]);
      await this.#goto(task.url);
    }
    for (let steps = 0; steps < MAX_STEPS;) {
      this.#hangs.signal.throwIfAborted();
      const nextChange = pageIdle.changed(POLL_INTERVAL);
      const isComplete = await this.#step();
      if (isComplete === 'wait') await Promise.race([nextChange, this.#nextIdle()]);
      else if (isComplete) return this.#context.reading!.challenge;
      else steps++;
    }
    const what = `The sign-in is in a loop: it was not complete after ${MAX_STEPS} steps.`;
    throw this.#context.fail('SIGN_IN_REFUSED', what);
  }

  /** Resolves when the page has been idle for long enough to be judged again. */
  async #nextIdle(): Promise<void> {
    const time = this.#context.pageIdle.nextIdle(IDLE_TIMES);
    await sleep(Math.min(Math.ceil(time), POLL_INTERVAL), undefined, { ref: false });
  }

  async #goto(url: string): Promise<void> {
    const { page, pageIdle, deadline } = this.#context;
    try {
      await page.goto(url, { waitUntil: 'domcontentloaded', timeout: Math.max(1, deadline.left()) });
    } catch (error) {
      // The page may have navigated on while it loaded.
      if (pageIdle.documents > 0 && !page.isClosed() && !page.url().startsWith('chrome-error:')) return;
      const text = `Could not open ${withoutQuery(url)}: ${reasonOf(error)}\nNext: Check the URL, and that the site runs.`;
      throw new TwoFactorError('CHALLENGE_UNKNOWN', text, { cause: error });
    }
  }

  /** Performs one step. If the page changes during the step, it is read again. */
  async #step(): Promise<boolean | 'wait'> {
    const { page, pageIdle, progress, deadline } = this.#context;
    const { documents, sentCount } = pageIdle;
    try {
      return await this.#advance();
    } catch (error) {
      if (!isPageError(error) || page.isClosed() || deadline.signal.aborted) throw error;
      const hasNavigated = pageIdle.documents !== documents;
      // What a step did is seen in what the page sent, even if the step itself failed.
      if (!hasNavigated && pageIdle.sentCount === sentCount && !progress.mayRepeat(documents)) throw error;
      await this.#context.reportStep(hasNavigated ? 'Page navigated, retrying' : 'Page changed, retrying');
      return false;
    }
  }

  /** Reads the page and acts on it. Returns true if the sign-in is complete, or `wait` if the page is still busy. */
  async #advance(): Promise<boolean | 'wait'> {
    const { page, pageIdle, progress, task } = this.#context;
    const window = this.#context.takeWindow();
    if (window && (await this.#signInBeside(window))) return false;
    // On a busy machine a reading takes time, and reflects the state at its start.
    const readAt = performance.now();
    const reading = await lookAt(page);
    const key = challengeKey(reading);
    this.#context.read(reading);
    if (key !== undefined) this.#settledPage.noteChallenge();
    if (await this.#passkeys.wasUsed(reading, key)) await this.#countPasskeyUse();
    if (this.#passkeys.canPrompt(reading, key)) return this.#settledPage.wait();
    const isRefusal = this.#context.words?.isRefusal === true;
    const outcome = outcomeOf(reading, key, progress.last, pageIdle.asOf(readAt), isRefusal);
    if (task.signedIn !== undefined && (await isPresent(task.signedIn, page, reading))) {
      await this.#context.reportStep(`Signed in: ${String(task.signedIn)}`);
      return true;
    }
    const form = await task.forms?.answer({
      ...{ context: this.#context, reading, key, outcome, activity: pageIdle.asOf(readAt) },
      note: () => this.#settledPage.noteChallenge(),
    });
    if (form !== undefined) return form === 'wait' ? this.#settledPage.wait() : false;
    switch (outcome) {
      case 'pending':
        return this.#settledPage.wait();
      case 'settled':
        return await this.#settledPage.handle(reading, pageIdle.asOf(readAt));
      case 'locked':
        return await this.#refusals.locked();
      case 'refused':
        await this.#refusals.refused(reading);
        return await this.#answer(reading, key);
      case 'unsent':
        await this.#refusals.unsent(reading, key);
        return await this.#answer(reading, key);
      case 'next-challenge':
        await this.#refusals.refusedByAddress(reading);
        if (key !== undefined && progress.hasStartedOver(key)) {
          await this.#refusals.refused(reading);
          progress.startOver();
        } else if (progress.last) {
          await this.#reportAccepted();
          if (task.once === true) return true;
        }
        return await this.#answer(reading, key);
    }
  }

  /**
   * Signs in in a window that the page opened: that of an identity provider, or a tab. The page itself continues after it.
   * Returns false if the window does not ask for an identity.
   */
  async #signInBeside(window: Page): Promise<boolean> {
    const { page, credentials, runtime, task, progress, deadline } = this.#context;
    try {
      await window.waitForLoadState('domcontentloaded', { timeout: Math.max(1, deadline.left()) });
      if (challengeKey(await lookAt(window)) === undefined) return false;
      this.#settledPage.noteChallenge();
      progress.recordWindow();
      const { url: _, signedIn: __, ...options } = task;
      await new SignIn(window, credentials.onPage(window), runtime, { ...options, timeout: deadline.left() }).run();
    } catch (error) {
      // A window closes when the sign-in in it is complete.
      if (!window.isClosed()) throw error;
    }
    progress.path.push('signed in in a window');
    if (window.isClosed()) return true;
    await window.close();
    await page.reload({ waitUntil: 'domcontentloaded', timeout: Math.max(1, deadline.left()) });
    return true;
  }

  async #reportAccepted(): Promise<void> {
    if (this.#context.progress.last?.proves) await this.#context.reportStep('Accepted');
  }

  async #countPasskeyUse(): Promise<void> {
    await this.#context.reportStep('Passkey used');
    if (++this.#passkeyUses > MAX_PASSKEY_USES) throw this.#refusals.passkeyError();
  }

  async #answer(reading: PageReading, key: string | undefined): Promise<boolean> {
    const { runtime, pageIdle, words } = this.#context;
    const { challenge } = reading;
    const { documents } = pageIdle;
    if (key === undefined && (await this.#settledPage.openSignInPage(reading.locators))) return false;
    if (key === undefined) {
      const what = `The page says "${words?.text ?? ''}", and offers no way to continue.`;
      throw this.#context.fail('CHALLENGE_UNKNOWN', what);
    }
    await runtime.step(`Challenge: ${challengeTitle(challenge)}`, () =>
      this.#responder.respond(reading, key, documents),
    );
    pageIdle.touch();
    return false;
  }

  /** Converts an error of the browser to one of ours, which tells the state of the sign-in. */
  #asOwnError(error: unknown): unknown {
    const { page, credentials, deadline, reading } = this.#context;
    if (error instanceof TwoFactorError || !reading || !(error instanceof Error)) return error;
    if (page.isClosed())
      return this.#context.fail('WAIT_ABORTED', `The page was closed while ${credentials.name} signed in.`);
    const what = `The page did not react to a step of the sign-in of ${credentials.name}.`;
    return this.#context.fail(deadline.isOver() ? 'SIGN_IN_TIMEOUT' : 'CHALLENGE_UNKNOWN', what);
  }

  /** Attaches a screenshot of the page to the report, with its fields masked. */
  async #attachScreenshot(page: Page): Promise<void> {
    if (page.isClosed()) return;
    const mask = [...(this.#context.reading?.locators.fields ?? [])];
    const screenshot = await page.screenshot({ mask, timeout: 3000 }).catch(() => undefined);
    if (screenshot) await this.#context.runtime.attachPicture('sign-in failure', screenshot);
  }
}

/** True for an error that an element on the page disappeared or could not be used. */
function isPageError(error: unknown): boolean {
  if (error instanceof TwoFactorError) return error.code === 'FILL_FAILED';
  return error instanceof Error;
}
