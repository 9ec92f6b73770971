import type { Page } from '@playwright/test';
import {
  type EnrollableFactor,
  findNext,
  findStarters,
  isSure,
  offSwitches,
} from '../challenge/authenticator-controls.ts';
import { factorOf } from '../challenge/factor.ts';
import type { ControlView } from '../challenge/page/view.ts';
import { type StepForm, findStepForms } from '../challenge/step-form.ts';
import type { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import { speaksOf } from '../language/page/account.ts';
import { says } from '../language/page/index.ts';
import type { AccountCredentials } from './account-credentials.ts';
import { AccountPage, type AccountPageOptions } from './account-page.ts';
import { AuthenticatorSetUp } from './authenticator-set-up.ts';
import { judge } from './judgment.ts';
import { NumberSetUp } from './number-set-up.ts';
import { PasskeySetUp } from './passkey-set-up.ts';
import { type FactorSetUp, SetUp } from './set-up.ts';
import { SetUpEnd } from './set-up-end.ts';

/** Maximum number of actions. */
const MAX_STEPS = 24;
/** Maximum number of controls to press that may begin the set-up. */
const MAX_PRESSES = 6;
/** Idle time after which a page that still shows a refusal has refused again, in milliseconds. */
const SAME_AFTER = 1500;
/** Idle time after which a page counts that has taken the answer and says nothing, in milliseconds. */
const LIKELY_AFTER = 1000;
/** Idle time after which a page without an outcome is given up, in milliseconds. */
const GIVE_UP_AFTER = 3000;
const LOOK = 'Look at the page. The new values are kept beside the old ones, and the next sign-in tries them first.';
const REFUSED = 'Check the clocks of this machine and of the site, and that the page shows the seed of this user.';
const NOT_FOUND =
  'Open the page where the site manages this factor, or press the control that begins it, then call enroll() again.';

/** Options of `persona.enroll()`. */
export interface EnrollOptions extends AccountPageOptions {
  /** Page where the site manages factors. @default the page as it is */
  readonly url?: string;
}

/** Result of an enrollment, without a secret. */
export interface Enrolled {
  readonly factor: EnrollableFactor;
  /** Origin of the site. */
  readonly origin: string;
  /** Number of recovery codes that the site has shown, and that are kept. */
  readonly recoveryCodes: number;
  /** Proof that the site accepted, a phrase. */
  readonly proof: string;
  /** False if the page did not say so. The new values are kept beside the old ones until a sign-in shows which are right. */
  readonly isConfirmed: boolean;
}

/** Sets up a factor on the security page of a site, step by step. */
export class Enrollment {
  readonly #account: AccountPage;
  readonly #credentials: AccountCredentials;
  readonly #setUp: SetUp;
  readonly #factor: FactorSetUp;
  readonly #end: SetUpEnd;
  readonly #url: string | undefined;
  #isAnswered = false;
  #proof = '';
  #isConfirmed = false;
  /** Words of the last refusal. */
  #refusal: string | undefined;

  constructor(
    page: Page,
    credentials: AccountCredentials,
    runtime: Runtime,
    factor: EnrollableFactor,
    options: EnrollOptions = {},
  ) {
    this.#account = new AccountPage(page, credentials, runtime, options);
    this.#credentials = credentials;
    this.#setUp = new SetUp(this.#account, credentials);
    this.#factor = setUpOf(factor, this.#setUp);
    this.#end = new SetUpEnd(this.#setUp);
    this.#url = options.url;
  }

  /** Runs the set-up. @throws TwoFactorError if the site did not provably accept */
  async run(): Promise<Enrolled> {
    try {
      return await this.#run();
    } catch (error) {
      // What the site may have accepted stays, beside what was there before.
      await this.#setUp.abandon();
      throw this.#account.asOwnError(error);
    } finally {
      this.#account.close();
    }
  }

  async #run(): Promise<Enrolled> {
    if (this.#url !== undefined) await this.#account.open(this.#url);
    await this.#factor.open();
    for (let step = 0; step < MAX_STEPS; step++) {
      await this.#account.settled();
      if (this.#account.deadline.signal.aborted) break;
      if (!(await this.#advance())) continue;
      const { factor } = this.#factor;
      const proof = { proof: this.#proof, isConfirmed: this.#isConfirmed };
      return { factor, origin: this.#setUp.origin, recoveryCodes: this.#end.codeCount, ...proof };
    }
    throw this.#account.fail('ENROLLMENT_UNPROVEN', `The set-up of ${this.#factor.name} did not end.`, LOOK);
  }

  /** Does the next step. Returns true if the factor is set up. */
  async #advance(): Promise<boolean> {
    if (this.#proof) return await this.#end.advance();
    const forms = findStepForms(this.#account.snapshot);
    if (this.#isAnswered) return await this.#judge(forms);
    if (await this.#givePassword(forms)) return false;
    await this.#end.collectCodes();
    const step = await this.#factor.advance(forms);
    this.#isAnswered = step === 'answered';
    if (step !== 'nothing' || (await this.#begin())) return false;
    throw this.#notFound();
  }

  /** Gives the current password where the site asks for it again. Returns true if it did. */
  async #givePassword(forms: readonly StepForm[]): Promise<boolean> {
    const account = this.#account;
    const form = forms.find(
      ({ password, code, submit }) =>
        password && !password.first.filled && !code && this.#isAbout(password.first.form, submit?.label ?? ''),
    );
    if (!form?.password || !this.#setUp.once('password')) return false;
    const { password, name } = this.#credentials;
    if (!password) {
      const what = `The site asks for the password again, and persona "${name}" has none.`;
      throw account.fail('PERSONA_INCOMPLETE', what);
    }
    const { first } = form.password;
    this.#setUp.expectAnswer();
    await account.runtime.step('Confirm with the password', () =>
      this.#credentials.fill(account.seen.locate(first), password),
    );
    await account.submit(first, form.submit, 'Send the password');
    await account.settled();
    const isStill = findStepForms(account.snapshot).some(
      (one) => one.password?.first.path === first.path && one.code === undefined,
    );
    if (isStill && (account.words?.isRefusal || (account.idle.errorStatus ?? 0) >= 400)) {
      const what = `The site refused the set-up after the password of ${name}.`;
      throw account.fail('ENROLLMENT_REFUSED', what, 'Check the password, and that the factor is not on already.');
    }
    return true;
  }

  /** True if a form for a password belongs to the set-up: its button or its texts say so, or a step has led to it. */
  #isAbout(form: number, label: string): boolean {
    const { items } = this.#account.snapshot;
    if (speaksOf(label, 'turnOff')) return false;
    const texts = items.flatMap((item) => (item.form === form && item.is === 'text' ? item.text : []));
    const isNamed = (text: string): boolean =>
      speaksOf(text, 'twoFactor') || says(text, 'app', 'passkey', 'enrol', 'verify');
    return isNamed(label) || texts.some(isNamed) || (this.#setUp.presses > 0 && !says(label, 'signUp', 'email'));
  }

  /** Presses what begins the set-up, or leads to it. Returns true if it did. */
  async #begin(): Promise<boolean> {
    const account = this.#account;
    const method = this.#method();
    if (method) {
      this.#setUp.expectAnswer();
      await account.press(method, `Choose "${method.label}"`);
      return true;
    }
    const keyOf = ({ path, label }: ControlView): string => `begin ${path} ${label} ${account.idle.documents}`;
    const best = findStarters(account.snapshot, this.#factor.factor).find(
      ({ control }) => !this.#setUp.hasDone(keyOf(control)),
    );
    if (best && (isSure(best) || this.#setUp.presses < MAX_PRESSES)) {
      const { control } = best;
      this.#setUp.once(keyOf(control));
      this.#setUp.notePress();
      this.#setUp.expectAnswer();
      await account.press(control, `Set up: "${control.label || control.textBefore}"`);
      return true;
    }
    // After a choice of the method, or on a page that only explains.
    const next = this.#setUp.presses > 0 ? findNext(account.snapshot) : undefined;
    if (!next || !this.#setUp.once(`next ${next.path} ${next.label}`)) return false;
    await account.press(next, `Go on: "${next.label}"`);
    return true;
  }

  /** Finds the radio button of the factor in a list of methods. */
  #method(): ControlView | undefined {
    const { controls } = this.#account.snapshot;
    const own = controls.find(
      ({ is, type, label, textBefore, checked }) =>
        is === 'option' &&
        /radio|option/.test(type) &&
        !checked &&
        factorOf(label || textBefore) === this.#factor.factor,
    );
    return own && this.#setUp.once(`choose ${own.path}`) ? own : undefined;
  }

  async #judge(forms: readonly StepForm[]): Promise<boolean> {
    const account = this.#account;
    const { name, isSilent } = this.#factor;
    const form = forms.find(({ code }) => code !== undefined);
    const isGone = isSilent || form === undefined;
    const verdict = judge(account, this.#setUp.before, isGone);
    // A message may come after the form has gone.
    if (verdict.is === 'likely' && !account.wasQuiet(LIKELY_AFTER)) return false;
    if (verdict.is === 'accepted' || verdict.is === 'likely') {
      this.#isConfirmed = verdict.is === 'accepted';
      await this.#setUp.end(this.#isConfirmed);
      this.#proof = verdict.evidence;
      const title = this.#isConfirmed ? `Set up ${name}` : `Set up ${name}, unconfirmed`;
      await account.runtime.step(`${title}: ${verdict.evidence}`, () => Promise.resolve());
      return await this.#end.advance();
    }
    const refusal = verdict.is === 'refused' ? verdict.evidence : this.#sameRefusal(isGone);
    if (refusal !== undefined) {
      this.#refusal = account.words?.text ?? this.#refusal;
      this.#isAnswered = false;
      this.#isAnswered = await this.#factor.tryAgain(form);
      if (this.#isAnswered) return false;
      await this.#setUp.withdraw();
      throw account.fail('ENROLLMENT_REFUSED', `The site refused ${name}: ${refusal}.`, REFUSED);
    }
    if (!account.wasQuiet(GIVE_UP_AFTER)) return false;
    await this.#setUp.end(false);
    const what = `Nothing proves that the site set up ${name}: ${verdict.evidence}.`;
    throw account.fail('ENROLLMENT_UNPROVEN', what, LOOK);
  }

  /** Returns the words of an earlier refusal, if the page still shows them after another code. */
  #sameRefusal(isGone: boolean): string | undefined {
    const { hasSent, seen } = this.#account;
    const said = this.#refusal;
    const isShown = said !== undefined && seen.reading.signs.statements.some(({ text }) => text === said);
    return isShown && !isGone && hasSent && this.#account.wasQuiet(SAME_AFTER) ? `"${said}"` : undefined;
  }

  #notFound(): TwoFactorError {
    const off = offSwitches(this.#account.snapshot).map((label) => `"${label}"`);
    const isOn = off.length > 0 ? ` It may be on already: the page offers ${off.join(', ')}.` : '';
    const what = `Found nothing on the page that sets up ${this.#factor.name}.${isOn}`;
    return this.#account.fail('ENROLLMENT_NOT_FOUND', what, NOT_FOUND);
  }
}

function setUpOf(factor: EnrollableFactor, setUp: SetUp): FactorSetUp {
  if (factor === 'totp') return new AuthenticatorSetUp(setUp);
  return factor === 'sms-code' ? new NumberSetUp(setUp) : new PasskeySetUp(setUp);
}
