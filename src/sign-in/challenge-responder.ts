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
import { passConsent } from './consent.ts';
import { unanswerable } from './errors.ts';
import type { SignInCredentials } from './credentials.ts';
import type { AnswerOptions } from './options.ts';
import type { PageIdle } from './page-idle.ts';
import { A_PERSON, FOR_PEOPLE, HumanHandoff } from './human-handoff.ts';
import { READY, choose, framesLater, isEmptied, click, setTrust } from './click.ts';
import type { Progress } from './progress.ts';
import { submit } from './submit.ts';

/** A look that is older than this is taken again, in milliseconds. */
const STALE = 400;

export interface Surroundings {
  readonly page: Page;
  readonly means: SignInCredentials;
  readonly runtime: Runtime;
  readonly watch: PageIdle;
  readonly patience: Deadline;
  readonly progress: Progress;
}

/** Answers challenges on a page: chooses the factor, gets the code, fills and sends. */
export class ChallengeResponder {
  readonly #page: Page;
  readonly #means: SignInCredentials;
  readonly #runtime: Runtime;
  readonly #watch: PageIdle;
  readonly #patience: Deadline;
  readonly #progress: Progress;
  readonly #codes: OneTimeCodes;
  readonly #person: HumanHandoff | undefined;
  #typed: Secret | undefined;
  /** What may be used, the preferred first. */
  readonly #wanted: readonly Factor[];
  /** What can be used on the page that was looked at last. */
  #usable: readonly Factor[];
  readonly #trustsDevice: boolean;

  constructor({ page, means, runtime, watch, patience, progress }: Surroundings, options: AnswerOptions) {
    const { factors, trustDevice = false } = options;
    this.#page = page;
    this.#means = means;
    this.#runtime = runtime;
    this.#watch = watch;
    this.#patience = patience;
    this.#progress = progress;
    this.#person = means.human && new HumanHandoff(means.human, { page, runtime, watch, patience }, options.signal);
    this.#codes = new OneTimeCodes(means, patience, options.signal);
    this.#wanted = factors ?? ['passkey', ...means.factors.filter((factor) => factor !== 'passkey')];
    this.#usable = this.#wanted.filter((factor) => factor !== 'passkey' && means.factors.includes(factor));
    this.#trustsDevice = trustDevice;
  }

  /** Lets no message count that came before this moment. */
  async open(): Promise<void> {
    await this.#codes.open();
  }

