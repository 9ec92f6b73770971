import type { Page } from '@playwright/test';
import { findFields } from '../challenge/field.ts';
import { identifierKind } from '../challenge/identifier.ts';
import { type PageSnapshot, isControl } from '../challenge/page-snapshot.ts';
import { findPasswordForm } from '../challenge/password-form.ts';
import { findSend, findStepForms } from '../challenge/step-form.ts';
import type { ControlView } from '../challenge/page/view.ts';
import { evaluateOn } from '../core/placed-elements.ts';
import type { Runtime } from '../core/runtime.ts';
import { says } from '../language/page/index.ts';
import { Secret } from '../secret/secret.ts';
import { click } from '../sign-in/click.ts';
import type { AccountPage } from './account-page.ts';
import type { AccountCredentials } from './account-credentials.ts';
import { type ChangedPassword, PasswordChange, type PasswordOptions } from './password-change.ts';

/** Maximum number of steps. */
const MAX_STEPS = 12;

/** Options of `persona.resetPassword()`. */
export interface ResetOptions extends PasswordOptions {
  /** False to stop when the site has the new password. @default true, which signs in with it */
  readonly signIn?: boolean;
}

/** Sets a new password for a persona that has forgotten its own: by the link or the code that the site mails. */
export class PasswordReset {
  readonly #options: ResetOptions;
  readonly #change: PasswordChange;
  readonly #account: AccountPage;
  readonly #credentials: AccountCredentials;
  readonly #tried = new Set<string>();
  #mark = 0;
  #isAsked = false;
  /** Address of the sign-in, as far as the pages before the reset have shown it. */
  #signInUrl: string | undefined;

  constructor(page: Page, credentials: AccountCredentials, runtime: Runtime, options: ResetOptions = {}) {
    this.#options = options;
    this.#change = new PasswordChange(page, credentials, runtime, options);
    this.#change.code = (length) => this.#code(length);
    this.#account = this.#change.account;
    this.#credentials = credentials;
  }

