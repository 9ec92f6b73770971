import { defined } from '../../core/defined.ts';
import type { APIRequestContext, Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import { captureState } from './capture.ts';
import { restoreRecords } from './indexed-records.ts';
import { isAlive, isSignedOutStatus } from './probe.ts';
import { restoreSessionStorage } from './session-storage.ts';
import type { ProfileBrowser } from '../restore.ts';
import { type ProfileState, hasNewCookies } from '../state.ts';
import { RequestGate } from './request-gate.ts';
import type { ProfilePersona, ProfileSettingsOf } from '../settings.ts';
import { pathOf, startOf } from '../urls.ts';

const EMPTY_STATE: ProfileState = { cookies: [], origins: [] };
/** Maximum number of cookies that may be the one that signs in. */
const MAX_TRIED = 8;
/** Errors that a retry cannot fix: the persona lacks something that the site asks for. */
const PERMANENT = new Set(['PERSONA_UNKNOWN', 'PERSONA_INCOMPLETE', 'CHALLENGE_UNANSWERABLE', 'OTP_SEED_MISSING']);

export interface BrowserAdapterOptions<P extends ProfilePersona> {
  readonly name: string;
  readonly settings: ProfileSettingsOf<P>;
  /**
   * URL of the page that a job opens. A sign-in begins there; at the URL of the persona if the page or the probe answers
   * 401 or 403. @default the start of the settings
   */
  readonly page?: string | undefined;
  /** Maximum time of a sign-in, in milliseconds. */
  readonly timeout: number;
  /** Returns the open browser, if there is one. */
  readonly browser: () => Browser | undefined;
  /** Launches a browser for a sign-in, or if none is open. @default everything runs in the open browser */
  readonly launch?: () => Promise<Browser>;
  /** Creates a context for requests without a page. */
  readonly newRequest: (options: BrowserContextOptions) => Promise<OpenedRequest>;
  /** Options of the contexts of the test, so that the site sees the same browser during the sign-in and after it. */
  readonly contextOptions: BrowserContextOptions;
  /** Called for each context that the adapter opens. */
  readonly onContext?: (context: BrowserContext) => void;
  /** Opens the persona that signs in. The adapter closes it. */
  readonly openPersona: () => Promise<OpenedPersona<P>>;
}

interface OpenedRequest {
  readonly request: APIRequestContext;
  close(): Promise<void>;
}

interface OpenedPersona<P extends ProfilePersona> {
  readonly persona: P;
  close(): Promise<unknown>;
}

interface SignInStart {
  readonly url: string;
  /** Page that answered 401 or 403. */
  readonly refused?: { readonly url: string; readonly status: number };
}

/** A page with a state, in a shared browser or in one of its own. */
interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Captures the state. With `rotate`, it first waits until no request can change it. */
  capture(): Promise<ProfileState>;
  close(): Promise<void>;
}

/** Runs the sign-in, the probe and the refresh of a profile in Playwright. */
export class BrowserAdapter<P extends ProfilePersona> implements ProfileBrowser {
  readonly #options: BrowserAdapterOptions<P>;

  constructor(options: BrowserAdapterOptions<P>) {
    this.#options = options;
    const { refresh } = options.settings;
    if (refresh) this.refresh = (state) => this.#refresh(state, refresh);
  }

  refresh?: (state: ProfileState) => Promise<ProfileState>;

  async signIn(previous?: ProfileState): Promise<ProfileState> {
    const { settings, contextOptions, openPersona } = this.#options;
    if (settings.signIn === false) throw this.#needsPerson('only a person can sign in for it (`signIn: false`)');
    let [signer, opened]: [OpenedPersona<P> | undefined, OpenedPage | undefined] = [undefined, undefined];
    try {
      signer = await openPersona();
      opened = await this.#open(await this.#deviceOf(previous), { isSeparate: true });
      const { persona } = signer;
      const { context, page } = opened;
      const { inbox, sms, totp } = persona;
      const signIn = settings.signIn
        ? settings.signIn({ page, context, persona, inbox, sms, totp })
        : this.#signInAt(await this.#startOf(persona.url), page, persona);
      await this.#withTimeout(signIn, 'signIn');
      return await opened.capture();
    } catch (error) {
      if (!(error instanceof TwoFactorError) || !PERMANENT.has(error.code) || settings.signIn) throw error;
      throw this.#needsPerson(`its persona cannot sign in again (${reasonOf(error)})`, contextOptions.baseURL, error);
    } finally {
      await Promise.all([opened?.close(), signer?.close()]);
    }
  }

  async probe(state: ProfileState): Promise<ProfileState | undefined> {
    const { name, settings, newRequest, contextOptions } = this.#options;
    const { probe } = settings;
    let opened: OpenedPage | undefined;
    const openPage = async (): Promise<Page> => (opened ??= await this.#open(state)).page;
    const requests = await newRequest({ ...requestOptions(contextOptions), storageState: state });
    const { request } = requests;
    try {
      if (!(await isAlive(probe, name, { request, openPage }))) return undefined;
      if (opened) return await opened.capture();
      const after = { ...state, cookies: (await request.storageState()).cookies };
      return hasNewCookies(state, after) ? after : state;
    } finally {
      await Promise.all([requests.close(), opened?.close()]);
    }
  }

  /** Returns where a sign-in begins, and the status of a page that says no more than that nobody is signed in. */
  async #startOf(own: string | undefined): Promise<SignInStart> {
    const { page, settings, newRequest, contextOptions } = this.#options;
    if (page === undefined) return { url: startOf(settings, own) };
    const probe = typeof settings.probe === 'string' ? pathOf(settings.probe) : undefined;
    const requests = await newRequest(requestOptions(contextOptions));
    try {
      for (const url of new Set([page, probe ?? page])) {
        // A page that does not answer is told by the sign-in.
        const response = await requests.request.get(url).catch(() => undefined);
        const status = response?.status();
        if (!response || !isSignedOutStatus(status)) continue;
        const start = { url: own ?? page, refused: { url, status: response.status() } };
        // The page itself may have a form.
        if (own === undefined && !/<(?:form|input|script)\b/i.test(await response.text()))
          throw this.#unsaid(start.refused);
        return start;
      }
      return { url: page };
    } finally {
      await requests.close();
    }
  }

