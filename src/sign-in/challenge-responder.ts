import type { Locator, Page } from '@playwright/test';
import type { Factor } from '../challenge/challenge.ts';
import { type PageReading, lookAt } from '../challenge/page/look.ts';
import type { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Secret } from '../secret/secret.ts';
import type { Deadline } from '../core/deadline.ts';
import { APPROVAL, challengeKey } from './challenge-key.ts';
import { type Choice, chooseFactor, otherWayOf } from './choose-factor.ts';
import { OneTimeCodes } from './one-time-codes.ts';
import { type FailureContext, refusedBefore, unanswerable } from './errors.ts';
import type { SignInCredentials } from './credentials.ts';
import type { AnswerOptions } from './options.ts';
import type { PageIdle } from './page-idle.ts';
import { LinkOpener } from './link-opener.ts';
import { HUMAN_CHOICE, HUMAN_READABLE_FACTORS, HumanHandoff } from './human-handoff.ts';
import { READY_TIMEOUT, selectOffer, afterNextFrame, requirePresent, click, setTrust } from './click.ts';
import { Choices } from './choices.ts';
import { CredentialsForm } from './credentials-form.ts';
import type { Progress } from './progress.ts';
import { submit } from './submit.ts';
import { Layers } from './layers.ts';
import { prefersPasskey, usableFactorsOn } from './usable-factors.ts';

/** Maximum age of a reading before the page is read again, in milliseconds. */
const STALE = 400;

/** Objects that the responder shares with the sign-in. */
export interface ResponderContext {
  readonly page: Page;
  readonly credentials: SignInCredentials;
  readonly runtime: Runtime;
  readonly pageIdle: PageIdle;
  readonly deadline: Deadline;
  readonly progress: Progress;
}

/** Answers challenges on a page: chooses the factor, gets the code, fills the fields and submits the form. */
export class ChallengeResponder {
  readonly #page: Page;
  readonly #credentials: SignInCredentials;
  readonly #runtime: Runtime;
  readonly #pageIdle: PageIdle;
  readonly #deadline: Deadline;
  readonly #progress: Progress;
  /** Codes and links that the persona gets. */
  readonly codes: OneTimeCodes;
  /** Requests to a person. Undefined if nobody can be asked. */
  readonly handoff: HumanHandoff | undefined;
  readonly #links: LinkOpener;
  readonly #layers: Layers;
  readonly #choices: Choices;
  #lastTyped: Secret | undefined;
  /** Returns the allowed factors, most preferred first. Those of the persona may differ from site to site. */
  readonly #allowed: () => readonly Factor[];
  /** Factors that can be used on the current page, most preferred first. */
  #usable: readonly Factor[];
  readonly #trustsDevice: boolean;

  constructor({ page, credentials, runtime, pageIdle, deadline, progress }: ResponderContext, options: AnswerOptions) {
    const { factors, trustDevice = false } = options;
    this.#page = page;
    this.#credentials = credentials;
    this.#runtime = runtime;
    this.#pageIdle = pageIdle;
    this.#deadline = deadline;
    this.#progress = progress;
    this.handoff =
      credentials.human &&
      new HumanHandoff(credentials.human, { page, runtime, pageIdle, deadline, progress }, options.signal);
    this.codes = new OneTimeCodes({ credentials, page, deadline, signal: options.signal });
    this.#links = new LinkOpener({ page, pageIdle, deadline }, (tab, signal) => this.codes.openLink(tab, signal));
    this.#layers = new Layers({ runtime, progress, pageIdle });
    this.#choices = new Choices(credentials, options);
    this.#allowed = () => factors ?? ['passkey', ...credentials.factors.filter((factor) => factor !== 'passkey')];
    this.#usable = this.#allowed().filter((factor) => factor !== 'passkey' && credentials.factors.includes(factor));
    this.#trustsDevice = trustDevice;
  }

  /** Marks the current position of the message boxes. Older messages are ignored. */
  async open(): Promise<void> {
    await this.codes.open();
  }