  /** Answers a challenge, as far as it can be done on this page. @throws TwoFactorError `CHALLENGE_UNANSWERABLE` */
  async respond(sighting: PageReading, ask: string, documents: number): Promise<void> {
    if (await this.#passConsent(sighting)) return;
    this.#usable = await this.#usableOn(sighting);
    if (this.#prefersPasskey(sighting, ask)) return await this.#choose(sighting, ask);
    const { challenge, reach } = sighting;
    const has = (role: string): boolean => challenge.fields.some((field) => field.role === role);
    if (has('code') || has('recovery-code')) {
      if (has('password') || has('identifier')) return await this.#fillCredentials(sighting, ask);
      return await this.#fillCode(sighting, ask, documents);
    }
    if (challenge.fields.length > 0) return await this.#fillCredentials(sighting, ask);
    if (ask === APPROVAL && this.#isPersonNext(sighting, ask)) return await this.#haveApproved(sighting, ask);
    if (challenge.kind === 'link-sent') return await this.#openLink(sighting, ask);
    if (challenge.kind === 'enrol' && reach.dismiss) return await this.#lead(sighting, ask, reach.dismiss);
    await this.#choose(sighting, ask);
  }

  /** A passkey is of use only to the site that it was made for. */
  async #usableOn({ challenge }: PageReading): Promise<readonly Factor[]> {
    const isOffered = this.#wanted.includes('passkey') && challenge.factors.some(({ factor }) => factor === 'passkey');
    const hosts = this.#page
      .frames()
      .flatMap((frame) => (URL.canParse(frame.url()) ? new URL(frame.url()).hostname : []));
    const fits = isOffered && (await this.#means.passkeys.hasPasskeyFor(hosts));
    return this.#wanted.filter((factor) => (factor === 'passkey' ? fits : this.#means.factors.includes(factor)));
  }

  /** Whether a form that asks who one is has a button beside it that does without. */
  #prefersPasskey({ challenge, reach }: PageReading, ask: string): boolean {
    const isForm = challenge.fields.some(({ role }) => role === 'identifier' || role === 'password');
    if (!isForm || this.#usable[0] !== 'passkey' || this.#progress.hasTried(`passkey for ${ask}`)) return false;
    return challenge.factors.some(({ factor }, index) => factor === 'passkey' && reach.factors[index]);
  }

  /** Whether something is left to try where a passkey was of no use. */
  hasMore({ challenge, reach }: PageReading): boolean {
    const others = challenge.factors.some(({ factor }) => factor !== 'passkey' && this.#usable.includes(factor));
    return challenge.fields.length > 0 || others || otherWayOf(reach) !== undefined;
  }

  /** Takes a factor that the page offers, or looks for another way. */
  async #choose(sighting: PageReading, ask: string): Promise<void> {
    const isTried = this.#progress.hasTried(`passkey for ${ask}`);
    const choice = chooseFactor(
      sighting,
      this.#usable.filter((factor) => factor !== 'passkey' || !isTried),
    );
    if (choice?.factor === 'passkey' && choice.isAsked) return await this.#awaitPrompt(sighting, ask);
    const offer = choice && sighting.reach.factors[choice.index];
    if (!choice || !offer) {
      const toPerson = this.#isPersonNext(sighting, ask) ? chooseFactor(sighting, FOR_PEOPLE) : undefined;
      const handed = toPerson && sighting.reach.factors[toPerson.index];
      return await (handed ? this.#take(sighting, toPerson, handed, ask) : this.#goAnotherWay(sighting, ask));
    }
    await this.#take(sighting, choice, offer, ask);
  }

  /** What was typed last never left the page: it may be typed again. */
  takeBack(): void {
    if (this.#typed) this.#codes.giveBack(this.#typed);
  }

  async #fillCredentials(sighting: PageReading, ask: string): Promise<void> {
    const { challenge, reach } = sighting;
    const asksPassword = challenge.fields.some(({ role }) => role === 'password');
    if (asksPassword && !this.#means.hasPassword) return await this.#choose(sighting, ask);
    const roles = challenge.fields.map(({ role }) => role).filter((role) => role !== 'code');
    await this.#runtime.step(`Sign in as ${this.#means.name}: ${roles.join(' and ')}`, async () => {
      const code = this.#usable.includes('totp') ? await this.#codeBeside(challenge) : undefined;
      const fields = challenge.fields.flatMap(({ role }, index) =>
        code || role === 'identifier' || role === 'password'
          ? { role, field: reach.fields[index]!, kind: reach.identifiers[index] }
          : [],
      );
      const fill = async (): Promise<void> => {
        for (const { role, field, kind = 'username' } of fields) {
          if (role === 'identifier') await field.fill(this.#means.identifier(kind), { timeout: READY });
          else if (role === 'password') await this.#means.fillPassword(field, { timeout: READY });
          else if (code) await this.#means.fillCode(field, code);
        }
      };
      await fill();
      if (await isEmptied(fields.map(({ field }) => field))) await fill();
      this.#progress.remember(challenge, ask, asksPassword);
      await this.#submit(sighting, fields.at(-1)?.field);
    });
    this.#progress.path.push(roles.join(' and '));
  }

  /** The code of an authenticator that a form asks for together with the password. */
  async #codeBeside({ fields }: Challenge): Promise<Secret | undefined> {
    return fields.some(({ role }) => role === 'code') ? await this.#codes.codeFor(['totp'], {}) : undefined;
  }

  async #fillCode(sighting: PageReading, ask: string, documents: number): Promise<void> {
    const { challenge, reach } = sighting;
    const chosen = chooseFactor(sighting, this.#usable);
    // What the page offers comes before what is guessed of it.
    const isOffered = chosen?.isAsked === false && !this.#progress.hasTried(`${chosen.factor} for ${ask}`);
    const found = isOffered ? chosen : (this.#codes.guess(sighting, this.#usable) ?? chosen);
    const choice = found ?? (this.#isPersonNext(sighting, ask) ? A_PERSON : undefined);
    const offer = choice && !choice.isAsked ? reach.factors[choice.index] : undefined;
    if (!choice) return await this.#goAnotherWay(sighting, ask);
    if (offer) return await this.#take(sighting, choice, offer, ask);
    const isPerson = choice === A_PERSON;
    const factors = isPerson ? askedFactors(sighting) : this.#codes.factorsOf(sighting, choice, this.#usable);
    const isToSend = this.#progress.timesAnswered(ask) > 0 || (!reach.isSent && this.#progress.isNew(`send ${ask}`));
    if (reach.resend && isToSend && this.#codes.isToSend(factors)) {
      await this.#runtime.step('Have a code sent', () => click(reach.resend!));
    }
    const begun = this.#runtime.now();
    const askPerson = isPerson ? () => this.#person!.code(challenge) : undefined;
    const code = await this.#codes.codeFor(factors, challenge, askPerson);
    const isOld = this.#runtime.now() - begun > STALE || this.#watch.documents !== documents;
    try {
      // Whoever waited may find another page, or one that is being loaded.
      const now = isOld || !this.#watch.isQuiet(0) ? await this.#settledLook() : sighting;
      if (challengeKey(now) === ask) return await this.#enter(now, ask, code);
    } catch (error) {
      this.#codes.giveBack(code);
      throw error;
    }
    this.#codes.giveBack(code);
  }

  /** Whether a person is to be asked: where nothing else is left to try. */
  #isPersonNext({ reach }: PageReading, ask: string): boolean {
    const isTried = !otherWayOf(reach) || this.#progress.hasTried(`another way than ${ask}`);
    return this.#usable.includes('human') && this.#person !== undefined && isTried;
  }

  async #haveApproved({ challenge }: PageReading, ask: string): Promise<void> {
    this.#progress.remember(challenge, ask, true);
    await this.#person!.approve(challenge, ask);
    this.#progress.path.push('approved by a person');
  }

  async #settledLook(): Promise<PageReading> {
    while (!this.#watch.isQuiet(0) && !this.#patience.signal.aborted) await this.#watch.changed(STALE);
    return await lookAt(this.#page);
  }

  async #enter(sighting: PageReading, ask: string, code: Secret): Promise<void> {
    const { challenge, reach } = sighting;
    const place = challenge.fields.findIndex(({ role }) => role === 'code' || role === 'recovery-code');
    const field = reach.fields[place]!;
    if (reach.trustDevice) await setTrust(reach.trustDevice, this.#trustsDevice);
    // A page may send itself with the last key.
    this.#progress.remember(challenge, ask, true);
    try {
      await this.#means.fillCode(field, code, { timeout: READY });
    } catch (error) {
      this.#progress.takeBack(ask);
      throw error;
    }
    this.#typed = code;
    await framesLater(this.#page);
    await this.#submit(sighting, field, code);
    this.#progress.path.push(ask);
  }

  async #openLink(sighting: PageReading, ask: string): Promise<void> {
    if (!this.#usable.includes('email-link')) return await this.#choose(sighting, ask);
    this.#progress.remember(sighting.challenge, ask, true);
    await this.#codes.openLink(this.#page);
    this.#progress.path.push('link by e-mail');
  }

  /** Chooses a factor that the page offers. */
  async #take(sighting: PageReading, { factor }: Choice, offer: Locator, ask: string): Promise<void> {
    if (!this.#progress.isNew(`${factor} for ${ask}`)) return await this.#goAnotherWay(sighting, ask);
    const isPasskey = factor === 'passkey';
    this.#progress.remember(sighting.challenge, ask, isPasskey, isPasskey);
    const isToSend = await choose(offer);
    if (isToSend && sighting.reach.proceed) await click(sighting.reach.proceed);
    this.#progress.path.push(`chose ${factor}`);
  }

  /** A page without a button asks by itself. One that did so before it could be answered is asked for again. */
  async #awaitPrompt({ challenge }: PageReading, ask: string): Promise<void> {
    this.#progress.isNew(`passkey for ${ask}`);
    this.#progress.remember(challenge, ask, true, true);
    if (this.#watch.documents === 0) await this.#page.reload({ waitUntil: 'domcontentloaded' });
    this.#progress.path.push('passkey');
  }

  async #goAnotherWay(sighting: PageReading, ask: string): Promise<void> {
    const otherWay = otherWayOf(sighting.reach);
    if (!otherWay || !this.#progress.isNew(`another way than ${ask}`)) throw this.unanswerable(sighting);
    await this.#lead(sighting, ask, otherWay);
  }

  async #lead({ challenge }: PageReading, ask: string, control: Locator): Promise<void> {
    const what = challenge.kind === 'enrol' ? 'Not now' : 'Another way';
    this.#progress.remember(challenge, ask, false);
    await this.#runtime.step(what, () => click(control));
    this.#progress.path.push(what.toLowerCase());
  }

  /** Whether a code may have been sent, although the page does not say so. */
  mayGuess(sighting: PageReading): boolean {
    return this.#codes.guess(sighting, this.#usable) !== undefined;
  }

  /** For a challenge that nothing at hand answers. */
  unanswerable({ challenge }: PageReading): TwoFactorError {
    const { path } = this.#progress;
    return unanswerable({ challenge, url: this.#page.url(), path }, this.#means, this.#usable);
  }

  /** Once on each page. @returns whether something was in the way, and may be gone now */
  async #passConsent({ reach }: PageReading): Promise<boolean> {
    const [field] = reach.fields;
    const button = [reach.submit, reach.otherWay, ...reach.factors].find((control) => control !== undefined);
    const isNew = reach.consent !== undefined && this.#progress.isNew(`consent on page ${this.#watch.documents}`);
    if (!isNew || !(await passConsent(reach.consent, [field, button]))) return false;
    await this.#runtime.step('Pass over a notice', () => Promise.resolve());
    return true;
  }

  async #submit({ reach }: PageReading, field: Locator | undefined, code?: Secret): Promise<void> {
    await submit(this.#page, this.#watch, this.#progress.last!, { button: reach.submit, field, code });
  }
}