  /** @param url page where the sign-in or the reset begins. @default the page as it is */
  async run(url?: string): Promise<ChangedPassword> {
    try {
      if (url !== undefined) await this.#account.open(url);
      this.#mark = await this.#credentials.inbox.mark();
      for (let step = 0; step < MAX_STEPS; step++) {
        await this.#account.settled();
        const form = findPasswordForm(this.#account.snapshot);
        if (form && (this.#isAsked || form.current === undefined)) {
          const changed = await this.#change.fill(form);
          if (this.#options.signIn !== false) await this.#goToSignIn();
          return changed;
        }
        await this.#noteSignIn();
        if (!(await this.#advance())) break;
      }
      throw this.#account.fail(
        'PASSWORD_CHANGE_NOT_FOUND',
        'Found no way to set a new password.',
        'Open the page where the site resets passwords, and call resetPassword() there.',
      );
    } catch (error) {
      throw this.#account.asOwnError(error);
    } finally {
      this.#account.close();
    }
  }

  async #noteSignIn(): Promise<void> {
    const { seen, snapshot, page } = this.#account;
    const hasPassword = snapshot.controls.some(({ is, type }) => is === 'field' && type === 'password');
    const link = seen.reading.locators.signIn;
    if (hasPassword && !this.#isAsked) this.#signInUrl = page.url();
    else if (link) this.#signInUrl ??= await evaluateOn(link, targetInPage, null).catch(() => undefined);
  }

  /** Leaves a page that only says that the password was changed, for the sign-in. */
  async #goToSignIn(): Promise<void> {
    const account = this.#account;
    const { seen, snapshot } = await account.settled().then(() => account);
    const asks = snapshot.controls.some(({ is, type }) => is === 'field' && type === 'password');
    const { signs, locators, challenge } = seen.reading;
    if (signs.session.length > 0 || asks || challenge.kind === 'identifier') return;
    if (locators.signIn) {
      account.expectAnswer();
      await account.runtime.step('Open sign-in page', () => click(locators.signIn!));
      await account.settled();
    } else if (this.#signInUrl !== undefined) await account.open(this.#signInUrl);
  }

  async #advance(): Promise<boolean> {
    const account = this.#account;
    const { snapshot } = account;
    if (this.#isAsked) {
      const refused = account.words?.isRefusal ? account.words.text : undefined;
      const asked = findStepForms(snapshot).find(({ code }) => code !== undefined);
      if (asked?.code && this.#once('code')) {
        const value = await this.#code(account.seen.reading.challenge.length);
        account.expectAnswer();
        const [first, ...others] = asked.code.controls.map((control) => account.seen.locate(control));
        await account.runtime.step('Fill code', () =>
          this.#credentials.fill(
            others.reduce((group, box) => group.or(box), first!),
            value,
          ),
        );
        if (!account.idle.hasSent(value.reveal()))
          await account.submit(asked.code.first, asked.submit, 'Send the code');
        return true;
      }
      if (refused !== undefined && this.#tried.has('code'))
        throw account.fail('PASSWORD_CHANGE_REFUSED', `The site refused the code: "${refused}".`);
      if (asked || !this.#once('link')) return false;
      await account.runtime.step('Open link', () => this.#openLink());
      return true;
    }
    const identifier = identifierOf(snapshot);
    const forgot = forgotten(snapshot);
    const hasPassword = snapshot.controls.some(({ is, type }) => is === 'field' && type === 'password');
    // The field of a sign-in is for another form, as long as the page has a link to the reset.
    const isResetForm = identifier !== undefined && !hasPassword && (forgot === undefined || this.#tried.has('forgot'));
    if (isResetForm) {
      await this.#giveIdentifier(identifier.control, identifier.submit);
      return true;
    }
    if (!forgot || !this.#once('forgot')) return false;
    account.expectAnswer();
    await account.press(forgot, `Press "${forgot.label}"`);
    return true;
  }

  async #giveIdentifier(field: ControlView, submit: ControlView | undefined): Promise<void> {
    const account = this.#account;
    const { email, username } = this.#credentials;
    const kind = identifierKind(field);
    const value = kind === 'email' ? (email ?? username) : username;
    account.expectAnswer();
    await account.runtime.step('Give the address', () => account.seen.locate(field).fill(value));
    await account.submit(field, submit, 'Ask for a new password');
    this.#isAsked = true;
  }

  async #code(length: number | undefined): Promise<Secret> {
    const { inbox, name, codeFormat } = this.#credentials;
    const code = await inbox.waitForCode({
      after: this.#mark,
      timeout: this.#timeout(),
      ...(codeFormat ?? (length ? { length } : {})),
    });
    return new Secret(`${name}/code`, code);
  }

  async #openLink(): Promise<void> {
    await this.#credentials.inbox.openLink(this.#account.page, { after: this.#mark, timeout: this.#timeout() });
  }

  #timeout(): number {
    return Math.max(1, Math.min(this.#credentials.timeout, this.#account.deadline.left()));
  }

  #once(what: string): boolean {
    const isNew = !this.#tried.has(what);
    this.#tried.add(what);
    return isNew;
  }
}

/** Finds the field for the address, and the button of its form. */
function identifierOf(snapshot: PageSnapshot): { control: ControlView; submit: ControlView | undefined } | undefined {
  const fields = findFields(snapshot).filter(({ first }) => first.shown === 'plain');
  const field = fields.find(({ role }) => role === 'identifier');
  return field && { control: field.first, submit: findSend(snapshot, field) };
}

/** Finds the link to the reset: "Forgot your password?" */
function forgotten(snapshot: PageSnapshot): ControlView | undefined {
  return snapshot.items
    .filter(isControl)
    .find(({ is, label, disabled }) => (is === 'link' || is === 'button') && !disabled && says(label, 'reset'));
}

/** Runs in the page. Returns the address of a link. */
function targetInPage([element]: Element[]): string | undefined {
  return element instanceof HTMLAnchorElement && /^https?:/.test(element.href) ? element.href : undefined;
}
