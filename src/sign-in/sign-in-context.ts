import type { Page } from '@playwright/test';
import type { PageReading } from '../challenge/page/look.ts';
import { Deadline } from '../core/deadline.ts';
import type { ErrorCode, TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import { SIGN_IN_TIMEOUT } from '../core/timeouts.ts';
import { registerShownSecrets } from '../secret/shown-secrets.ts';
import type { SignInCredentials } from './credentials.ts';
import { Dialogs } from './dialogs.ts';
import { failure, passkeyHelp } from './errors.ts';
import type { SignInOptions } from './options.ts';
import type { PageForms } from './page-forms.ts';
import { PageIdle } from './page-idle.ts';
import { PendingPasskeys } from './pending-passkeys.ts';
import { Progress } from './progress.ts';
import { type SiteWords, wordsAbout } from './site-words.ts';

const ATTEMPTS = 2;

/** Options of one sign-in. */
export interface SignInTask extends SignInOptions {
  /** URL to open first. @default the current page */
  readonly url?: string | undefined;
  /** Stop after one accepted answer. @default false */
  readonly once?: boolean;
  /** Answers forms that are not a challenge, such as those of a sign-up. */
  readonly forms?: PageForms | undefined;
}

/** Advice if a test ends before the time of its sign-in. */
const MORE_TIME = 'The test timeout left no more time. Give the test more, with test.slow() or test.setTimeout().';

/** State that the parts of one sign-in share. */
export class SignInContext {
  readonly page: Page;
  readonly credentials: SignInCredentials;
  readonly runtime: Runtime;
  readonly task: SignInTask;
  readonly pageIdle: PageIdle;
  readonly dialogs: Dialogs;
  readonly deadline: Deadline;
  readonly progress: Progress;
  /** Requests for a passkey that nothing answers. Undefined if the persona has an authenticator for them. */
  readonly pendingPasskeys: PendingPasskeys | undefined;
  /** Maximum number of codes for one challenge. */
  readonly attempts: number;
  /** Windows that the page opened, such as those of an identity provider. */
  readonly #windows: Page[] = [];
  readonly #onWindow = (window: Page): void => void this.#windows.push(window);
  #reading: PageReading | undefined;
  #words: SiteWords | undefined;

  constructor(page: Page, credentials: SignInCredentials, runtime: Runtime, task: SignInTask) {
    this.page = page;
    this.credentials = credentials;
    this.runtime = runtime;
    this.task = task;
    this.attempts = task.attempts ?? ATTEMPTS;
    this.pageIdle = new PageIdle(page);
    this.dialogs = new Dialogs(page);
    this.deadline = new Deadline(runtime, task.timeout ?? SIGN_IN_TIMEOUT, task.signal);
    this.progress = new Progress(page, this.pageIdle, this.dialogs);
    this.pendingPasskeys = credentials.hasAuthenticator ? undefined : new PendingPasskeys(page);
    page.on('popup', this.#onWindow);
  }

  /** Takes the window that the page opened last, if it is still open. */
  takeWindow(): Page | undefined {
    return this.#windows.splice(0).findLast((window) => !window.isClosed());
  }

  /** Current reading of the page. */
  get reading(): PageReading | undefined {
    return this.#reading;
  }

  /** The site's words about the last answer, as the current reading shows them. */
  get words(): SiteWords | undefined {
    return this.#words;
  }

  /** Sets the current reading. */
  read(reading: PageReading): void {
    const { last } = this.progress;
    const dialogs = this.dialogs.since(last?.dialogs ?? 0).map(({ text }) => text);
    this.#reading = reading;
    registerShownSecrets(reading.shown);
    this.#words = wordsAbout(reading, last?.texts ?? new Set(), dialogs);
  }

  /** Shows a step without a duration in the report. */
  async reportStep(title: string): Promise<void> {
    await this.runtime.step(title, () => Promise.resolve());
  }

  /** Creates an error with the current state of the sign-in. */
  fail(code: ErrorCode, what: string, help?: string): TwoFactorError {
    const state = { challenge: this.#reading!.challenge, url: this.page.url(), path: this.progress.path };
    const isCutShort = code === 'SIGN_IN_TIMEOUT' && this.deadline.isCutShort;
    return failure(code, what, state, help ?? (isCutShort ? MORE_TIME : undefined));
  }

  /** Creates the error for a page that waits for a passkey which the persona does not have. */
  passkeyWanted(): TwoFactorError {
    const { credentials } = this;
    const state = { challenge: this.#reading!.challenge, url: this.page.url(), path: this.progress.path };
    const what = `The page waits for a passkey, and persona "${credentials.name}" has none that fits.`;
    return failure('CHALLENGE_UNANSWERABLE', what, state, passkeyHelp(credentials));
  }

  /** Stops observing the page. */
  close(): void {
    this.page.off('popup', this.#onWindow);
    this.pageIdle.close();
    this.dialogs.close();
    this.pendingPasskeys?.close();
    this.deadline.end();
  }
}
