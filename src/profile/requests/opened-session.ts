import { randomUUID } from 'node:crypto';
import type { Browser } from '@playwright/test';
import { defined } from '../../core/defined.ts';
import { TwoFactorError } from '../../core/errors.ts';
import { loadPlaywright } from '../../core/load-playwright.ts';
import { SIGN_IN_TIMEOUT } from '../../core/timeouts.ts';
import type { LongWaits } from '../../core/long-wait.ts';
import { registerCookie, registerSessionSecrets } from '../../secret/session-secrets.ts';
import type { Lease } from '../../ledger/ledger.ts';
import type { OpenProfileOptionsOf, ProfileServices } from '../opened-profile.ts';
import { type RestoreOptions, type Restored, restoreProfile, restoreWithLease, saveState } from '../restore.ts';
import type { ProfilePersona } from '../settings.ts';
import { type ProfileState, type SavedState, hasNewCookies, sessionOf } from '../state.ts';
import type { Cookie } from './cookie.ts';
import { CookieJar } from './cookie-jar.ts';
import { type Sendable, type Sent, send, sendableOf } from './send.ts';
import { SessionBrowser, defaultHeaders } from './session-browser.ts';
import { type SessionToken, sessionTokens } from './session-tokens.ts';
import { SessionTurns } from './session-turns.ts';

export interface OpenSessionOptionsOf<P extends ProfilePersona> extends Pick<
  OpenProfileOptionsOf<P>,
  'name' | 'contextOptions' | 'timeout' | 'signIn' | 'refresh' | 'maxAge' | 'maxUses' | 'trustDevice' | 'logger'
> {
  /**
   * True for a site that replaces the refresh token at each use, and ends the session if an old one is used again. Of all
   * processes, one request is under way at a time, and what the site changed is saved before `fetch` resolves.
   *
   * @default false
   */
  readonly rotate?: boolean;
  /** URL that answers 2xx, without a redirect, only to a signed-in user. @default the URL of the session */
  readonly probe?: string;
  /** Launches the browser that signs in. It is closed after that. @default Chromium of Playwright */
  readonly launch?: () => Promise<Browser>;
  /** Sends the requests, for example through a proxy. @default Node's fetch */
  readonly fetch?: typeof fetch;
}

export interface SessionContext<P extends ProfilePersona> extends LongWaits {
  /** Name of the test or process, for those that wait. */
  readonly owner: string;
  readonly persona: P;
  readonly services: ProfileServices;
  /** True for the URL of a page that belongs to a sign-in. */
  readonly isSignInPage: (url: string) => boolean;
}

/** State of a session between two renewals. */
interface Current {
  readonly id: string;
  readonly state: ProfileState;
  readonly saved: SavedState | undefined;
  readonly jar: CookieJar;
}

/** A signed-in session of a persona without a browser. A browser is opened only to renew it. */
export class OpenedSession {
  /** URL that it was opened with. Relative URLs start there. */
  readonly url: string;
  readonly #restore: RestoreOptions;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch;
  readonly #isSignInPage: (url: string) => boolean;
  readonly #turns: SessionTurns | undefined;
  #current: Current;
  #renewing: Promise<void> | undefined;

  private constructor(
    url: string,
    restore: RestoreOptions,
    current: Current,
    {
      headers,
      fetch,
      isSignInPage,
      turns,
    }: {
      readonly headers: Readonly<Record<string, string>>;
      readonly fetch: typeof globalThis.fetch;
      readonly isSignInPage: (url: string) => boolean;
      readonly turns: SessionTurns | undefined;
    },
  ) {
    this.url = url;
    this.#restore = restore;
    this.#current = current;
    this.#headers = headers;
    this.#fetch = fetch;
    this.#isSignInPage = isSignInPage;
    this.#turns = turns;
  }

