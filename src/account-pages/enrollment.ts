import type { Page } from '@playwright/test';
import {
  type EnrollableFactor,
  findFinish,
  findNext,
  findReveal,
  findSavedBoxes,
  findStarters,
  isSure,
  offSwitches,
} from '../challenge/authenticator-controls.ts';
import { readPageLines } from '../challenge/page/page-lines.ts';
import { factorOf } from '../challenge/factor.ts';
import { speaksOf } from '../language/page/account.ts';
import { says } from '../language/page/index.ts';
import { Secret } from '../secret/secret.ts';
import { pageOrigin } from '../secret/origins.ts';
import type { ProposedChange } from '../sign-in/credential-keeper.ts';
import type { Runtime } from '../core/runtime.ts';
import { AccountPage, type AccountPageOptions } from './account-page.ts';
import type { AccountCredentials } from './account-credentials.ts';
import { codesIn } from './recovery-code-list.ts';
import { findStepForms, type StepForm } from '../challenge/step-form.ts';
import { type Before, type Verdict, judge, noteBefore } from './judgment.ts';
import { type ShownAuthenticator, readShownAuthenticator } from './shown-authenticator.ts';

/** Maximum number of actions. */
const MAX_STEPS = 24;
/** Maximum number of codes. A code at the end of its period may come too late. */
const MAX_CODES = 2;
/** Maximum number of buttons to press after the site has accepted. */
const MAX_FINISHES = 3;

/** Options of `persona.enroll()`. */
export interface EnrollOptions extends AccountPageOptions {
  /** Page where the site manages factors. @default the page as it is */
  readonly url?: string;
}

/** What was enrolled. No secret. */
export interface Enrolled {
  readonly factor: EnrollableFactor;
  /** Origin of the site. */
  readonly origin: string;
  /** Number of recovery codes that the site has shown, and that are kept. */
  readonly recoveryCodes: number;
  /** What proves that the site accepted, a phrase. */
  readonly proof: string;
}

/** Sets up a factor on the security page of a site, step by step. */
export class Enrollment {
  readonly #account: AccountPage;
  readonly #credentials: AccountCredentials;
  readonly #factor: EnrollableFactor;
  readonly #url: string | undefined;
  readonly #pressed = new Set<string>();
  #shown: ShownAuthenticator | undefined;
  #proposed: ProposedChange | undefined;
  #before: Before = { offSwitches: [], hasCodes: false };
  #answered: 'code' | 'passkey' | undefined;
  #codes = 0;
  #recoveryCodes: readonly string[] = [];
  #proof = '';
  #finishes = 0;
  #isPasswordGiven = false;
  #isNumberGiven = false;
  #smsMark = 0;
  #passkeysBefore: readonly string[] = [];

  constructor(
    page: Page,
    credentials: AccountCredentials,
    runtime: Runtime,
    factor: EnrollableFactor,
    options: EnrollOptions = {},
  ) {
    this.#account = new AccountPage(page, credentials, runtime, options);
    this.#credentials = credentials;
    this.#factor = factor;
    this.#url = options.url;
  }

