import type { Locator, Page } from '@playwright/test';
import { type PasswordForm, findPasswordForm } from '../challenge/password-form.ts';
import { findStepForms } from '../challenge/step-form.ts';
import { isControl, isSiteFrame } from '../challenge/page-snapshot.ts';
import type { ControlView } from '../challenge/page/view.ts';
import { isSignOut } from '../challenge/session-sign.ts';
import { evaluateOn } from '../core/placed-elements.ts';
import type { Runtime } from '../core/runtime.ts';
import { speaksOf } from '../language/page/account.ts';
import { says } from '../language/page/index.ts';
import { mask } from '../message/mask.ts';
import { generatePassword } from '../secret/generate-password.ts';
import { pageOrigin } from '../secret/origins.ts';
import { type PasswordHints, passwordRulesOf } from '../secret/password-rules.ts';
import { Secret } from '../secret/secret.ts';
import type { ProposedChange } from '../sign-in/credential-keeper.ts';
import { AccountPage, type AccountPageOptions } from './account-page.ts';
import type { AccountCredentials } from './account-credentials.ts';
import { type Verdict, isSuccess, judge, noteBefore } from './judgment.ts';

/** Maximum number of passwords. A site may state its rules only when it refuses. */
const MAX_PASSWORDS = 3;
/** Maximum number of controls to press before the form shows. */
const MAX_OPENINGS = 3;
/** Idle time after which a page counts that has taken the answer and says nothing, in milliseconds. */
const LIKELY_AFTER = 1000;
/** Idle time after which a page without an outcome is given up, in milliseconds. */
const GIVE_UP_AFTER = 3000;

/** Options of `persona.changePassword()` and `persona.resetPassword()`. */
export interface PasswordOptions extends AccountPageOptions {
  /** The new password. @default a strong one that satisfies the rules of the page */
  readonly newPassword?: string;
}

/** Result of a change of the password, without a secret. */
export interface ChangedPassword {
  /** Origin of the site. */
  readonly origin: string;
  /** Proof that the site accepted, a phrase. */
  readonly proof: string;
  /** False if the page did not say so. The old password is kept beside the new one until a sign-in shows which is right. */
  readonly isConfirmed: boolean;
}

/** Gives the persona a new password on the page that asks for one. */
export class PasswordChange {
  readonly account: AccountPage;
  readonly #credentials: AccountCredentials;
  readonly #options: PasswordOptions;
  /** The password before the change. The persona uses a proposed one at once. */
  readonly #old: Secret | undefined;
  /** Returns the code for a form that asks for it together with the new password. */
  code: ((length: number | undefined) => Promise<Secret>) | undefined;

  constructor(page: Page, credentials: AccountCredentials, runtime: Runtime, options: PasswordOptions = {}) {
    this.account = new AccountPage(page, credentials, runtime, options);
    this.#credentials = credentials;
    this.#options = options;
    this.#old = credentials.password;
  }

  /** Changes the password. @param url page with the form. @default the page as it is */
  async run(url?: string): Promise<ChangedPassword> {
    try {
      if (url !== undefined) await this.account.open(url);
      await this.account.settled();
      return await this.fill(await this.#findForm());
    } catch (error) {
      throw this.account.asOwnError(error);
    } finally {
      this.account.close();
    }
  }

  /** Finds the form, behind a control that opens it if it is not shown. */
  async #findForm(): Promise<PasswordForm> {
    const { account } = this;
    const pressed = new Set<string>();
    for (let opening = 0; ; opening++) {
      const form = findPasswordForm(account.snapshot);
      if (form) return form;
      const opener = account.snapshot.items
        .filter(isControl)
        .find(
          (control) =>
            control.is !== 'field' &&
            control.is !== 'option' &&
            !control.disabled &&
            !isSignOut(control) &&
            !isSiteFrame(control) &&
            says(control.label, 'password') &&
            !says(control.label, 'signIn', 'signUp') &&
            !/forgot|show|hide/i.test(control.label) &&
            !speaksOf(control.label, 'turnOff') &&
            !pressed.has(control.path),
        );
      if (!opener || opening >= MAX_OPENINGS) throw this.#notFound();
      pressed.add(opener.path);
      account.expectAnswer();
      await account.press(opener, `Open: "${opener.label}"`);
      await account.settled();
    }
  }

  /** Fills the form, sends it and judges the outcome. */
  async fill(form: PasswordForm): Promise<ChangedPassword> {
    const { account } = this;
    const refusals: string[] = [];
    for (let attempt = 1, current = form; ; attempt++) {
      const password = new Secret(`${this.#credentials.name}/password`, await this.#choose(current, refusals));
      const origin = pageOrigin(account.page) ?? '';
      const change = await this.#credentials.keeper.propose(origin, { password: password.reveal() });
      const verdict = await this.#send(current, password, change);
      if (verdict.is === 'accepted' || verdict.is === 'likely') {
        const isConfirmed = verdict.is === 'accepted';
        await (isConfirmed ? change.confirm() : change.leave());
        const title = isConfirmed ? 'Password changed' : 'Password changed, unconfirmed';
        await account.runtime.step(`${title}: ${verdict.evidence}`, () => Promise.resolve());
        return { origin, proof: verdict.evidence, isConfirmed };
      }
      if (verdict.is === 'open') {
        await change.leave();
        throw account.fail(
          'PASSWORD_CHANGE_UNPROVEN',
          `Nothing proves that the site took the new password: ${verdict.evidence}.`,
          KEPT,
        );
      }
      await change.withdraw();
      refusals.push(...account.freshTexts, account.words?.text ?? '');
      const next = findPasswordForm(account.snapshot);
      const mayRetry =
        this.#options.newPassword === undefined && attempt < MAX_PASSWORDS && next && this.#isAboutRules(refusals);
      if (!mayRetry)
        throw account.fail(
          'PASSWORD_CHANGE_REFUSED',
          `The site refused the new password of ${this.#credentials.name}: ${verdict.evidence}.`,
          'Check the password of the persona, or pass `newPassword`.',
        );
      current = next;
    }
  }

  /** True if a refusal states rules that a new password can satisfy. */
  #isAboutRules(refusals: readonly string[]): boolean {
    const rules = passwordRulesOf({ texts: refusals });
    return (
      rules.minLength !== undefined ||
      rules.maxLength !== undefined ||
      rules.allowed !== undefined ||
      rules.required.length > 0
    );
  }