  static async open<P extends ProfilePersona>(
    page: string,
    { persona, services, isSignInPage, owner, longWait }: SessionContext<P>,
    options: OpenSessionOptionsOf<P>,
  ): Promise<OpenedSession> {
    const { name = persona.name, contextOptions = {}, timeout = SIGN_IN_TIMEOUT, fetch: own = fetch } = options;
    const { launch = launchChromium, maxAge, maxUses, rotate, signIn, refresh, trustDevice } = options;
    const url = absolute(page, contextOptions.baseURL);
    const probe = absolute(options.probe ?? url, url);
    const { store, ledger, lastVerified } = services;
    const browser = new SessionBrowser<P>({
      ...{ name, page: url, probe, timeout, contextOptions, launch, fetch: own },
      settings: { probe, ...defined({ signIn, refresh, trustDevice }) },
      openPersona: () => Promise.resolve({ persona, close: () => Promise.resolve() }),
    });
    const restore: RestoreOptions = {
      ...{ name, store, ledger, browser, timeout, maxAge, maxUses, rotate, probeUrl: probe, owner, longWait },
      onAlive: () => lastVerified.note(name, Date.now()).catch(() => undefined),
    };
    const headers = defaultHeaders(contextOptions);
    const turns = rotate ? new SessionTurns(restore) : undefined;
    const restored = await (turns ? turns.run((lease) => restoreWithLease(restore, lease)) : restoreProfile(restore));
    return new OpenedSession(url, restore, currentOf(restored), { headers, fetch: own, isSignInPage, turns });
  }

  /** Id of the session. It is another one after each renewal. */
  get id(): string {
    return this.#current.id;
  }

  /** Its cookies now. */
  get cookies(): readonly Cookie[] {
    return this.#current.jar.all();
  }

