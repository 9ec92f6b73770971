import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Response of a site: the body of a page, or a redirect, with an optional status. */
export interface SitePage {
  readonly body?: string;
  readonly to?: string;
  readonly status?: number;
  readonly type?: string;
}

type MaybePromise<T> = T | Promise<T>;

/** State of one visitor. `password` means that the password was accepted, and that more is asked for. */
export interface Visitor {
  stage: 'guest' | 'password' | 'signed-in';
}

/** Request to a site. */
export interface SiteRequest {
  readonly path: string;
  readonly method: string;
  readonly form: URLSearchParams;
  readonly visitor: Visitor;
}

/** A site with sessions in cookies, on a port of its own. */
export interface SessionSite extends AsyncDisposable {
  readonly url: string;
  /** Submitted forms, in order. */
  readonly sent: readonly SiteRequest[];
}

const LOGIN = `<h1>Sign in</h1><form method="post" action="/login">
  <label>Email <input name="email" type="email" autocomplete="username"></label>
  <label>Password <input name="password" type="password" autocomplete="current-password"></label>
  <button>Sign in</button></form>`;

/**
 * Starts a site whose `/login` accepts any password and then responds as `answer` says. A visitor who is signed in is
 * redirected from `/login` to `/home`, which has neither a sign-out control nor an account menu.
 *
 * @param answer response to a request, or `undefined` for the default
 */
export async function startSessionSite(
  answer: (request: SiteRequest) => MaybePromise<SitePage | string | undefined>,
): Promise<SessionSite> {
  const visitors = new Map<string, Visitor>();
  const sent: SiteRequest[] = [];
  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = /sid=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
    const known = id === undefined ? undefined : visitors.get(id);
    const visitor: Visitor = known ?? { stage: 'guest' };
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const isPost = request.method === 'POST';
    const form = isPost ? new URLSearchParams(await text(request)) : searchParams;
    const asked: SiteRequest = { path: pathname, method: request.method ?? 'GET', form, visitor };
    if (isPost) sent.push(asked);
    if (isPost && pathname === '/login') visitor.stage = 'password';
    const said = (await answer(asked)) ?? defaultPage(asked);
    const page: SitePage = typeof said === 'string' ? { body: said } : said;
    if (visitor.stage !== 'guest' && known === undefined) {
      const session = randomUUID();
      visitors.set(session, visitor);
      response.setHeader('set-cookie', `sid=${session}; HttpOnly; Path=/`);
    }
    if (page.to !== undefined) return void response.writeHead(303, { location: page.to }).end();
    response.writeHead(page.status ?? 200, { 'content-type': page.type ?? 'text/html; charset=utf-8' });
    response.end(page.type ? page.body : `<!doctype html><html lang="en"><title>Acme</title><body>${page.body ?? ''}`);
  }

  return {
    url,
    sent,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function defaultPage({ path, method, visitor }: SiteRequest): SitePage | string {
  if (path === '/favicon.ico') return { status: 404 };
  const isSignedIn = visitor.stage === 'signed-in';
  if (path === '/home') return isSignedIn ? '<h1>Orders</h1><p>Nothing new.</p>' : { to: '/login' };
  if (path === '/login' && method === 'GET') return isSignedIn ? { to: '/home' } : LOGIN;
  return { status: 404, body: '<h1>Not found</h1>' };
}