  async #signInAt({ url, refused }: SignInStart, page: Page, persona: P): Promise<void> {
    const { settings, timeout } = this.#options;
    try {
      await persona.signIn(page, url, { timeout, trustDevice: settings.trustDevice === true });
    } catch (error) {
      if (!refused || persona.url !== undefined || !(error instanceof TwoFactorError)) throw error;
      throw this.#unsaid(refused, error);
    }
  }

  /** Returns the error for a page that says no more than that nobody is signed in. */
  #unsaid({ url, status }: NonNullable<SignInStart['refused']>, cause?: unknown): TwoFactorError {
    const text = `Profile "${this.#options.name}" is not signed in: ${url} answers ${status}, and shows no way to sign in. Give the persona the address where its sign-in begins, as \`url\`.`;
    return new TwoFactorError('PROFILE_NOT_SIGNED_IN', text, { cause });
  }

  /**
   * Returns the cookies by which a site remembers the device: those that outlast a session, if they do not sign in. Of a
   * session that is still alive, one of them does, and is left out.
   */
  async #deviceOf(previous: ProfileState | undefined): Promise<ProfileState> {
    if (!this.#options.settings.trustDevice || !previous) return EMPTY_STATE;
    const lasting = previous.cookies.filter(({ expires }) => expires * 1000 > Date.now());
    const withoutOne = lasting.slice(0, MAX_TRIED).map((one) => lasting.filter((cookie) => cookie !== one));
    for (const cookies of [lasting, ...withoutOne]) {
      const state: ProfileState = { cookies, origins: [] };
      if (cookies.length > 0 && !(await this.probe(state))) return state;
    }
    return EMPTY_STATE;
  }

  async #refresh(state: ProfileState, refresh: NonNullable<ProfileSettingsOf<P>['refresh']>): Promise<ProfileState> {
    const opened = await this.#open(state);
    try {
      const { context, page } = opened;
      await this.#withTimeout(refresh({ context, page, request: context.request }), 'refresh');
      return await opened.capture();
    } finally {
      await opened.close();
    }
  }

  async #open(state: ProfileState, { isSeparate = false } = {}): Promise<OpenedPage> {
    const { browser, launch, contextOptions, settings, onContext } = this.#options;
    const shared = isSeparate && launch ? undefined : browser();
    const used = shared ?? (await launch?.());
    if (!used)
      throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', `There is no browser for profile "${this.#options.name}".`);
    try {
      // Without this option, Playwright would use the `storageState` of the test, which is being created here.
      const context = await used.newContext({ ...contextOptions, storageState: state });
      onContext?.(context);
      const gate = settings.rotate ? await RequestGate.watch(context) : undefined;
      await restoreRecords(context, state.indexedRecords);
      await restoreSessionStorage(context, state.sessionStorage);
      const read = (): Promise<ProfileState> => captureState(context, state);
      const capture = (): Promise<ProfileState> => gate?.readWhenIdle(read) ?? read();
      const close = (): Promise<void> => (shared ? context.close() : used.close());
      return { context, page: await context.newPage(), capture, close };
    } catch (error) {
      if (!shared) await used.close();
      throw error;
    }
  }

  async #withTimeout(work: Promise<void>, step: 'signIn' | 'refresh'): Promise<void> {
    const { name, timeout } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<never>((_, reject) => {
      const text = `The ${step === 'signIn' ? 'sign-in' : 'refresh'} of profile "${name}" took more than ${timeout / 1000} s. Check what its \`${step}\` waits for, or raise \`signInTimeout\`.`;
      timer = setTimeout(() => reject(new TwoFactorError('PROFILE_NOT_SIGNED_IN', text)), timeout);
    });
    try {
      await Promise.race([work, timedOut]);
    } finally {
      clearTimeout(timer);
      work.catch(() => undefined); // it continues until its browser is closed
    }
  }

  #needsPerson(reason: string, baseUrl = this.#options.contextOptions.baseURL, cause?: Error): TwoFactorError {
    const { name, settings } = this.#options;
    const start = this.#options.page ?? startOf(settings);
    const url = URL.canParse(start, baseUrl) ? new URL(start, baseUrl).href : 'https://…';
    const text = `Profile "${name}" is not signed in, and ${reason}. Sign in by hand, once:\n\n  npx playwright-2fa profile record ${name} --url ${url}\n`;
    return new TwoFactorError('PROFILE_NOT_SIGNED_IN', text, { cause, details: { needsPerson: true } });
  }
}

function requestOptions(options: BrowserContextOptions): BrowserContextOptions {
  const { baseURL, ignoreHTTPSErrors, extraHTTPHeaders, httpCredentials, userAgent, proxy, clientCertificates } =
    options;
  const shared = {
    baseURL,
    ignoreHTTPSErrors,
    extraHTTPHeaders,
    httpCredentials,
    userAgent,
    proxy,
    clientCertificates,
  };
  return defined(shared);
}