  /** Performs the next step of an answer on this page. @throws TwoFactorError `CHALLENGE_UNANSWERABLE` */
  async respond(reading: PageReading, key: string, documents: number): Promise<void> {
    if (await this.#layers.clear(reading)) return;
    this.#usable = await usableFactorsOn(this.#page, reading, this.#allowed(), this.#credentials);
    const isTried = this.#progress.hasTried(`passkey for ${key}`);
    if (!isTried && prefersPasskey(reading, this.#usable)) return await this.#chooseFactor(reading, key);
    const { challenge, locators } = reading;
    const has = (role: string): boolean => challenge.fields.some((field) => field.role === role);
    if (has('code') || has('recovery-code')) {
      if (has('password') || has('identifier')) return await this.#fillCredentials(reading, key);
      return await this.#fillCode(reading, key, documents);
    }
    if (challenge.fields.length > 0) return await this.#fillCredentials(reading, key);
    if (key === APPROVAL && this.#shouldAskHuman(reading, key)) return await this.#waitForApproval(reading, key);
    if (challenge.kind === 'link-sent') return await this.#openLink(reading, key);
    if (challenge.kind === 'consent' || challenge.kind === 'choose-account') return await this.#decide(reading, key);
    if (challenge.kind === 'enroll' && locators.dismiss) return await this.#follow(reading, key, locators.dismiss);
    await this.#chooseFactor(reading, key);
  }

  /** True if the page offers something other than a passkey. */
  hasAlternative({ challenge, locators }: PageReading): boolean {
    const others = challenge.factors.some(({ factor }) => factor !== 'passkey' && this.#usable.includes(factor));
    return challenge.fields.length > 0 || others || otherWayOf(locators) !== undefined;
  }

  /** Selects a factor that the page offers, or follows "Try another way". */
  async #chooseFactor(reading: PageReading, key: string): Promise<void> {
    const isTried = this.#progress.hasTried(`passkey for ${key}`);
    const choice = chooseFactor(
      reading,
      this.#usable.filter((factor) => factor !== 'passkey' || !isTried),
    );
    if (choice?.factor === 'passkey' && choice.isAsked) return await this.#awaitPrompt(reading, key);
    const offer = choice && reading.locators.factors[choice.index];
    if (!choice || !offer) {
      const human = this.#shouldAskHuman(reading, key) ? chooseFactor(reading, HUMAN_READABLE_FACTORS) : undefined;
      const humanOffer = human && reading.locators.factors[human.index];
      return await (humanOffer ? this.#select(reading, human, humanOffer, key) : this.#tryAnotherWay(reading, key));
    }
    await this.#select(reading, choice, offer, key);
  }

  /** Makes the last code available again, because it was never submitted. */
  reuseLastCode(): void {
    if (this.#lastTyped) this.codes.returnCode(this.#lastTyped);
  }

  async #fillCredentials(reading: PageReading, key: string): Promise<void> {
    const { challenge } = reading;
    const asksPassword = challenge.fields.some(({ role }) => role === 'password');
    if (asksPassword && !this.#credentials.hasPassword) return await this.#chooseFactor(reading, key);
    const roles = challenge.fields.map(({ role }) => role).filter((role) => role !== 'code');
    await this.#runtime.step(`Sign in as ${this.#credentials.name}: ${roles.join(' and ')}`, async () => {
      const form = new CredentialsForm(
        this.#credentials,
        reading,
        await this.codes.codeForForm(challenge, this.#usable),
      );
      await form.fill();
      this.#progress.recordAnswer(
        reading,
        key,
        challenge.fields.some(({ role }) => role !== 'identifier') ? 'proving' : 'plain',
      );
      await this.#submit(reading, form.last);
    });
    this.#progress.path.push(roles.join(' and '));
  }

  async #fillCode(reading: PageReading, key: string, documents: number): Promise<void> {
    const { challenge, locators } = reading;
    const chosen = chooseFactor(reading, this.#usable);
    // An offer on the page takes precedence over a guess.
    const isOffered = chosen?.isAsked === false && !this.#progress.hasTried(`${chosen.factor} for ${key}`);
    const found = isOffered ? chosen : (this.codes.guess(reading, this.#usable) ?? chosen);
    const choice = found ?? (this.#shouldAskHuman(reading, key) ? HUMAN_CHOICE : undefined);
    const offer = choice && !choice.isAsked ? locators.factors[choice.index] : undefined;
    if (!choice) return await this.#tryAnotherWay(reading, key);
    if (offer) return await this.#select(reading, choice, offer, key);
    // A person who was asked before has the code: no message came.
    const isHuman = choice === HUMAN_CHOICE || this.handoff?.hasAsked(key) === true;
    const factors = this.codes.factorsOf(reading, choice, this.#usable);
    const needsSending =
      this.#progress.timesAnswered(key) > 0 || (!locators.isSent && this.#progress.tryOnce(`send ${key}`));
    if (locators.resend && needsSending && this.codes.needsSending(factors)) {
      await this.#runtime.step('Request a code', () => click(locators.resend!));
    }
    const startedAt = this.#runtime.now();
    const askHuman = this.canAskHuman ? () => this.handoff!.code(challenge, key) : undefined;
    const code = await this.codes.codeOrPerson(factors, challenge, isHuman, askHuman).catch((error: unknown) => {
      throw refusedBefore(error, this.#credentials.name, this.#stateOf(reading), this.#progress.refusal);
    });
    const isOld = this.#runtime.now() - startedAt > STALE || this.#pageIdle.documents !== documents;
    try {
      // The page may have changed during the wait.
      const now = isOld || !this.#pageIdle.isQuiet(0) ? await this.#readWhenQuiet() : reading;
      if (challengeKey(now) === key) return await this.#enterCode(now, key, code);
    } catch (error) {
      this.codes.returnCode(code);
      throw error;
    }
    this.codes.returnCode(code);
  }

  /** True if a person must be asked, because nothing else is left to try. */
  #shouldAskHuman({ locators }: PageReading, key: string): boolean {
    return this.canAskHuman && (!otherWayOf(locators) || this.#progress.hasTried(`another way than ${key}`));
  }

  async #waitForApproval(reading: PageReading, key: string): Promise<void> {
    this.#progress.recordAnswer(reading, key, 'proving');
    await this.handoff!.approve(reading.challenge, key);
    this.#progress.path.push('approval by a person');
  }

  async #readWhenQuiet(): Promise<PageReading> {
    while (!this.#pageIdle.isQuiet(0) && !this.#deadline.signal.aborted) await this.#pageIdle.changed(STALE);
    return await lookAt(this.#page);
  }

  async #enterCode(reading: PageReading, key: string, code: Secret): Promise<void> {
    const { challenge, locators } = reading;
    const codeIndex = challenge.fields.findIndex(({ role }) => role === 'code' || role === 'recovery-code');
    const field = locators.fields[codeIndex]!;
    await requirePresent(field);
    if (locators.trustDevice) await setTrust(locators.trustDevice, this.#trustsDevice);
    // Some pages submit the form on the last keystroke.
    this.#progress.recordAnswer(reading, key, 'proving');
    try {
      await this.#credentials.fillCode(field, code, { timeout: READY_TIMEOUT });
    } catch (error) {
      this.#progress.undoAnswer(key);
      throw error;
    }
    this.#lastTyped = code;
    await afterNextFrame(this.#page);
    await this.#submit(reading, field, code);
    this.#progress.path.push(key);
  }

  async #openLink(reading: PageReading, key: string): Promise<void> {
    if (!this.#usable.includes('email-link')) return await this.#chooseFactor(reading, key);
    this.#progress.recordAnswer(reading, key, 'proving');
    await this.#runtime.step('Open link', () => this.#links.open(key));
    this.#progress.path.push('link by e-mail');
  }

  /** Answers a page that asks for a decision, as the caller said. @throws TwoFactorError `CHALLENGE_UNANSWERABLE` */
  async #decide(reading: PageReading, key: string): Promise<void> {
    const { kind } = reading.challenge;
    const isAnswered = await this.#runtime.step(kind === 'consent' ? 'Agree' : 'Choose account', async () => {
      if (!this.#progress.tryOnce(`${kind} on page ${this.#pageIdle.documents}`)) return false;
      this.#progress.recordAnswer(reading, key, 'plain');
      return kind === 'consent' ? await this.#choices.consent(reading) : await this.#choices.account(reading);
    });
    if (!isAnswered) throw this.unanswerable(reading);
    this.#progress.path.push(kind);
  }

  /** Selects a factor that the page offers. */
  async #select(reading: PageReading, { factor }: Choice, offer: Locator, key: string): Promise<void> {
    if (!this.#progress.tryOnce(`${factor} for ${key}`)) return await this.#tryAnotherWay(reading, key);
    const isPasskey = factor === 'passkey';
    this.#progress.recordAnswer(reading, key, isPasskey ? 'passkey' : 'plain');
    const needsSending = await selectOffer(offer);
    if (needsSending && reading.locators.proceed) await click(reading.locators.proceed);
    this.#progress.path.push(`chose ${factor}`);
  }

  /**
   * Waits for the passkey prompt of a page without a button. If the prompt appeared before the authenticator was ready,
   * the page is reloaded.
   */
  async #awaitPrompt(reading: PageReading, key: string): Promise<void> {
    this.#progress.tryOnce(`passkey for ${key}`);
    this.#progress.recordAnswer(reading, key, 'passkey');
    if (this.#pageIdle.documents === 0) await this.#page.reload({ waitUntil: 'domcontentloaded' });
    this.#progress.path.push('passkey');
  }

  async #tryAnotherWay(reading: PageReading, key: string): Promise<void> {
    const otherWay = otherWayOf(reading.locators);
    if (!otherWay || !this.#progress.tryOnce(`another way than ${key}`)) throw this.unanswerable(reading);
    await this.#follow(reading, key, otherWay);
  }

  async #follow(reading: PageReading, key: string, control: Locator): Promise<void> {
    const title = reading.challenge.kind === 'enroll' ? 'Not now' : 'Another way';
    this.#progress.recordAnswer(reading, key, 'plain');
    await this.#runtime.step(title, () => click(control));
    this.#progress.path.push(title.toLowerCase());
  }

  /** True if a person can read out a code. */
  get canAskHuman(): boolean {
    return this.handoff !== undefined && this.#usable.includes('human');
  }

  /** True if a code may have been sent although the page does not say so. */
  canGuess(reading: PageReading): boolean {
    return this.codes.guess(reading, this.#usable) !== undefined;
  }

  /** Creates the error for a challenge that the persona cannot answer. */
  unanswerable(reading: PageReading): TwoFactorError {
    return unanswerable(this.#stateOf(reading), this.#credentials, this.#usable);
  }

  #stateOf({ challenge }: PageReading): FailureContext {
    return { challenge, url: this.#page.url(), path: this.#progress.path };
  }

  async #submit({ locators }: PageReading, field: Locator | undefined, code?: Secret): Promise<void> {
    const form = { button: locators.submit, field, code, credentials: this.#credentials };
    await submit(this.#page, this.#pageIdle, this.#progress.last!, form);
  }
}
