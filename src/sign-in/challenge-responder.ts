import type { Locator, Page } from '@playwright/test';
import type { Challenge, Factor } from '../challenge/challenge.ts';
import { type PageReading, lookAt } from '../challenge/page/look.ts';
import type { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Secret } from '../secret/secret.ts';
import type { Deadline } from '../core/deadline.ts';
import { APPROVAL, challengeKey, askedFactors } from './challenge-key.ts';
import { type Choice, chooseFactor, otherWayOf } from './choose-factor.ts';
import { OneTimeCodes } from './one-time-codes.ts';
import { dismissConsent } from './consent.ts';
import { unanswerable } from './errors.ts';
import type { SignInCredentials } from './credentials.ts';
import type { AnswerOptions } from './options.ts';
import type { PageIdle } from './page-idle.ts';
import { HUMAN_CHOICE, HUMAN_READABLE_FACTORS, HumanHandoff } from './human-handoff.ts';
import { READY_TIMEOUT, choose, afterNextFrame, wasCleared, click, setTrust } from './click.ts';
import type { Progress } from './progress.ts';
import { submit } from './submit.ts';

/** A look that is older than this is taken again, in milliseconds. */
const STALE = 400;

export interface ResponderContext {
  readonly page: Page;
  readonly credentials: SignInCredentials;
  readonly runtime: Runtime;
  readonly pageIdle: PageIdle;
  readonly deadline: Deadline;
  readonly progress: Progress;
}