  /** Returns the headers that a request of the session has, for another client. @param url @default the URL of the session */
  headers(url: string = this.url): Record<string, string> {
    return { ...this.#headers, ...this.#current.jar.headers(new URL(url, this.url)) };
  }

  /**
   * Node's `fetch`, with the cookies of the session. If the answer tells that the session has ended, it is renewed and the
   * request is sent again, once.
   *
   * @throws TwoFactorError `PROFILE_NOT_SIGNED_IN`, and as `signIn()`
   * @example
   * const answer = await session.fetch('/api/orders', { method: 'POST', body: JSON.stringify(order) });
   */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = await sendableOf(input, init, this.url);
    for (const [name, value] of Object.entries(this.#headers))
      if (!request.headers.has(name)) request.headers.set(name, value);
    return await this.#inTurn(async (lease) => {
      const used = this.#current;
      const sent = await this.#send(request);
      if (!this.#mayHaveEnded(request, sent) || (await this.#isAliveSince(used))) return sent.response;
      await sent.response.body?.cancel();
      await this.#renew(used, lease);
      return (await this.#send(request)).response;
    });
  };

  /** Returns the tokens that scripts of the site send: against forged requests (CSRF), and as `Authorization: Bearer`. */
  async tokens(): Promise<SessionToken[]> {
    const response = await this.fetch(this.url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    const isHtml = response.headers.get('content-type')?.includes('html') === true;
    const html = isHtml ? await response.text() : '';
    return sessionTokens(this.#restore.name, this.storageState(), { html, origin: new URL(this.url).origin });
  }

  /** Returns its state now, for `request.newContext()` and `browser.newContext()` of Playwright. */
  storageState(): ProfileState {
    return { ...this.#current.state, cookies: this.#current.jar.all() };
  }

  /**
   * Asks the site whether the session is alive, and renews it if it is not. Of all processes that need it, one signs in.
   *
   * @param id of the session that was used. If it was renewed since, the site is not asked. @default the current one
   * @returns true if it is another session now
   */
  async ensureSignedIn(id: string = this.id): Promise<boolean> {
    return await this.#inTurn(async (lease) => {
      const used = this.#current;
      if (id !== used.id) return true;
      if (await this.#isAliveSince(used)) return false;
      await this.#renew(used, lease);
      return true;
    });
  }

  /** Saves the cookies that the site has renewed, if the session is alive. */
  async close(): Promise<void> {
    const { saved, state } = this.#current;
    const now = this.storageState();
    if (this.#turns || !saved || !hasNewCookies(state, now)) return;
    // The saved session stays as it is if the site does not answer, or another process has saved a newer one.
    const live = await this.#restore.browser.probe(now).catch(() => undefined);
    if (live) await saveState(this.#restore, live, { replaces: saved, isSameSignIn: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #send(request: Sendable): Promise<Sent> {
    const { name } = this.#restore;
    const { jar } = this.#current;
    return await send(request, jar, this.#fetch, (cookie, value) => registerCookie(name, cookie, value));
  }

  /** True if an answer tells that the session may have ended. The probe decides: a page may refuse a signed-in user. */
  #mayHaveEnded({ url }: Sendable, { response: { status }, urls }: Sent): boolean {
    if (status === 401 || status === 403) return true;
    return !this.#isSignInPage(url.href) && urls.slice(1).some(({ href }) => this.#isSignInPage(href));
  }

  /** True if a session that a request used is alive, and still the current one. */
  async #isAliveSince(used: Current): Promise<boolean> {
    return this.#current === used && (await this.#isAlive()) && this.#current === used;
  }

  async #isAlive(): Promise<boolean> {
    const { jar } = this.#current;
    const live = await this.#restore.browser.probe(this.storageState());
    for (const cookie of live?.cookies ?? []) {
      jar.add(cookie); // the site may have renewed it
      registerCookie(this.#restore.name, cookie.name, cookie.value);
    }
    return live !== undefined;
  }

  /**
   * @param used the session that was found dead. If it was renewed since, nothing is done
   * @param lease the lease of the turn, with `rotate`
   */
  async #renew(used: Current, lease: Lease | undefined): Promise<void> {
    if (this.#current !== used) return;
    const options = { ...this.#restore, rejected: used.saved };
    this.#renewing ??= (lease ? restoreWithLease(options, lease, used.saved) : restoreProfile(options))
      .then((restored) => void (this.#current = currentOf(restored)))
      .finally(() => (this.#renewing = undefined));
    await this.#renewing;
  }

  /** With `rotate`, runs a work on the newest session, alone, and saves what the site has changed. */
  async #inTurn<T>(work: (lease: Lease | undefined) => Promise<T>): Promise<T> {
    if (!this.#turns) return await work(undefined);
    return await this.#turns.run(async (lease) => {
      await this.#takeNewest();
      try {
        return await work(lease);
      } finally {
        await this.#saveChanges(lease);
      }
    });
  }

  /** Goes on with what another process has saved since. */
  async #takeNewest(): Promise<void> {
    const { name, store } = this.#restore;
    const saved = await store.read(name);
    const before = this.#current;
    if (!saved || saved.id === before.saved?.id) return;
    registerSessionSecrets(name, saved.storageState);
    const next = currentOf({ state: saved.storageState, saved });
    const isSame = before.saved !== undefined && sessionOf(saved) === sessionOf(before.saved);
    this.#current = isSame ? { ...next, id: before.id } : next;
  }

  async #saveChanges(lease: Lease): Promise<void> {
    const { saved } = this.#current;
    const state = this.storageState();
    if (!saved || JSON.stringify(state.cookies) === JSON.stringify(saved.storageState.cookies)) return;
    const kept = await saveState(this.#restore, state, { replaces: saved, isSameSignIn: true, lease });
    this.#current = { ...this.#current, state, saved: kept };
  }
}

function currentOf({ state, saved }: Restored): Current {
  return { id: randomUUID(), state, saved, jar: new CookieJar(state.cookies) };
}

async function launchChromium(): Promise<Browser> {
  const { chromium } = await loadPlaywright();
  return await chromium.launch();
}

function absolute(url: string, base: string | undefined): string {
  if (URL.canParse(url, base)) return new URL(url, base).href;
  throw new TwoFactorError(
    'SETTINGS_INVALID',
    `A session needs an absolute URL such as https://app.example.com/account, or \`contextOptions.baseURL\`. It is "${url}".`,
  );
}
