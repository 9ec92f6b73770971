import type { Browser, BrowserContext, BrowserContextOptions, BrowserType, LaunchOptions } from '@playwright/test';
import { childEnvironment } from '../../core/child-environment.ts';
import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import { loadPlaywright } from '../../core/load-playwright.ts';
import { SinkGuard } from './sink-guard.ts';

/** Maximum time until a running browser answers, in milliseconds. */
const CONNECT_TIMEOUT = 15_000;

export interface SharedBrowserOptions {
  /** Endpoint of a running browser, as `browser.bind()` returns it. @default a browser is launched */
  readonly endpoint?: string;
  /** @default 'chromium' */
  readonly browser?: 'chromium' | 'firefox' | 'webkit';
  /** @default true */
  readonly headless?: boolean;
  readonly launchOptions?: LaunchOptions;
  readonly contextOptions?: BrowserContextOptions;
  /** URL of the sink, which the browser must not reach. @default none */
  readonly sinkUrl?: string;
}

/** A browser that this process and Playwright's MCP server use together. */
export class SharedBrowser {
  readonly guard: SinkGuard;
  /** Address that the other process connects to. */
  readonly endpoint: string;
  readonly #browser: Browser;
  readonly #options: SharedBrowserOptions;
  readonly #guarded = new WeakSet<BrowserContext>();

  private constructor(browser: Browser, endpoint: string, guard: SinkGuard, options: SharedBrowserOptions) {
    this.#browser = browser;
    this.endpoint = endpoint;
    this.guard = guard;
    this.#options = options;
  }

  /**
   * Launches a browser and opens it for other processes, or connects to one that is open.
   *
   * @throws TwoFactorError `BROWSER_UNREACHABLE` if none answers at the endpoint; `PLAYWRIGHT_TOO_OLD`
   */
  static async open(options: SharedBrowserOptions): Promise<SharedBrowser> {
    const { endpoint, browser: name = 'chromium', headless = true, launchOptions = {}, sinkUrl } = options;
    const type = (await loadPlaywright())[name];
    const guard = new SinkGuard(sinkUrl, name === 'chromium' && endpoint === undefined);
    if (endpoint !== undefined) return new SharedBrowser(await connectTo(type, endpoint), endpoint, guard, options);
    const env = childEnvironment(process.env);
    const browser = await type.launch(guard.launchOptions({ headless, env, ...launchOptions }));
    try {
      return new SharedBrowser(browser, await bind(browser), guard, options);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** True if the browser still runs and answers. */
  get isConnected(): boolean {
    return this.#browser.isConnected();
  }

  /** True if `close()` ends the browser, because this process has launched it. */
  get isOwn(): boolean {
    return this.#options.endpoint === undefined;
  }

  /** Opens a context with the options and the guards of an agent. */
  async newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const all = this.guard.contextOptions({ ...this.#options.contextOptions, ...options });
    const context = await this.#browser.newContext(all);
    await this.#guard(context);
    return context;
  }

  /** Returns the context of the agent, with its guards. Opens one if there is none. */
  async context(): Promise<BrowserContext> {
    const [context] = this.#browser.contexts();
    if (!context) return await this.newContext();
    await this.#guard(context);
    return context;
  }

  /** Makes a context the only one, with the guards. Returns true if another one was closed. */
  async use(context: BrowserContext): Promise<boolean> {
    await this.#guard(context);
    const others = this.#browser.contexts().filter((one) => one !== context);
    for (const other of others) await other.close();
    return others.length > 0;
  }

  /** Closes the browser if it was launched here, else the connection to it. */
  async close(): Promise<void> {
    await this.#browser.close();
  }

  async #guard(context: BrowserContext): Promise<void> {
    if (this.#guarded.has(context)) return;
    this.#guarded.add(context);
    await this.guard.guard(context);
  }
}

async function connectTo(type: BrowserType, endpoint: string): Promise<Browser> {
  try {
    return await type.connect(endpoint, { timeout: CONNECT_TIMEOUT });
  } catch (error) {
    const text = `No ${type.name()} answers at ${endpoint}: ${reasonOf(error)} Check that the browser runs, that it was opened with browser.bind(), and that its Playwright has the version of this one.`;
    throw new TwoFactorError('BROWSER_UNREACHABLE', text, { cause: error });
  }
}

/** Opens a browser for other processes of this user, over a socket. */
async function bind(browser: Browser): Promise<string> {
  const old = browser as Partial<Pick<Browser, 'bind'>>;
  if (!old.bind) {
    const text =
      'This Playwright cannot share a browser with its MCP server. Run: npm install -D @playwright/test@latest';
    throw new TwoFactorError('PLAYWRIGHT_TOO_OLD', text);
  }
  return (await browser.bind('playwright-2fa')).endpoint;
}
