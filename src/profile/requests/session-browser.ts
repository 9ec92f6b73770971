import type { Browser, BrowserContextOptions } from '@playwright/test';
import { BrowserAdapter, type BrowserAdapterOptions } from '../browser/browser-adapter.ts';
import { probeStatus } from '../browser/probe.ts';
import type { ProfileBrowser } from '../restore.ts';
import type { ProfilePersona } from '../settings.ts';
import { type ProfileState, hasNewCookies } from '../state.ts';
import { CookieJar } from './cookie-jar.ts';

export interface SessionBrowserOptions<P extends ProfilePersona> extends Pick<
  BrowserAdapterOptions<P>,
  'name' | 'settings' | 'page' | 'timeout' | 'contextOptions' | 'openPersona'
> {
  /** Absolute URL that tells whether a session is alive. */
  readonly probe: string;
  readonly launch: () => Promise<Browser>;
  readonly fetch: typeof fetch;
}

/** Probes sessions by a plain request. A browser is launched for a sign-in or a refresh, and closed after it. */
export class SessionBrowser<P extends ProfilePersona> implements ProfileBrowser {
  readonly #options: SessionBrowserOptions<P>;

  constructor(options: SessionBrowserOptions<P>) {
    this.#options = options;
    if (options.settings.refresh) this.refresh = (state) => this.#inBrowser((adapter) => adapter.refresh!(state));
  }

  refresh?: (state: ProfileState) => Promise<ProfileState>;

  async signIn(previous?: ProfileState): Promise<ProfileState> {
    return await this.#inBrowser((adapter) => adapter.signIn(previous));
  }

  async probe(state: ProfileState): Promise<ProfileState | undefined> {
    const { name, probe, fetch: send, contextOptions } = this.#options;
    const [jar, url] = [new CookieJar(state.cookies), new URL(probe)];
    const isAlive = await probeStatus(name, probe, async () => {
      const headers = { ...defaultHeaders(contextOptions), ...jar.headers(url) };
      const { status, headers: answered, body } = await send(url, { headers, redirect: 'manual' });
      for (const cookie of answered.getSetCookie()) jar.set(cookie, url);
      await body?.cancel();
      return status;
    });
    if (!isAlive) return undefined;
    const after = { ...state, cookies: jar.all() };
    return hasNewCookies(state, after) ? after : state;
  }

  async #inBrowser<T>(work: (adapter: BrowserAdapter<P>) => Promise<T>): Promise<T> {
    const { launch, ...options } = this.#options;
    const browser = await launch();
    const newRequest: BrowserAdapterOptions<P>['newRequest'] = async (requestOptions) => {
      const context = await browser.newContext(requestOptions);
      return { request: context.request, close: () => context.close() };
    };
    try {
      return await work(new BrowserAdapter({ ...options, browser: () => browser, newRequest }));
    } finally {
      await browser.close();
    }
  }
}

/** Returns the headers that a context of a browser with these options sends with each request. */
export function defaultHeaders({ extraHTTPHeaders = {}, userAgent }: BrowserContextOptions): Record<string, string> {
  return { ...(userAgent === undefined ? {} : { 'user-agent': userAgent }), ...extraHTTPHeaders };
}
