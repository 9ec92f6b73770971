import type { BrowserContext, BrowserContextOptions, LaunchOptions, Page } from '@playwright/test';
import { isLoopback } from '../../core/http-access.ts';

/**
 * Keeps a browser away from the sink, whose inbox and API show codes.
 *
 * Chromium does not resolve the host, which covers redirects, WebSockets and workers of all kinds. Other browsers, and
 * those that are running already, get routes instead. A redirect passes a route, so a page that has the sink open is
 * emptied before anything of it is returned.
 */
export class SinkGuard {
  readonly #sink: URL | undefined;
  /** True if the browser itself cannot reach the sink. */
  readonly #isResolved: boolean;

  /**
   * @param sinkUrl URL of the sink; without it, nothing is guarded
   * @param hasRules true for a browser that is launched with `launchOptions()`
   */
  constructor(sinkUrl: string | undefined, hasRules: boolean) {
    this.#sink = sinkUrl === undefined ? undefined : new URL(sinkUrl);
    this.#isResolved = hasRules;
  }

  /** Adds the rules to the options of a Chromium. */
  launchOptions(options: LaunchOptions): LaunchOptions {
    if (!this.#sink || !this.#isResolved) return options;
    const { args = [] } = options;
    const name = '--host-resolver-rules=';
    // The last of several flags wins.
    const own = args.find((arg) => arg.startsWith(name))?.slice(name.length);
    const host = isLocal(this.#sink) ? '*' : this.#sink.hostname;
    const rule = `MAP ${host}:${portOf(this.#sink)} ~NOTFOUND`;
    const others = args.filter((arg) => !arg.startsWith(name));
    return { ...options, args: [...others, `${name}${own === undefined ? rule : `${rule},${own}`}`] };
  }

  /** Adds what a context needs to its options. A route does not see the requests of service workers in every browser. */
  contextOptions(options: BrowserContextOptions): BrowserContextOptions {
    return this.#needsRoutes ? { ...options, serviceWorkers: 'block' } : options;
  }

  /** Guards a context. */
  async guard(context: BrowserContext): Promise<void> {
    if (!this.#needsRoutes) return;
    await context.route(this.matches, (route) => route.abort('blockedbyclient'));
    await context.routeWebSocket(this.matches, (socket) => void socket.close());
  }

  /** Empties each page that shows the sink. Returns true if there was one. */
  async empty(pages: readonly Page[]): Promise<boolean> {
    const caught = pages.filter((page) => page.frames().some((frame) => this.#isSink(frame.url())));
    for (const page of caught) await page.goto('about:blank');
    return caught.length > 0;
  }

  /** True for a URL of the sink. */
  readonly matches = (url: URL): boolean => {
    const sink = this.#sink;
    if (!sink || portOf(url) !== portOf(sink)) return false;
    return url.hostname === sink.hostname || (isLocal(sink) && isLocal(url));
  };

  get #needsRoutes(): boolean {
    return this.#sink !== undefined && !this.#isResolved;
  }

  #isSink(url: string): boolean {
    return URL.canParse(url) && this.matches(new URL(url));
  }
}

/** True for every name of this machine that browsers accept. */
function isLocal({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return (
    isLoopback(host) || host.endsWith('.localhost') || ['0.0.0.0', '::'].includes(host) || host.startsWith('::ffff:7f')
  );
}

function portOf({ port, protocol }: URL): string {
  if (port !== '') return port;
  return protocol === 'https:' || protocol === 'wss:' ? '443' : '80';
}
