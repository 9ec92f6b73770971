import { TwoFactorError } from '../core/errors.ts';
import { memoize } from '../core/memoize.ts';
import { leadsToSignIn } from '../sign-in/sign-in-page.ts';
import type { Cookie } from '../profile/requests/cookie.ts';
import type { OpenedSession } from '../profile/requests/opened-session.ts';
import type { OpenSessionOptions, Persona } from './persona.ts';

/** Members of Crawlee's crawling contexts that the hooks use. */
interface CrawlingContext {
  readonly request: { readonly url: string };
  readonly session?: CrawlerSession | undefined;
  /** Page of Playwright, in crawlers with a browser. */
  readonly page?: CrawledPage;
  /** Response of Playwright, or Node's `IncomingMessage` with `url`. */
  readonly response?: unknown;
}

interface CrawlerSession {
  retire(): void;
}

interface CrawledPage {
  url(): string;
  locator(selector: string): { count(): Promise<number> };
  context(): { addCookies(cookies: readonly Cookie[]): Promise<void> };
  addInitScript(script: { content: string }): Promise<unknown>;
}

/** Options of a crawler of Crawlee that keep it signed in. */
export interface CrawlerHooks {
  /** Crawlee writes its session pool to disk in clear, so that no cookie may get there. */
  readonly persistCookiesPerSession: false;
  readonly preNavigationHooks: ((context: CrawlingContext, options?: object) => Promise<void>)[];
  readonly postNavigationHooks: ((context: CrawlingContext) => Promise<void>)[];
}

/**
 * Returns hooks that keep a `PlaywrightCrawler` or a `CheerioCrawler` of Crawlee signed in. A page that was fetched signed
 * out is never handled: its session is retired, the persona signs in again, and Crawlee fetches the page again.
 *
 * @param url page that only a signed-in user may see: it shows whether the session is alive
 * @see https://crawlee.dev/js/api/playwright-crawler/interface/PlaywrightCrawlerOptions#preNavigationHooks
 * @throws TwoFactorError `SETTINGS_INVALID` for `rotate`
 * @example
 * const crawler = new CheerioCrawler({ ...twoFactorHooks(alice, 'https://app.example.com/account'), requestHandler });
 */
export function twoFactorHooks(
  persona: Pick<Persona, 'openSession'>,
  url: string,
  options: Omit<OpenSessionOptions, 'rotate'> = {},
): CrawlerHooks {
  if ((options as OpenSessionOptions).rotate) {
    const text =
      '`rotate` cannot be used with a crawler, which has several requests under way. Leave it out, or use `fetch` of `persona.openSession()`, which sends one request at a time.';
    throw new TwoFactorError('SETTINGS_INVALID', text);
  }
  const open = memoize(() => persona.openSession(url, options));
  /** The session that each request was sent with. */
  const used = new WeakMap<object, string>();
  return {
    persistCookiesPerSession: false,
    preNavigationHooks: [
      async (context, navigation) => {
        const session = await open();
        used.set(context, session.id);
        await enter(session, context, navigation);
      },
    ],
    postNavigationHooks: [
      async (context) => {
        const session = await open();
        if (!(await mayBeSignedOut(context)) || !(await session.ensureSignedIn(used.get(context)))) return;
        context.session?.retire();
        throw new Error(
          `The session had ended at ${context.request.url}. It was renewed, and the page is fetched again.`,
        );
      },
    ],
  };
}

/** Gives a request the session. */
async function enter(
  session: OpenedSession,
  { request, page }: CrawlingContext,
  navigation: object = {},
): Promise<void> {
  if (page) {
    await page.context().addCookies(session.cookies);
    await page.addInitScript({ content: storageScript(session) });
  } else {
    const { headers = {} } = navigation as { readonly headers?: object };
    Object.assign(navigation, { headers: { ...headers, ...session.headers(request.url) } });
  }
}

/** True if a page was perhaps fetched signed out. */
async function mayBeSignedOut({ request, response, page }: CrawlingContext): Promise<boolean> {
  const { statusCode, url } = (response ?? {}) as { readonly statusCode?: number; readonly url?: unknown };
  const code = page ? (response as { status(): number } | undefined)?.status() : statusCode;
  if (code === 401 || code === 403) return true;
  const to = page ? page.url() : url;
  if (typeof to === 'string' && leadsToSignIn(request.url, to)) return true;
  return page !== undefined && (await page.locator('input[type=password]').count()) > 0;
}

/** Returns a script that restores the localStorage of the session, once for each session. */
function storageScript(session: OpenedSession): string {
  const origins = session.storageState().origins.map(({ origin, localStorage }) => [origin, localStorage] as const);
  const data = { mark: 'playwright-2fa/session', id: session.id, origins: Object.fromEntries(origins) };
  return `(${restoreInPage.toString()})(${JSON.stringify(data)})`;
}

/** Runs in the page, before its scripts. */
function restoreInPage({ mark, id, origins }: StorageOfSession): void {
  const items = origins[location.origin];
  try {
    if (!items || localStorage.getItem(mark) === id) return;
    for (const { name, value } of items) localStorage.setItem(name, value);
    localStorage.setItem(mark, id);
  } catch {
    // The page is not allowed to use storage.
  }
}

interface StorageOfSession {
  readonly mark: string;
  readonly id: string;
  readonly origins: Readonly<Record<string, readonly { readonly name: string; readonly value: string }[]>>;
}
