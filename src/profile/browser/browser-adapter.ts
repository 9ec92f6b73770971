import type { APIRequestContext, Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import { captureState } from './capture.ts';
import { probePage, probeUrl } from './probe.ts';
import type { ProfileBrowser } from '../profile.ts';
import { giveSessionStorage } from './session-storage.ts';
import { type ProfileState, hasNewCookies } from '../state.ts';
import { RequestGate } from './request-gate.ts';
import type { ProfilePersona, ProfileSettingsOf } from '../settings.ts';
import { startOf } from '../urls.ts';

const NO_STATE: ProfileState = { cookies: [], origins: [] };
/** A persona that lacks what the site asks for cannot sign in next time, either. */
const HOPELESS = new Set(['PERSONA_UNKNOWN', 'PERSONA_INCOMPLETE', 'CHALLENGE_UNANSWERABLE', 'OTP_SEED_MISSING']);

export interface BrowserAdapterOptions<P extends ProfilePersona> {
  readonly name: string;
  readonly settings: ProfileSettingsOf<P>;
  /** How long a sign-in may take, in milliseconds. */
  readonly timeout: number;
  /** The browser that is there already, if there is one. */
  readonly browser: () => Browser | undefined;
  /** Opens a browser for a sign-in, or where there is none. @default it is all done in the one that is there */
  readonly launch?: () => Promise<Browser>;
  /** Opens what makes requests without a page. */
  readonly newRequest: (options: BrowserContextOptions) => Promise<OpenedRequest>;
  /** What the contexts of the test are made with, so that a site sees the same browser at sign-in and after. */
  readonly contextOptions: BrowserContextOptions;
  /** Told of each context that is opened here. */
  readonly onContext?: (context: BrowserContext) => void;
  /** Who signs in; whoever opens it closes it. */
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

/** A page with a state, in a browser that may be its own. */
interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What it is signed in with, when nothing more can change it where each state is good for one use. */
  capture(): Promise<ProfileState>;
  close(): Promise<void>;
}

/** What a profile needs of Playwright: signing in, asking the site, refreshing. */
export class BrowserAdapter<P extends ProfilePersona> implements ProfileBrowser {
  readonly #options: BrowserAdapterOptions<P>;

  constructor(options: BrowserAdapterOptions<P>) {
    this.#options = options;
    const { refresh } = options.settings;
    if (refresh) this.refresh = (state) => this.#refresh(state, refresh);
  }

  refresh?: (state: ProfileState) => Promise<ProfileState>;

  async signIn(): Promise<ProfileState> {
    const { settings, contextOptions, openPersona, timeout } = this.#options;
    if (settings.signIn === false) throw this.#byHand('nothing but a person can sign in for it (`signIn: false`)');
    let [signer, opened]: [OpenedPersona<P> | undefined, OpenedPage | undefined] = [undefined, undefined];
    try {
      signer = await openPersona();
      opened = await this.#open(NO_STATE, { alone: true });
      const { persona } = signer;
      const { context, page } = opened;
      const { inbox, sms, totp } = persona;
      const signedIn = settings.signIn
        ? settings.signIn({ page, context, persona, inbox, sms, totp })
        : persona.signIn(page, startOf(settings, persona.url), { timeout });
      await this.#inTime(signedIn, 'signIn');
      return await opened.capture();
    } catch (error) {
      if (!(error instanceof TwoFactorError) || !HOPELESS.has(error.code) || settings.signIn) throw error;
      throw this.#byHand(`its persona cannot sign in again (${reasonOf(error)})`, contextOptions.baseURL, error);
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
      if (!(await ask())) return undefined;
      if (opened) return await opened.capture();
      const after = { ...state, cookies: (await request.storageState()).cookies };
      return hasNewCookies(state, after) ? after : state;
    } finally {
      await Promise.all([requests.close(), opened?.close()]);
    }

    async function ask(): Promise<boolean> {
      if (typeof probe === 'string') return await probeUrl(request, name, probe);
      if (typeof probe === 'function') return await probe({ request, openPage });
      return await probePage(await openPage(), name, probe);
    }
  }

  async #refresh(state: ProfileState, refresh: NonNullable<ProfileSettingsOf<P>['refresh']>): Promise<ProfileState> {
    const opened = await this.#open(state);
    try {
      const { context, page } = opened;
      await this.#inTime(refresh({ context, page, request: context.request }), 'refresh');
      return await opened.capture();
    } finally {
      await opened.close();
    }
  }

  async #open(state: ProfileState, { alone = false } = {}): Promise<OpenedPage> {
    const { browser, launch, contextOptions, settings, onContext } = this.#options;
    const shared = alone && launch ? undefined : browser();
    const used = shared ?? (await launch?.());
    if (!used)
      throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', `There is no browser for profile "${this.#options.name}".`);
    try {
      // Without a state of its own, Playwright would fill in the one that is being made here.
      const context = await used.newContext({ ...contextOptions, storageState: state });
      onContext?.(context);
      const traffic = settings.rotate ? await RequestGate.watch(context) : undefined;
      await giveSessionStorage(context, state.sessionStorage);
      const read = (): Promise<ProfileState> => captureState(context, state);
      const capture = (): Promise<ProfileState> => traffic?.atRest(read) ?? read();
      const close = (): Promise<void> => (shared ? context.close() : used.close());
      return { context, page: await context.newPage(), capture, close };
    } catch (error) {
      if (!shared) await used.close();
      throw error;
    }
  }

  async #inTime(work: Promise<void>, what: 'signIn' | 'refresh'): Promise<void> {
    const { name, timeout } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      const text = `The ${what === 'signIn' ? 'sign-in' : 'refresh'} of profile "${name}" took more than ${timeout / 1000} s. See what its \`${what}\` waits for, or raise \`signInTimeout\`.`;
      timer = setTimeout(() => reject(new TwoFactorError('PROFILE_NOT_SIGNED_IN', text)), timeout);
    });
    try {
      await Promise.race([work, tooLong]);
    } finally {
      clearTimeout(timer);
      work.catch(() => undefined); // it goes on until its browser is closed
    }
  }

  #byHand(why: string, baseUrl = this.#options.contextOptions.baseURL, cause?: Error): TwoFactorError {
    const { name, settings } = this.#options;
    const start = startOf(settings);
    const url = URL.canParse(start, baseUrl) ? new URL(start, baseUrl).href : 'https://…';
    const text = `Profile "${name}" is not signed in, and ${why}. Sign in by hand, once:\n\n  npx playwright-2fa profile record ${name} --url ${url}\n`;
    return new TwoFactorError('PROFILE_NOT_SIGNED_IN', text, { cause });
  }
}

function requestOptions(options: BrowserContextOptions): BrowserContextOptions {
  const { baseURL, ignoreHTTPSErrors, extraHTTPHeaders, httpCredentials, userAgent, proxy, clientCertificates } =
    options;
  const wanted = {
    baseURL,
    ignoreHTTPSErrors,
    extraHTTPHeaders,
    httpCredentials,
    userAgent,
    proxy,
    clientCertificates,
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}
