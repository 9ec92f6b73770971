import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Answer of a site to a request for a page or for data without a session. */
export type Refusal = 'redirect' | 'form' | 401 | 403;

export interface DyingSiteOptions {
  /** @default 'redirect' */
  readonly refusal?: Refusal;
  /** Number of answers that a session is good for. @default no limit */
  readonly uses?: number;
  /** Answers a request in place of the default. Return true if it is answered. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse, isSignedIn: boolean) => boolean;
}

/** A site whose sessions end. */
export interface DyingSite extends AsyncDisposable {
  readonly url: string;
  /** Number of sign-ins. */
  readonly signIns: number;
  /** Requests, as `GET /orders 200`, in order. */
  readonly requests: readonly string[];
  /** Ends all sessions. */
  forget(): void;
}

export const FORM = `<h1>Sign in</h1><form method="post">
  <label>Email <input name="email" type="email" autocomplete="username"></label>
  <label>Password <input name="password" type="password" autocomplete="current-password"></label>
  <button>Sign in</button></form>`;

/**
 * Starts a site with a sign-in at `/login`, which leads to `/home`, or to the page that showed the form. `/api/…` answers
 * with JSON, and every other path with a page.
 */
export async function startDyingSite({
  refusal = 'redirect',
  uses,
  answer,
}: DyingSiteOptions = {}): Promise<DyingSite> {
  const sessions = new Map<string, number>();
  const requests: string[] = [];
  let signIns = 0;
  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path } = new URL(request.url ?? '/', 'http://any');
    if (path === '/favicon.ico') return void response.writeHead(404).end();
    response.once('finish', () => requests.push(`${request.method} ${path} ${response.statusCode}`));
    const body = request.method === 'POST' ? await text(request) : '';
    const isForm = new URLSearchParams(body).has('password');
    response.setHeader('content-type', 'text/html');
    if (isForm) {
      const id = `session-number-${++signIns}-of-alice`;
      sessions.set(id, uses ?? Infinity);
      response.setHeader('set-cookie', `sid=${id}; HttpOnly; Path=/; Max-Age=3600`);
      return void response.writeHead(303, { location: path === '/login' ? '/home' : path }).end();
    }
    const isSignedIn = use(/sid=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1], path);
    if (answer?.(request, response, isSignedIn)) return;
    if (path === '/login' && isSignedIn) return void response.writeHead(303, { location: '/home' }).end();
    if (path === '/login' || (!isSignedIn && refusal === 'form')) return void response.end(FORM);
    if (!isSignedIn && refusal === 'redirect') return void response.writeHead(303, { location: '/login' }).end();
    if (!isSignedIn) return void response.writeHead(Number(refusal)).end();
    if (path.startsWith('/api/')) {
      response.setHeader('content-type', 'application/json');
      return void response.end(JSON.stringify({ path, body }));
    }
    response.end(`<title>${path}</title><h1>Page ${path}</h1><a href="/logout">Sign out</a>`);
  }

  /** Returns true if a session is alive, and counts a use of it. The sign-in page costs none. */
  function use(id: string | undefined, path: string): boolean {
    const left = id === undefined ? undefined : sessions.get(id);
    if (id === undefined || left === undefined || left <= 0) return false;
    if (path !== '/login') sessions.set(id, left - 1);
    return true;
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get signIns() {
      return signIns;
    },
    requests,
    forget: () => sessions.clear(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