  /** Runs the set-up. @throws TwoFactorError if the site did not provably accept */
  async run(): Promise<Enrolled> {
    try {
      return await this.#run();
    } catch (error) {
      // What the site may have accepted stays, beside what was there before.
      if (this.#answered === undefined) await this.#proposed?.withdraw();
      throw error;
    } finally {
      this.#account.close();
    }
  }

  async #run(): Promise<Enrolled> {
    const { page } = this.#account;
    if (this.#url !== undefined) await this.#account.open(this.#url);
    if (this.#factor === 'sms-code') this.#smsMark = await this.#credentials.sms.mark();
    if (this.#factor === 'passkey') this.#passkeysBefore = await this.#passkeyIds();
    for (let step = 0; step < MAX_STEPS; step++) {
      await this.#account.settled();
      if (this.#account.deadline.signal.aborted) break;
      if (await this.#advance()) {
        const origin = pageOrigin(page) ?? '';
        return { factor: this.#factor, origin, recoveryCodes: this.#recoveryCodes.length, proof: this.#proof };
      }
    }
    throw this.#account.fail('ENROLLMENT_UNPROVEN', `The set-up of ${this.#name} did not end.`, LOOK);
  }

  get #name(): string {
    return { totp: 'the authenticator', 'sms-code': 'the number', passkey: 'the passkey' }[this.#factor];
  }

  /** Does the next step. Returns true if the factor is set up. */
  async #advance(): Promise<boolean> {
    if (this.#proof) return await this.#finish();
    if (this.#answered) return await this.#judge();
    if (this.#factor === 'passkey' && (await this.#hasNewPasskey())) return false;
    const forms = findStepForms(this.#account.snapshot);
    if (await this.#givePassword(forms)) return false;
    if (this.#factor === 'totp' && (await this.#setUpAuthenticator(forms))) return false;
    if (this.#factor === 'sms-code' && (await this.#setUpNumber(forms))) return false;
    if (await this.#begin()) return false;
    throw this.#notFound();
  }

  /** Gives the current password where the site asks for it again. Returns true if it did. */
  async #givePassword(forms: readonly StepForm[]): Promise<boolean> {
    const form = forms.find(
      ({ password, code, submit }) =>
        password !== undefined &&
        !password.first.filled &&
        code === undefined &&
        this.#isAbout(password.first.form, submit?.label ?? ''),
    );
    if (!form?.password || this.#isPasswordGiven) return false;
    const { password, name } = this.#credentials;
    if (!password)
      throw this.#account.fail(
        'PERSONA_INCOMPLETE',
        `The site asks for the password again, and persona "${name}" has none.`,
      );
    this.#isPasswordGiven = true;
    this.#account.expectAnswer();
    await this.#account.runtime.step('Confirm with the password', () =>
      this.#credentials.fill(this.#account.seen.locate(form.password!.first), password),
    );
    await this.#account.submit(form.password.first, form.submit, 'Send the password');
    await this.#account.settled();
    const { words, idle } = this.#account;
    const isStill = findStepForms(this.#account.snapshot).some(
      (one) =>
        one.password !== undefined && one.code === undefined && one.password.first.path === form.password!.first.path,
    );
    if (isStill && (words?.isRefusal || (idle.errorStatus ?? 0) >= 400))
      throw this.#account.fail(
        'ENROLLMENT_REFUSED',
        `The site refused the password of ${name}.`,
        'Check the password of the persona.',
      );
    return true;
  }

  /** True if a form for a password belongs to the set-up: its button or its heading says so, or a step has led to it. */
  #isAbout(form: number, label: string): boolean {
    const { items } = this.#account.snapshot;
    const texts = items.flatMap((item) => (item.form === form && item.is === 'text' ? item.text : []));
    if (speaksOf(label, 'turnOff')) return false;
    const isNamed = (text: string): boolean =>
      speaksOf(text, 'twoFactor') || says(text, 'app', 'passkey', 'enrol', 'verify');
    if (isNamed(label) || texts.some(isNamed)) return true;
    return this.#pressed.size > 0 && !says(label, 'signUp', 'email');
  }

  async #setUpAuthenticator(forms: readonly StepForm[]): Promise<boolean> {
    const { page, snapshot } = this.#account;
    await this.#collectCodes();
    const form = forms.find(({ code }) => code !== undefined);
    const isPlace = form !== undefined || this.#pressed.size > 0 || this.#isPasswordGiven || snapshot.tells('enrol');
    if (isPlace) {
      const label = `${new URL(page.url()).host || 'site'}:${this.#credentials.username}`;
      this.#shown = (await readShownAuthenticator(page, snapshot, label)) ?? this.#shown;
    }
    if (this.#shown && form) {
      await this.#giveCode(form, this.#shown);
      return true;
    }
    const reveal = this.#shown ? undefined : findReveal(snapshot);
    if (isPlace && reveal && this.#pressOnce(reveal.path)) {
      await this.#account.press(reveal, 'Show the key');
      return true;
    }
    const next = this.#shown ? findNext(snapshot) : undefined;
    if (next && this.#pressOnce(`next ${next.path} ${next.label}`)) {
      await this.#account.press(next, `Go on: "${next.label}"`);
      return true;
    }
    return false;
  }

  async #giveCode({ code, password, submit }: StepForm, shown: ShownAuthenticator): Promise<void> {
    const account = this.#account;
    const { keeper, name } = this.#credentials;
    this.#codes++;
    this.#proposed ??= await keeper.propose(pageOrigin(account.page) ?? '', { totp: shown.uri });
    const totp = this.#credentials.authenticator(shown.seed);
    const value = new Secret(`${name}/totp`, await account.deadline.notCounting(() => totp.code()));
    // The wait for a fresh code may be long.
    this.#before = noteBefore(account);
    account.expectAnswer();
    if (password && !password.first.filled && this.#credentials.password)
      await this.#credentials.fill(account.seen.locate(password.first), this.#credentials.password);
    await this.#typeCode(
      code!.controls.map((control) => account.seen.locate(control)),
      value,
    );
    this.#answered = 'code';
    if (!account.idle.hasSent(value.reveal())) await account.submit(code!.first, submit, 'Confirm with a code');
  }

  async #typeCode(boxes: readonly ReturnType<AccountPage['seen']['locate']>[], value: Secret): Promise<void> {
    const [first, ...others] = boxes;
    const all = others.reduce((group, box) => group.or(box), first!);
    await this.#account.runtime.step('Fill code', () => this.#credentials.fill(all, value));
  }

  async #setUpNumber(forms: readonly StepForm[]): Promise<boolean> {
    const account = this.#account;
    const asked = forms.find(({ code }) => code !== undefined);
    const form = forms.find(({ phone }) => phone !== undefined);
    if (asked && (this.#isNumberGiven || !form)) {
      const { sms, name, codeFormat, timeout } = this.#credentials;
      const length = account.seen.reading.challenge.length;
      const code = await sms.waitForCode({
        after: this.#smsMark,
        timeout: Math.min(timeout, Math.max(1, account.deadline.left())),
        ...(codeFormat ?? (length ? { length } : {})),
      });
      const value = new Secret(`${name}/code`, code);
      this.#codes++;
      this.#before = noteBefore(account);
      account.expectAnswer();
      await this.#typeCode(
        asked.code!.controls.map((control) => account.seen.locate(control)),
        value,
      );
      this.#answered = 'code';
      if (!account.idle.hasSent(code)) await account.submit(asked.code!.first, asked.submit, 'Confirm with a code');
      return true;
    }
    if (!form?.phone || this.#isNumberGiven) return false;
    const { phone, name } = this.#credentials;
    if (!phone) throw account.fail('PERSONA_INCOMPLETE', `The site asks for a number, and persona "${name}" has none.`);
    this.#isNumberGiven = true;
    account.expectAnswer();
    this.#proposed ??= await this.#credentials.keeper.propose(pageOrigin(account.page) ?? '', { phone });
    await account.seen.locate(form.phone.first).fill(phone);
    await account.submit(form.phone.first, form.submit, 'Send the number');
    return true;
  }

  async #passkeyIds(): Promise<string[]> {
    return (await this.#credentials.passkeys(this.#account.page)).map(({ id }) => id);
  }

  /** Notes a passkey that the page has registered. Returns true if there is one. */
  async #hasNewPasskey(): Promise<boolean> {
    const passkeys = await this.#credentials.passkeys(this.#account.page);
    if (passkeys.every(({ id }) => this.#passkeysBefore.includes(id))) return false;
    this.#proposed ??= await this.#credentials.keeper.propose(pageOrigin(this.#account.page) ?? '', { passkeys });
    this.#answered = 'passkey';
    return true;
  }

  /** Presses what begins the set-up, or leads to it. Returns true if it did. */
  async #begin(): Promise<boolean> {
    const { snapshot } = this.#account;
    const choice = this.#methodChoice();
    const [best] = findStarters(snapshot, this.#factor).filter(
      ({ control }) => !this.#pressed.has(`${control.path} ${control.label} ${this.#account.idle.documents}`),
    );
    if (choice) {
      await this.#account.press(choice, `Choose "${choice.label}"`);
      this.#account.expectAnswer();
      return true;
    }
    if (best && (isSure(best) || this.#pressed.size < 6)) {
      const { control } = best;
      this.#pressed.add(`${control.path} ${control.label} ${this.#account.idle.documents}`);
      this.#before = noteBefore(this.#account);
      this.#account.expectAnswer();
      await this.#account.press(control, `Set up: "${control.label || control.textBefore}"`);
      return true;
    }
    // After a choice of the method, or on a page that only explains.
    const next = this.#pressed.size > 0 ? findNext(snapshot) : undefined;
    if (!next || !this.#pressOnce(`next ${next.path} ${next.label}`)) return false;
    await this.#account.press(next, `Go on: "${next.label}"`);
    return true;
  }

  /** Finds the radio button of the factor in a list of methods. */
  #methodChoice(): ReturnType<typeof findNext> {
    const { controls } = this.#account.snapshot;
    const radios = controls.filter(({ is, type }) => is === 'option' && /radio|option/.test(type));
    const own = radios.find((control) => factorOf(control.label || control.textBefore) === this.#factor);
    return own && !own.checked && this.#pressOnce(`choose ${own.path}`) ? own : undefined;
  }

  #pressOnce(what: string): boolean {
    const isNew = !this.#pressed.has(what);
    this.#pressed.add(what);
    return isNew;
  }

  async #judge(): Promise<boolean> {
    const account = this.#account;
    const forms = findStepForms(account.snapshot);
    const isGone = this.#answered === 'passkey' || !forms.some(({ code }) => code !== undefined);
    const verdict = judge(account, this.#before, isGone);
    if (verdict.is === 'accepted') {
      await this.#accept(verdict);
      return await this.#finish();
    }
    const form = forms.find(({ code }) => code !== undefined);
    if (verdict.is === 'refused' || (!isGone && account.hasSent && account.idle.isQuiet(1500))) {
      const mayRetry =
        this.#factor === 'totp' && form && this.#shown && this.#codes < MAX_CODES && !account.words?.isLocked;
      this.#answered = undefined;
      if (mayRetry) {
        // A page that starts over shows another seed.
        const label = new URL(account.page.url()).host;
        const now = await readShownAuthenticator(
          account.page,
          account.snapshot,
          `${label}:${this.#credentials.username}`,
        );
        if (now && now.uri !== this.#shown!.uri) {
          await this.#proposed?.withdraw();
          this.#proposed = undefined;
          this.#shown = now;
        }
        await this.#giveCode(form, this.#shown!);
        return false;
      }
      await this.#proposed?.withdraw();
      throw account.fail('ENROLLMENT_REFUSED', `The site refused ${this.#name}: ${verdict.evidence}.`, REFUSED);
    }
    if (!account.idle.isQuiet(3000)) return false;
    throw account.fail(
      'ENROLLMENT_UNPROVEN',
      `Nothing proves that the site set up ${this.#name}: ${verdict.evidence}.`,
      LOOK,
    );
  }

  async #accept({ evidence }: Verdict): Promise<void> {
    await this.#proposed?.confirm();
    this.#proof = evidence;
    await this.#account.runtime.step(`Set up ${this.#name}: ${evidence}`, () => Promise.resolve());
  }

  /** Keeps the recovery codes, and leaves the set-up. Returns true if nothing is left. */
  async #finish(): Promise<boolean> {
    const account = this.#account;
    await this.#collectCodes();
    await this.#keepCodes();
    const { snapshot } = account;
    const hasCodes = this.#recoveryCodes.length > 0 && snapshot.tells('recovery');
    const isDialog = snapshot.items.some(({ dialog }) => dialog >= 0) && snapshot.items !== snapshot.all;
    const finish = hasCodes || isDialog ? findFinish(snapshot) : undefined;
    if (!finish || this.#finishes++ >= MAX_FINISHES) return true;
    for (const box of findSavedBoxes(snapshot)) await account.press(box, `Check "${box.label || box.textBefore}"`);
    if (findSavedBoxes(snapshot).length > 0) await account.settled();
    await account.press(findFinish(account.snapshot) ?? finish, `End: "${finish.label}"`);
    return false;
  }

  /** Notes the recovery codes that the page shows. */
  async #collectCodes(): Promise<void> {
    const { snapshot, page } = this.#account;
    if (this.#factor === 'passkey' || !snapshot.tells('recovery')) return;
    const codes = codesIn(await readPageLines(page));
    if (codes.length > 0) this.#recoveryCodes = codes;
  }

  async #keepCodes(): Promise<void> {
    const codes = this.#recoveryCodes;
    if (codes.length === 0 || this.#pressed.has('codes kept')) return;
    this.#pressed.add('codes kept');
    const origin = pageOrigin(this.#account.page) ?? '';
    const change = await this.#credentials.keeper.propose(origin, { recoveryCodes: codes });
    await change.confirm();
    await this.#account.runtime.step(`Keep ${codes.length} recovery codes`, () => Promise.resolve());
  }

  #notFound(): Error {
    const off = offSwitches(this.#account.snapshot);
    const isOn =
      off.length > 0 ? ` It may be on already: the page offers ${off.map((label) => `"${label}"`).join(', ')}.` : '';
    const what = `Found nothing on the page that sets up ${this.#name}.${isOn}`;
    return this.#account.fail(
      'ENROLLMENT_NOT_FOUND',
      what,
      'Open the page where the site manages this factor, or press the control that begins it, then call enroll() again.',
    );
  }
}

const LOOK = 'Look at the page. The new values are kept beside the old ones, and the next sign-in tries them first.';
const REFUSED = 'Check the clocks of this machine and of the site, and that the page shows the seed of this user.';