/** Answers challenges on a page: chooses the factor, gets the code, fills and sends. */
export class ChallengeResponder {
  readonly #page: Page;
  readonly #credentials: SignInCredentials;
  readonly #runtime: Runtime;
  readonly #pageIdle: PageIdle;
  readonly #deadline: Deadline;
  readonly #progress: Progress;
  readonly #codes: OneTimeCodes;
  readonly #handoff: HumanHandoff | undefined;
  #lastTyped: Secret | undefined;
  /** What may be used, the preferred first. */
  readonly #preferred: readonly Factor[];
  /** What can be used on the page that was looked at last. */
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
    this.#handoff =
      credentials.human && new HumanHandoff(credentials.human, { page, runtime, pageIdle, deadline }, options.signal);
    this.#codes = new OneTimeCodes(credentials, deadline, options.signal);
    this.#preferred = factors ?? ['passkey', ...credentials.factors.filter((factor) => factor !== 'passkey')];
    this.#usable = this.#preferred.filter((factor) => factor !== 'passkey' && credentials.factors.includes(factor));
    this.#trustsDevice = trustDevice;
  }

  /** Lets no message count that came before this moment. */
  async open(): Promise<void> {
    await this.#codes.open();
  }

  /** Answers a challenge, as far as it can be done on this page. @throws TwoFactorError `CHALLENGE_UNANSWERABLE` */
  async respond(reading: PageReading, key: string, documents: number): Promise<void> {
    if (await this.#dismissConsent(reading)) return;
    this.#usable = await this.#usableOn(reading);
    if (this.#prefersPasskey(reading, key)) return await this.#chooseFactor(reading, key);
    const { challenge, locators } = reading;
    const has = (role: string): boolean => challenge.fields.some((field) => field.role === role);
    if (has('code') || has('recovery-code')) {
      if (has('password') || has('identifier')) return await this.#fillCredentials(reading, key);
      return await this.#fillCode(reading, key, documents);
    }
    if (challenge.fields.length > 0) return await this.#fillCredentials(reading, key);
    if (key === APPROVAL && this.#shouldAskHuman(reading, key)) return await this.#waitForApproval(reading, key);
    if (challenge.kind === 'link-sent') return await this.#openLink(reading, key);
    if (challenge.kind === 'enroll' && locators.dismiss)
      return await this.#clickThrough(reading, key, locators.dismiss);
    await this.#chooseFactor(reading, key);
  }

  /** A passkey is of use only to the site that it was made for. */
  async #usableOn({ challenge }: PageReading): Promise<readonly Factor[]> {
    const isOffered =
      this.#preferred.includes('passkey') && challenge.factors.some(({ factor }) => factor === 'passkey');
    const hosts = this.#page
      .frames()
      .flatMap((frame) => (URL.canParse(frame.url()) ? new URL(frame.url()).hostname : []));
    const fits = isOffered && (await this.#credentials.passkeys.fits(hosts));
    return this.#preferred.filter((factor) =>
      factor === 'passkey' ? fits : this.#credentials.factors.includes(factor),
    );
  }

  /** Whether a form that asks who one is has a button beside it that does without. */
  #prefersPasskey({ challenge, locators }: PageReading, key: string): boolean {
    const isForm = challenge.fields.some(({ role }) => role === 'identifier' || role === 'password');
    if (!isForm || this.#usable[0] !== 'passkey' || this.#progress.hasTried(`passkey for ${key}`)) return false;
    return challenge.factors.some(({ factor }, index) => factor === 'passkey' && locators.factors[index]);
  }

  /** Whether something is left to try where a passkey was of no use. */
  hasMore({ challenge, locators }: PageReading): boolean {
    const others = challenge.factors.some(({ factor }) => factor !== 'passkey' && this.#usable.includes(factor));
    return challenge.fields.length > 0 || others || otherWayOf(locators) !== undefined;
  }

  /** Takes a factor that the page offers, or looks for another way. */
  async #chooseFactor(reading: PageReading, key: string): Promise<void> {
    const isTried = this.#progress.hasTried(`passkey for ${key}`);
    const choice = chooseFactor(
      reading,
      this.#usable.filter((factor) => factor !== 'passkey' || !isTried),
    );
    if (choice?.factor === 'passkey' && choice.isAsked) return await this.#awaitPrompt(reading, key);
    const offer = choice && reading.locators.factors[choice.index];
    if (!choice || !offer) {
      const toPerson = this.#shouldAskHuman(reading, key) ? chooseFactor(reading, HUMAN_READABLE_FACTORS) : undefined;
      const handed = toPerson && reading.locators.factors[toPerson.index];
      return await (handed ? this.#selectOffered(reading, toPerson, handed, key) : this.#tryAnotherWay(reading, key));
    }
    await this.#selectOffered(reading, choice, offer, key);
  }

  /** What was typed last never left the page: it may be typed again. */
  takeBack(): void {
    if (this.#lastTyped) this.#codes.returnCode(this.#lastTyped);
  }

  async #fillCredentials(reading: PageReading, key: string): Promise<void> {
    const { challenge, locators } = reading;
    const asksPassword = challenge.fields.some(({ role }) => role === 'password');
    if (asksPassword && !this.#credentials.hasPassword) return await this.#chooseFactor(reading, key);
    const roles = challenge.fields.map(({ role }) => role).filter((role) => role !== 'code');
    await this.#runtime.step(`Sign in as ${this.#credentials.name}: ${roles.join(' and ')}`, async () => {
      const code = this.#usable.includes('totp') ? await this.#totpForForm(challenge) : undefined;
      const fields = challenge.fields.flatMap(({ role }, index) =>
        code || role === 'identifier' || role === 'password'
          ? { role, field: locators.fields[index]!, kind: locators.identifiers[index] }
          : [],
      );
      const fill = async (): Promise<void> => {
        for (const { role, field, kind = 'username' } of fields) {
          if (role === 'identifier') await field.fill(this.#credentials.identifier(kind), { timeout: READY_TIMEOUT });
          else if (role === 'password') await this.#credentials.fillPassword(field, { timeout: READY_TIMEOUT });
          else if (code) await this.#credentials.fillCode(field, code);
        }
      };
      await fill();
      if (await wasCleared(fields.map(({ field }) => field))) await fill();
      this.#progress.remember(challenge, key, asksPassword);
      await this.#submit(reading, fields.at(-1)?.field);
    });
    this.#progress.path.push(roles.join(' and '));
  }

  /** The code of an authenticator that a form asks for together with the password. */
  async #totpForForm({ fields }: Challenge): Promise<Secret | undefined> {
    return fields.some(({ role }) => role === 'code') ? await this.#codes.codeFor(['totp'], {}) : undefined;
  }

  async #fillCode(reading: PageReading, key: string, documents: number): Promise<void> {
    const { challenge, locators } = reading;
    const chosen = chooseFactor(reading, this.#usable);
    // What the page offers comes before what is guessed of it.
    const isOffered = chosen?.isAsked === false && !this.#progress.hasTried(`${chosen.factor} for ${key}`);
    const found = isOffered ? chosen : (this.#codes.guess(reading, this.#usable) ?? chosen);
    const choice = found ?? (this.#shouldAskHuman(reading, key) ? HUMAN_CHOICE : undefined);
    const offer = choice && !choice.isAsked ? locators.factors[choice.index] : undefined;
    if (!choice) return await this.#tryAnotherWay(reading, key);
    if (offer) return await this.#selectOffered(reading, choice, offer, key);
    const isPerson = choice === HUMAN_CHOICE;
    const factors = isPerson ? askedFactors(reading) : this.#codes.factorsOf(reading, choice, this.#usable);
    const needsSending =
      this.#progress.timesAnswered(key) > 0 || (!locators.isSent && this.#progress.tryOnce(`send ${key}`));
    if (locators.resend && needsSending && this.#codes.needsSending(factors)) {
      await this.#runtime.step('Have a code sent', () => click(locators.resend!));
    }
    const begun = this.#runtime.now();
    const askPerson = isPerson ? () => this.#handoff!.code(challenge) : undefined;
    const code = await this.#codes.codeFor(factors, challenge, askPerson);
    const isOld = this.#runtime.now() - begun > STALE || this.#pageIdle.documents !== documents;
    try {
      // Whoever waited may find another page, or one that is being loaded.
      const now = isOld || !this.#pageIdle.isQuiet(0) ? await this.#readWhenQuiet() : reading;
      if (challengeKey(now) === key) return await this.#enterCode(now, key, code);
    } catch (error) {
      this.#codes.returnCode(code);
      throw error;
    }
    this.#codes.returnCode(code);
  }

  /** Whether a person is to be asked: where nothing else is left to try. */
  #shouldAskHuman({ locators }: PageReading, key: string): boolean {
    const isTried = !otherWayOf(locators) || this.#progress.hasTried(`another way than ${key}`);
    return this.#usable.includes('human') && this.#handoff !== undefined && isTried;
  }

  async #waitForApproval({ challenge }: PageReading, key: string): Promise<void> {
    this.#progress.remember(challenge, key, true);
    await this.#handoff!.approve(challenge, key);
    this.#progress.path.push('approved by a person');
  }

  async #readWhenQuiet(): Promise<PageReading> {
    while (!this.#pageIdle.isQuiet(0) && !this.#deadline.signal.aborted) await this.#pageIdle.changed(STALE);
    return await lookAt(this.#page);
  }

  async #enterCode(reading: PageReading, key: string, code: Secret): Promise<void> {
    const { challenge, locators } = reading;
    const place = challenge.fields.findIndex(({ role }) => role === 'code' || role === 'recovery-code');
    const field = locators.fields[place]!;
    if (locators.trustDevice) await setTrust(locators.trustDevice, this.#trustsDevice);
    // A page may send itself with the last key.
    this.#progress.remember(challenge, key, true);
    try {
      await this.#credentials.fillCode(field, code, { timeout: READY_TIMEOUT });
    } catch (error) {
      this.#progress.takeBack(key);
      throw error;
    }
    this.#lastTyped = code;
    await afterNextFrame(this.#page);
    await this.#submit(reading, field, code);
    this.#progress.path.push(key);
  }

  async #openLink(reading: PageReading, key: string): Promise<void> {
    if (!this.#usable.includes('email-link')) return await this.#chooseFactor(reading, key);
    this.#progress.remember(reading.challenge, key, true);
    await this.#codes.openLink(this.#page);
    this.#progress.path.push('link by e-mail');
  }

  /** Chooses a factor that the page offers. */
  async #selectOffered(reading: PageReading, { factor }: Choice, offer: Locator, key: string): Promise<void> {
    if (!this.#progress.tryOnce(`${factor} for ${key}`)) return await this.#tryAnotherWay(reading, key);
    const isPasskey = factor === 'passkey';
    this.#progress.remember(reading.challenge, key, isPasskey, isPasskey);
    const needsSending = await choose(offer);
    if (needsSending && reading.locators.proceed) await click(reading.locators.proceed);
    this.#progress.path.push(`chose ${factor}`);
  }

  /** A page without a button asks by itself. One that did so before it could be answered is asked for again. */
  async #awaitPrompt({ challenge }: PageReading, key: string): Promise<void> {
    this.#progress.tryOnce(`passkey for ${key}`);
    this.#progress.remember(challenge, key, true, true);
    if (this.#pageIdle.documents === 0) await this.#page.reload({ waitUntil: 'domcontentloaded' });
    this.#progress.path.push('passkey');
  }

  async #tryAnotherWay(reading: PageReading, key: string): Promise<void> {
    const otherWay = otherWayOf(reading.locators);
    if (!otherWay || !this.#progress.tryOnce(`another way than ${key}`)) throw this.unanswerable(reading);
    await this.#clickThrough(reading, key, otherWay);
  }

  async #clickThrough({ challenge }: PageReading, key: string, control: Locator): Promise<void> {
    const what = challenge.kind === 'enroll' ? 'Not now' : 'Another way';
    this.#progress.remember(challenge, key, false);
    await this.#runtime.step(what, () => click(control));
    this.#progress.path.push(what.toLowerCase());
  }

  /** Whether a code may have been sent, although the page does not say so. */
  mayGuess(reading: PageReading): boolean {
    return this.#codes.guess(reading, this.#usable) !== undefined;
  }

  /** For a challenge that nothing at hand answers. */
  unanswerable({ challenge }: PageReading): TwoFactorError {
    const { path } = this.#progress;
    return unanswerable({ challenge, url: this.#page.url(), path }, this.#credentials, this.#usable);
  }

  /** Once on each page. @returns whether something was in the way, and may be gone now */
  async #dismissConsent({ locators }: PageReading): Promise<boolean> {
    const [field] = locators.fields;
    const button = [locators.submit, locators.otherWay, ...locators.factors].find((control) => control !== undefined);
    const isNew =
      locators.consent !== undefined && this.#progress.tryOnce(`consent on page ${this.#pageIdle.documents}`);
    if (!isNew || !(await dismissConsent(locators.consent, [field, button]))) return false;
    await this.#runtime.step('Pass over a notice', () => Promise.resolve());
    return true;
  }

  async #submit({ locators }: PageReading, field: Locator | undefined, code?: Secret): Promise<void> {
    await submit(this.#page, this.#pageIdle, this.#progress.last!, { button: locators.submit, field, code });
  }
}