  async #choose({ fresh, texts }: PasswordForm, refusals: readonly string[]): Promise<string> {
    if (this.#options.newPassword !== undefined) return this.#options.newPassword;
    const attributes = await evaluateOn(this.account.seen.locate(fresh), hintsInPage, null);
    const rules = passwordRulesOf({ ...attributes, texts: [...texts, ...refusals] });
    for (;;) {
      const password = generatePassword(rules);
      if (!this.#old?.equals(password)) return password;
    }
  }

  async #send(form: PasswordForm, password: Secret, change: ProposedChange): Promise<Verdict> {
    const { account } = this;
    const { current, fresh, repeat, code, submit } = form;
    const { name } = this.#credentials;
    const old = this.#old;
    const locate = (control: ControlView): Locator => account.seen.locate(control);
    try {
      if (current && !old)
        throw account.fail(
          'PERSONA_INCOMPLETE',
          `The page asks for the current password, and persona "${name}" has none.`,
        );
      const value = code && !code.first.filled ? await this.code?.(account.seen.reading.challenge.length) : undefined;
      const before = noteBefore(account);
      const hadSession = account.seen.reading.signs.session.length > 0;
      account.expectAnswer();
      await account.runtime.step('Fill the new password', async () => {
        if (code && value) {
          const [first, ...others] = code.controls.map(locate);
          await this.#credentials.fill(
            others.reduce((group, box) => group.or(box), first!),
            value,
          );
        }
        if (current && old) await this.#credentials.fill(locate(current), old);
        await this.#credentials.fill(locate(fresh), password);
        if (repeat) await this.#credentials.fill(locate(repeat), password);
      });
      await account.submit(repeat ?? fresh, submit, 'Send the new password');
      for (;;) {
        await account.settled();
        const verdict = this.#judge(form, judge(account, before, this.#isGone(form)), hadSession);
        // A message may come after the form has gone.
        const isLikely = verdict.is === 'likely' && account.wasQuiet(LIKELY_AFTER);
        if (
          isLikely ||
          verdict.is === 'accepted' ||
          verdict.is === 'refused' ||
          account.wasQuiet(GIVE_UP_AFTER) ||
          account.deadline.signal.aborted
        )
          return verdict;
      }
    } catch (error) {
      // Nothing was sent.
      if (!account.hasSent) await change.withdraw();
      throw error;
    }
  }

  /** Judges what is special about passwords: a new session is proof of a reset, and a page of a sign-in is likely one. */
  #judge({ current }: PasswordForm, verdict: Verdict, hadSession: boolean): Verdict {
    const { account } = this;
    if (verdict.is !== 'open' && verdict.is !== 'likely') return verdict;
    const { kind } = account.seen.reading.challenge;
    const isSignIn = kind === 'credentials' || kind === 'identifier' || kind === 'password';
    const stated = account.freshTexts.find(isSuccess);
    if (stated !== undefined && account.hasSent) return { is: 'accepted', evidence: `"${mask(stated)}"` };
    const isOver = findPasswordForm(account.snapshot) === undefined;
    const hasSession = account.seen.reading.signs.session.length > 0;
    if (hasSession && !hadSession && isOver && account.hasSent && current === undefined)
      return { is: 'accepted', evidence: 'the site has signed in' };
    if (isSignIn && isOver && account.hasSent && account.idle.errorStatus === undefined && current === undefined)
      return { is: 'likely', evidence: 'the site asks to sign in' };
    if (!isOver && account.wasQuiet(GIVE_UP_AFTER) && !account.hasSent)
      return { is: 'refused', evidence: 'the page did not send the form' };
    return verdict;
  }

  #isGone({ fresh }: PasswordForm): boolean {
    const now = findPasswordForm(this.account.snapshot);
    return now === undefined || now.fresh.path !== fresh.path;
  }

  #notFound(): Error {
    const fields = this.account.snapshot.controls.filter(({ is, type }) => is === 'field' && type === 'password');
    const seen =
      fields.length === 0
        ? 'it has no password field'
        : `it has ${fields.length} password fields, and nothing tells the current password from the new one`;
    const isAsked = findStepForms(this.account.snapshot).some(({ password }) => password !== undefined);
    return this.account.fail(
      'PASSWORD_CHANGE_NOT_FOUND',
      `Found no form for a new password on the page: ${seen}${isAsked ? ', or asks only for the current one' : ''}.`,
      'Open the page with the form first, or fill it by hand with fillPassword().',
    );
  }
}

const KEPT = 'The new password is kept beside the old one, and the next sign-in tries it first. Look at the page.';

/** Runs in the page. */
function hintsInPage([field]: Element[]): PasswordHints {
  if (!(field instanceof HTMLInputElement)) return {};
  return {
    passwordRules: field.getAttribute('passwordrules') ?? '',
    minLength: field.minLength,
    maxLength: field.maxLength,
    pattern: field.getAttribute('pattern') ?? '',
  };
}
