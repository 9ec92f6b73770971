import type { Locator, Page } from '@playwright/test';
import type { Challenge, Factor } from '../challenge/challenge.ts';
import { type Sighting, lookAt } from '../challenge/look.ts';
import { TwoFactorError } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import type { Secret } from '../secret/secret.ts';
import { Patience } from '../sources/patience.ts';
import { askOf } from './ask.ts';
import { type Choice, chooseFactor } from './choose-factor.ts';
import { CodeDesk } from './code-desk.ts';
import { type Seen, failure, unanswerable } from './failure.ts';
import type { Means } from './means.ts';
import type { SignInOptions } from './options.ts';
import { PageWatch } from './page-watch.ts';
import { choose, press } from './press.ts';
import { titleOf } from './titles.ts';
import { type Answered, turnOf } from './turn.ts';

const TIMEOUT = 90_000;
const ATTEMPTS = 2;
/** What was seen a moment ago can be used within this time, in milliseconds: a form may be enabled late. */
const READY = 5000;
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
  readonly #means: Means;
  readonly #runtime: Runtime;
  readonly #task: SignInTask;
  readonly #usable: readonly Factor[];
  readonly #watch: PageWatch;
  readonly #patience: Patience;
  readonly #codes: CodeDesk;
  readonly #attempts: number;
  /** How often each thing that was asked has been answered. */
  readonly #answers = new Map<string, number>();
  /** What was answered since the sign-in began, or began anew. */
  #passed: readonly string[] = [];
  /** What was pressed that leads elsewhere, so that nothing is tried twice. */
  readonly #tried = new Set<string>();
  readonly #path: string[] = [];
  #last: Answered | undefined;
  #sighting: Sighting | undefined;
  #notices = 0;

  constructor(page: Page, means: Means, runtime: Runtime, task: SignInTask) {
    this.#page = page;
    this.#means = means;
    this.#runtime = runtime;
    this.#task = task;
    const { factors, timeout = TIMEOUT, attempts = ATTEMPTS, signal } = task;
    this.#usable = factors?.filter((factor) => means.factors.includes(factor)) ?? means.factors;
    this.#attempts = attempts;
    this.#watch = new PageWatch(page);
    this.#patience = new Patience(runtime, timeout, signal);
    this.#codes = new CodeDesk(means, runtime, this.#patience);
  }

  /** @returns what the page asks in the end: nothing, or with `once` what comes next */
  async run(): Promise<Challenge> {
    try {
      const { url } = this.#task;
      if (url !== undefined) {
        await this.#codes.open();
        await this.#page.goto(url, { waitUntil: 'domcontentloaded' });
      }
      for (let steps = 0; steps < MAX_STEPS;) {
        const change = this.#watch.changed(LOOK_AGAIN);
        const isOver = await this.#next();
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

  /** Looks, and does what the page calls for. Answers whether all is done, or that there is nothing to do but wait. */
  async #next(): Promise<boolean | 'wait'> {
    const sighting = await lookAt(this.#page);
    this.#sighting = sighting;
    const { challenge } = sighting;
    const ask = this.#askOf(sighting);
    const turn = turnOf(challenge, ask, this.#last, this.#watch);
    const { signedIn } = this.#task;
    if (signedIn !== undefined && (await isThere(signedIn, this.#page, ask))) return await this.#accepted(true);
    switch (turn) {
      case 'locked':
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
        return await this.#answer(sighting, ask);
      case 'asks':
        if (ask !== undefined && this.#isBefore(ask)) {
          await this.#refused(sighting);
          this.#passed = [];
        } else if (this.#last && (await this.#accepted(this.#task.once === true))) return true;
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

  /** Whether a page asks again what was answered before the last answer: it has started over. */
  #isBefore(ask: string): boolean {
    return this.#last?.proves === true && this.#last.ask !== ask && this.#passed.includes(ask);
  }

  async #accepted(isOver: boolean): Promise<boolean> {
    if (this.#last?.proves) await this.#note('Accepted');
    return isOver;
  }

  /** Nothing is asked any more: a notice on the way, or the end of it. */
  async #atRest({ challenge, reach }: Sighting): Promise<boolean | 'wait'> {
    const last = this.#last;
    const onward = reach.dismiss ?? (last?.proves ? reach.proceed : undefined);
    if (onward && this.#notices < MAX_NOTICES) {
      this.#notices++;
      await this.#note('Pass over a notice');
      await press(onward);
      return false;
    }
    if (!last && reach.signIn && this.#isNew('sign-in link')) {
      await this.#runtime.step('Go to the sign-in', () => press(reach.signIn!));
      return false;
    }
    const { status = 200 } = this.#watch;
    if (status >= 400) throw this.#fail('CHALLENGE_UNKNOWN', `The site answered with an error, HTTP ${status}.`);
    if (this.#task.signedIn !== undefined) return this.#wait();
    if (last?.proves && challenge.kind === 'unknown') return await this.#accepted(true);
    const help =
      'See the picture in the report. If this is where one signs in, fill this step in by hand; if it is signed in already, say how to tell with `signedIn`.';
    throw this.#fail(
      'CHALLENGE_UNKNOWN',
      'Nothing on the page asks for an identity, and nothing shows that one is signed in.',
      help,
    );
  }

  /** Notes that an answer was refused. @throws when there is nothing more to try */
  async #refused({ challenge: { message } }: Sighting): Promise<void> {
    const last = this.#last;
    if (!last) return;
    // A way that was pressed, and led nowhere.
    if (!last.proves) throw unanswerable(this.#seen(), this.#means, this.#usable);
    const count = this.#answers.get(last.ask) ?? 0;
    const said = message ? `: "${message}"` : ', and the page does not say why';
    await this.#note(`Refused${message ? `: "${message}"` : ''}`);
    if (last.ask.includes('code') && count < this.#attempts) {
      this.#last = undefined;
      return;
    }
    const what = last.ask.includes('code')
      ? `The site refused ${count === 1 ? 'a code' : `${count} codes`} of ${this.#means.name}${said}.`
      : `The site refused the ${last.ask} of ${this.#means.name}${said}.`;
    const help = last.ask.includes('code')
      ? 'Check the seed and the clocks (totp), or that nothing else takes codes of this persona at the same time. More attempts may lock the account; `attempts` sets how many.'
      : 'Check them, and that the user exists. They are not sent again, as that could lock the account.';
    throw this.#fail('SIGN_IN_REFUSED', what, help);
  }

  async #answer(sighting: Sighting, ask: string | undefined): Promise<boolean> {
    const { challenge } = sighting;
    const documents = this.#watch.documents;
    if (ask === undefined)
      throw this.#fail('CHALLENGE_UNKNOWN', `The page says "${challenge.message ?? ''}", and offers no way on.`);
    try {
      await this.#runtime.step(`Challenge: ${titleOf(challenge)}`, () => this.#respond(sighting, ask, documents));
    } catch (error) {
      // The page went elsewhere in the middle of it: what it asks now is looked at anew.
      if (this.#watch.documents === documents || !isAboutPage(error)) throw error;
      await this.#note('The page went elsewhere meanwhile');
    }
    return false;
  }

  async #respond(sighting: Sighting, ask: string, documents: number): Promise<void> {
    const { challenge, reach } = sighting;
    const has = (role: string): boolean => challenge.fields.some((field) => field.role === role);
    if (has('code') || has('recovery-code')) {
      if (has('password') || has('identifier')) return await this.#fillCredentials(sighting, ask);
      return await this.#fillCode(sighting, ask, documents);
    }
    if (challenge.fields.length > 0) return await this.#fillCredentials(sighting, ask);
    if (challenge.kind === 'link-sent') return await this.#openLink(sighting, ask);
    if (challenge.kind === 'enrol' && reach.dismiss) return await this.#lead(reach.dismiss, ask, 'not now');
    const choice = chooseFactor(sighting, this.#usable);
    const offer = choice && reach.factors[choice.index];
    if (!choice || !offer) return await this.#goAnotherWay(sighting, ask);
    await this.#take(sighting, choice, offer, ask);
  }

  async #fillCredentials(sighting: Sighting, ask: string): Promise<void> {
    const { challenge, reach } = sighting;
    const asksPassword = challenge.fields.some(({ role }) => role === 'password');
    if (asksPassword && !this.#means.hasPassword) {
      const choice = chooseFactor(sighting, this.#usable);
      const offer = choice && reach.factors[choice.index];
      if (choice && offer) return await this.#take(sighting, choice, offer, ask);
      return await this.#goAnotherWay(sighting, ask);
    }
    const roles = challenge.fields.map(({ role }) => role).filter((role) => role !== 'code');
    await this.#runtime.step(`Sign in as ${this.#means.name}: ${roles.join(' and ')}`, async () => {
      let lastField: Locator | undefined;
      for (const [index, { role }] of challenge.fields.entries()) {
        const field = reach.fields[index]!;
        if (role === 'identifier')
          await field.fill(this.#means.identifier(reach.identifiers[index] ?? 'username'), { timeout: READY });
        else if (role === 'password') await this.#means.fillPassword(field, { timeout: READY });
        else if (!this.#usable.includes('totp')) continue;
        else await this.#means.fillCode(field, await this.#codes.codeFor(['totp'], {}));
        lastField = field;
      }
      await this.#submit(sighting, ask, { proves: asksPassword, field: lastField, submitsItself: false });
    });
    this.#path.push(roles.join(' and '));
  }

  async #fillCode(sighting: Sighting, ask: string, documents: number): Promise<void> {
    const { challenge, reach } = sighting;
    const choice = this.#codes.guess(sighting, this.#usable) ?? chooseFactor(sighting, this.#usable);
    const offer = choice && !choice.isAsked ? reach.factors[choice.index] : undefined;
    if (!choice) return await this.#goAnotherWay(sighting, ask);
    if (offer) return await this.#take(sighting, choice, offer, ask);
    const factors = this.#codes.factorsOf(sighting, choice, this.#usable);
    const again = this.#answers.has(ask) || (!reach.isSent && !this.#tried.has(`send ${ask}`));
    if (reach.resend && again && this.#codes.isToSend(factors)) {
      this.#tried.add(`send ${ask}`);
      await this.#runtime.step('Have a code sent', () => press(reach.resend!));
    }
    const begun = this.#runtime.now();
    const code = await this.#codes.codeFor(factors, challenge);
    const isOld = this.#runtime.now() - begun > LOOK_AGAIN || this.#watch.documents !== documents;
    try {
      // Whoever waited may find another page, or one that is being loaded.
      const now = isOld || !this.#watch.isQuiet(0) ? await this.#settledLook() : sighting;
      if (this.#askOf(now) === ask) return await this.#enter(now, ask, code);
    } catch (error) {
      this.#codes.giveBack(code, factors);
      throw error;
    }
    this.#codes.giveBack(code, factors);
  }

  async #settledLook(): Promise<Sighting> {
    while (!this.#watch.isQuiet(0) && !this.#patience.signal.aborted) await this.#watch.changed(LOOK_AGAIN);
    this.#sighting = await lookAt(this.#page);
    return this.#sighting;
  }

  async #enter(sighting: Sighting, ask: string, code: Secret): Promise<void> {
    const { challenge, reach } = sighting;
    const place = challenge.fields.findIndex(({ role }) => role === 'code' || role === 'recovery-code');
    const field = reach.fields[place]!;
    if (reach.trustDevice) await setTrust(reach.trustDevice, this.#task.trustDevice === true);
    await this.#means.fillCode(field, code, { timeout: READY });
    await this.#submit(sighting, ask, { proves: true, field, submitsItself: true });
    this.#path.push(ask);
  }

  async #openLink(sighting: Sighting, ask: string): Promise<void> {
    if (!this.#usable.includes('email-link')) return await this.#goAnotherWay(sighting, ask);
    this.#remember(sighting, ask, true);
    await this.#codes.openLink(this.#page);
    this.#path.push('link by e-mail');
  }

  /** Chooses a factor that the page offers. */
  async #take(sighting: Sighting, { factor }: Choice, offer: Locator, ask: string): Promise<void> {
    if (!this.#isNew(`${factor} for ${ask}`)) return await this.#goAnotherWay(sighting, ask);
    this.#remember(sighting, ask, false);
    const isToSend = await choose(offer);
    if (isToSend && sighting.reach.proceed) await press(sighting.reach.proceed);
    this.#path.push(`chose ${factor}`);
  }

  async #goAnotherWay(sighting: Sighting, ask: string): Promise<void> {
    const { otherWay, factors } = sighting.reach;
    // To press a factor that cannot be used is no other way.
    const isOffer = factors.some((offer) => String(offer) === String(otherWay));
    if (!otherWay || isOffer || !this.#isNew(`another way than ${ask}`))
      throw unanswerable(this.#seen(), this.#means, this.#usable);
    this.#remember(sighting, ask, false);
    await this.#lead(otherWay, ask, 'another way');
  }

  async #lead(control: Locator, ask: string, what: string): Promise<void> {
    this.#remember(this.#sighting!, ask, false);
    await this.#runtime.step(`Choose ${what}`, () => press(control));
    this.#path.push(what);
  }

  async #submit(
    sighting: Sighting,
    ask: string,
    { proves, field, submitsItself }: { proves: boolean; field: Locator | undefined; submitsItself: boolean },
  ): Promise<void> {
    const { begun, documents } = this.#remember(sighting, ask, proves);
    const { submit } = sighting.reach;
    if (submitsItself) {
      await framesLater(this.#page);
      if (this.#watch.begun > begun || this.#watch.documents > documents) return;
    }
    try {
      if (submit) await press(submit);
      else await field?.press('Enter', { timeout: 5000, noWaitAfter: true });
    } catch (error) {
      // A page that sent itself takes its button away.
      if (this.#watch.begun === begun && this.#watch.documents === documents) throw error;
    }
  }

  #remember({ challenge }: Sighting, ask: string, proves: boolean): Answered {
    const { begun, documents } = this.#watch;
    if (proves) this.#answers.set(ask, (this.#answers.get(ask) ?? 0) + 1);
    this.#passed = [...this.#passed.filter((one) => one !== ask), ask];
    this.#last = { ask, message: challenge.message, begun, documents, proves };
    return this.#last;
  }

  #isNew(what: string): boolean {
    const isNew = !this.#tried.has(what);
    this.#tried.add(what);
    return isNew;
  }

  #askOf({ challenge, reach }: Sighting): string | undefined {
    const asked = challenge.factors.flatMap(({ factor }, index) => (reach.factors[index] ? [] : [factor]));
    return askOf(challenge, asked);
  }

  async #note(title: string): Promise<void> {
    await this.#runtime.step(title, () => Promise.resolve());
  }

  #seen(): Seen & { readonly challenge: Challenge } {
    return { challenge: this.#sighting!.challenge, url: this.#page.url(), path: this.#path };
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

/** Whether what proves a session is there. An address proves nothing while the page still asks. */
async function isThere(signedIn: Locator | string | RegExp, page: Page, ask: string | undefined): Promise<boolean> {
  if (signedIn instanceof RegExp) return ask === undefined && signedIn.test(page.url());
  if (typeof signedIn !== 'string') return await signedIn.first().isVisible();
  if (ask !== undefined || !URL.canParse(page.url())) return false;
  const [here, wanted] = [new URL(page.url()), new URL(signedIn, page.url())];
  return (
    here.origin === wanted.origin &&
    here.pathname === wanted.pathname &&
    (wanted.search === '' || here.search === wanted.search)
  );
}

/** A box that is ticked from the start trusts without being asked. */
async function setTrust(box: Locator, trust: boolean): Promise<void> {
  await box
    .evaluate((element, isWanted) => {
      const isOn =
        element instanceof HTMLInputElement ? element.checked : element.getAttribute('aria-checked') === 'true';
      const isBox = element instanceof HTMLInputElement || element.hasAttribute('aria-checked');
      if (isBox && isOn !== isWanted) (element as HTMLElement).click();
    }, trust)
    .catch(() => undefined);
}

/** When a page has had the time to act on the last key. */
async function framesLater(page: Page): Promise<void> {
  await page
    .evaluate(
      () =>
        new Promise<void>((resolve) => {
          requestAnimationFrame(() => setTimeout(resolve));
          // A page in the background draws nothing.
          setTimeout(resolve, 100);
        }),
    )
    .catch(() => undefined);
}
