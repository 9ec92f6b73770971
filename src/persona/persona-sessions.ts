import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import type { Runtime } from '../core/runtime.ts';
import { longWaitsTo } from '../core/long-wait.ts';
import { ownerName } from '../ledger/acquire-lease.ts';
import type { OpenProfileOptionsOf, OpenedProfile, ProfileServices } from '../profile/opened-profile.ts';
import type { OpenSessionOptionsOf, OpenedSession } from '../profile/requests/opened-session.ts';
import type { ProfilePersona } from '../profile/settings.ts';
import type { SignInOptions } from '../sign-in/options.ts';
import { notStored } from './errors.ts';

/** The persona whose sessions they are. */
interface SessionsOwner extends ProfilePersona {
  challenge(page: Page): Promise<Challenge>;
  signIn(page: Page, url?: string, options?: SignInOptions): Promise<void>;
  ensureSignedIn(page: Page, url?: string, options?: SignInOptions): Promise<boolean>;
}

/** Decides where a sign-in may begin. */
type StartBinding = {
  mayOpen(page: Page, url: string): Promise<boolean>;
  requireOpenable(page: Page, url: string): Promise<void>;
};

/** The saved sessions that a persona has opened, and the pages on which it signs in. */
export class PersonaSessions<P extends SessionsOwner> {
  readonly #persona: P;
  readonly #binding: StartBinding;
  readonly #runtime: Runtime;
  readonly #profiles: (() => Promise<ProfileServices>) | undefined;
  readonly #opened = new WeakMap<BrowserContext, OpenedProfile>();
  readonly #sessions = new Set<OpenedSession>();
  /** Pages on which it signs in now. */
  readonly #signingIn = new WeakSet<Page>();

  constructor(
    persona: P,
    binding: StartBinding,
    runtime: Runtime,
    profiles: (() => Promise<ProfileServices>) | undefined,
  ) {
    this.#persona = persona;
    this.#binding = binding;
    this.#runtime = runtime;
    this.#profiles = profiles;
  }

  /** Marks a page during a sign-in on it. */
  async during<T>(page: Page, signIn: () => Promise<T>): Promise<T> {
    this.#signingIn.add(page);
    try {
      return await signIn();
    } finally {
      this.#signingIn.delete(page);
    }
  }

  async openProfile(browser: Browser, url: string, options: OpenProfileOptionsOf<P>): Promise<OpenedProfile> {
    const services = await this.#services();
    const { OpenedProfile } = await import('../profile/opened-profile.ts');
    const { logger = this.#runtime.logger, ...settings } = options;
    const longWait = options.logger ? longWaitsTo(options.logger) : this.#runtime.longWait;
    const more = { owner: ownerName(this.#runtime), onLost: (text: string) => logger?.warn(text), longWait };
    const opened = await OpenedProfile.open(browser, url, this.#persona, services, { ...settings, ...more });
    this.#opened.set(opened.context, opened);
    return opened;
  }

  async openSession(url: string, options: OpenSessionOptionsOf<P>): Promise<OpenedSession> {
    const services = await this.#services();
    const [{ OpenedSession }, { isSignInPage }] = await Promise.all([
      import('../profile/requests/opened-session.ts'),
      import('../sign-in/sign-in-page.ts'),
    ]);
    const longWait = options.logger ? longWaitsTo(options.logger) : this.#runtime.longWait;
    const context = { persona: this.#persona, services, isSignInPage, owner: ownerName(this.#runtime), longWait };
    const session = await OpenedSession.open(url, context, options);
    this.#sessions.add(session);
    return session;
  }

  async ensureSignedIn(page: Page, url: string | undefined, options: SignInOptions): Promise<boolean> {
    const { ensureSignedIn } = await import('./ensure-signed-in.ts');
    return await ensureSignedIn(page, {
      name: this.#persona.name,
      url: url ?? this.#persona.url,
      mayOpen: (found) => this.#binding.mayOpen(page, found),
      requireOpenable: (found) => this.#binding.requireOpenable(page, found),
      profile: this.#opened.get(page.context()),
      signIn: (start) => this.#persona.signIn(page, start, options),
    });
  }

  async keepSignedIn(page: Page, options: SignInOptions): Promise<void> {
    const { keepSignedIn } = await import('../sign-in/keep-signed-in.ts');
    const persona = this.#persona;
    await keepSignedIn(page, {
      url: persona.url,
      challenge: (one) => persona.challenge(one),
      signIn: (one) => persona.signIn(one, undefined, options),
      ensureSignedIn: async (beside, url) => {
        await this.#binding.requireOpenable(beside, url);
        return await persona.ensureSignedIn(beside, url, options);
      },
      mayOpen: (url) => this.#binding.mayOpen(page, url),
      requireOpenable: (url) => this.#binding.requireOpenable(page, url),
      failsAtOnce: this.#runtime.caller !== 'job',
      isSigningIn: (one) => this.#signingIn.has(one),
      announce: (text) => this.#runtime.logger?.warn(text),
    });
  }

  /** Saves the session of a page's context, for `openProfile()`. */
  async saveProfile(page: Page, url: string, name: string): Promise<void> {
    const services = await this.#services();
    const opened = this.#opened.get(page.context());
    if (opened) return await opened.save();
    const [{ saveContext }, { isSignedIn }] = await Promise.all([
      import('../profile/save-context.ts'),
      import('../sign-in/session-check.ts'),
    ]);
    await saveContext(page, { name, url, services, isSignedIn: () => isSignedIn({ page, url }) });
  }

  /** Saves the cookies that sites have renewed. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
  }

  async #services(): Promise<ProfileServices> {
    const services = await this.#profiles?.();
    if (!services) throw notStored(this.#persona.name);
    return services;
  }
}
