import type { Page } from '@playwright/test';
import type { AccountCredentials } from '../account-pages/account-credentials.ts';
import type { EnrollOptions, Enrolled } from '../account-pages/enrollment.ts';
import type { ChangedPassword, PasswordOptions } from '../account-pages/password-change.ts';
import type { ResetOptions } from '../account-pages/password-reset.ts';
import type { RecoveryCodeSource } from '../account-pages/recovery-code-list.ts';
import type { EnrollableFactor } from '../challenge/authenticator-controls.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import { isAllowedHost } from '../passkey/passkey.ts';
import { fillSecret } from '../secret/fill.ts';
import type { SignInTask } from '../sign-in/sign-in-context.ts';
import { identifierOf } from './credentials.ts';
import type { PersonaKeeper } from './persona-keeper.ts';
import type { PersonaSite } from './persona-site.ts';
import type { SigningPersona } from './site-credentials.ts';

/** Changes of the account of a persona on a site: its factors, recovery codes and password. */
export class AccountWork {
  readonly #persona: SigningPersona;
  readonly #keeper: PersonaKeeper;
  readonly #runtime: Runtime;
  readonly #signIn: (page: Page, task: SignInTask) => Promise<unknown>;

  /** @param signIn signs the persona in on a page */
  constructor(
    persona: SigningPersona,
    keeper: PersonaKeeper,
    runtime: Runtime,
    signIn: (page: Page, task: SignInTask) => Promise<unknown>,
  ) {
    this.#signIn = signIn;
    this.#persona = persona;
    this.#keeper = keeper;
    this.#runtime = runtime;
  }

  async enroll(page: Page, factor: EnrollableFactor, options: EnrollOptions): Promise<Enrolled> {
    const { Enrollment } = await import('../account-pages/enrollment.ts');
    const site = this.#siteOf(page, options.url);
    const credentials = this.#credentials(site);
    await site.account?.check();
    if (factor !== 'passkey') return await new Enrollment(page, credentials, this.#runtime, factor, options).run();
    const context = page.context();
    const wasOpen = site.passkeys.isOpenIn(context);
    const ring = await site.passkeys.open(context);
    try {
      const before = new Set((await ring.registered()).map(({ id }) => id));
      // The page must ask the virtual authenticator, and not the browser.
      if (!wasOpen && options.url === undefined) await page.reload({ waitUntil: 'domcontentloaded' });
      const enrollment = new Enrollment(page, credentials, this.#runtime, factor, options);
      return await enrollment.run().catch(async (error: unknown) => {
        const isRefused = error instanceof Error && 'code' in error && error.code === 'ENROLLMENT_REFUSED';
        const added = (await ring.registered()).filter(({ id }) => !before.has(id));
        // The site does not know a passkey that it has refused.
        if (isRefused) for (const { id } of added) await ring.remove(id);
        throw error;
      });
    } finally {
      await site.passkeys.close(context);
    }
  }

  async saveRecoveryCodes(from: RecoveryCodeSource): Promise<number> {
    const { saveRecoveryCodes } = await import('../account-pages/recovery-code-list.ts');
    return await saveRecoveryCodes(from, { keeper: this.#keeper });
  }

  async changePassword(page: Page, url: string | undefined, options: PasswordOptions): Promise<ChangedPassword> {
    const { PasswordChange } = await import('../account-pages/password-change.ts');
    const site = this.#siteOf(page, url);
    await site.account?.check();
    return await new PasswordChange(page, this.#credentials(site), this.#runtime, options).run(url);
  }

  async resetPassword(page: Page, url: string | undefined, options: ResetOptions): Promise<ChangedPassword> {
    const { PasswordReset } = await import('../account-pages/password-reset.ts');
    const site = this.#siteOf(page, url);
    const old = site.credentials.password;
    const changed = await new PasswordReset(page, this.#credentials(site), this.#runtime, options).run(url);
    if (options.signIn === false) return changed;
    const { timeout, signal } = options;
    await this.#signIn(page, { ...(timeout === undefined ? {} : { timeout }), ...(signal ? { signal } : {}) });
    const { password } = site.credentials;
    if (old && password?.equals(old.reveal())) throw keptOldPassword(this.#persona.name, changed.origin);
    const isSettled = changed.isConfirmed || this.#keeper.pending(site).length === 0;
    return isSettled && !changed.isConfirmed ? { ...changed, proof: 'a sign-in with it', isConfirmed: true } : changed;
  }

  #siteOf(page: Page, url: string | undefined): PersonaSite {
    const site = this.#persona.sites.ofUrl(url, page);
    site.binding.name(url);
    return site;
  }

  #credentials(site: PersonaSite): AccountCredentials {
    const { name, inbox, sms, number } = this.#persona;
    const { binding } = site;
    return {
      ...{ name, inbox, sms, phone: number, keeper: this.#keeper, timeout: this.#runtime.timeout },
      get username() {
        return identifierOf(site.credentials, 'username', number) ?? name;
      },
      get email() {
        return site.credentials.email;
      },
      get password() {
        return site.credentials.password;
      },
      codeFormat: site.credentials.code,
      // The persona uses a proposed seed at once.
      authenticator: () => site.totp,
      passkeys: async (page) => {
        const { hostname } = new URL(page.url());
        const all = await page.context().credentials.get();
        return all.filter(({ rpId }) => isAllowedHost(rpId, hostname));
      },
      fill: (locator, secret, options = {}) => fillSecret(locator, secret, { ...options, binding }),
      requireTarget: (page, origin) => binding.requireTarget(page, origin, name),
    };
  }
}

function keptOldPassword(name: string, origin: string): TwoFactorError {
  const text = `The site ${origin} refused the new password of persona "${name}" at the sign-in, and accepted the old one.\nNext: Reset the password again, and look at what the site says about the new one.`;
  return new TwoFactorError('PASSWORD_CHANGE_REFUSED', text);
}
