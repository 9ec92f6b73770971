import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { FORM } from './dying-site.ts';

/** A site that replaces the session cookie with each answer, and ends the session if an old one is used again. */
export interface RotatingSite extends AsyncDisposable {
  readonly url: string;
  /** Number of sign-ins. */
  readonly signIns: number;
  /** Number of requests with a cookie that was replaced before. */
  readonly reuses: number;
  /** Largest number of requests that were under way at a time. */
  readonly mostAtOnce: number;
}

/** Starts the site. `/api/…` answers with JSON or 401, `/broken` cuts the connection after it has replaced the cookie. */
export async function startRotatingSite(): Promise<RotatingSite> {
  /** Number of the cookie that is good now, by session. */
  const current = new Map<number, number>();
  let [signIns, reuses, atOnce, mostAtOnce] = [0, 0, 0, 0];
  const server = createServer((request, response) => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    response.once('close', () => atOnce--);
    void (async () => {
      response.setHeader('content-type', 'text/html');
      const { pathname } = new URL(request.url ?? '/', 'http://any');
      if (pathname === '/favicon.ico') return response.writeHead(404).end();
      const give = (session: number): void => {
        const number = (current.get(session) ?? 0) + 1;
        current.set(session, number);
        response.setHeader('set-cookie', `token=token-${number}-of-session-${session}; HttpOnly; Path=/; Max-Age=3600`);
      };
      if (request.method === 'POST' && (await text(request)).includes('password=')) {
        give(++signIns);
        return response.writeHead(303, { location: '/account' }).end();
      }
      const [, number, session] = /token-(\d+)-of-session-(\d+)/.exec(request.headers.cookie ?? '')?.map(Number) ?? [];
      const isGood = session !== undefined && current.get(session) === number;
      if (session !== undefined && current.has(session) && !isGood) {
        reuses++;
        current.delete(session);
      }
      if (!isGood && pathname === '/login') return response.end(FORM);
      if (!isGood && pathname.startsWith('/api/')) return response.writeHead(401).end();
      if (session === undefined || !isGood) return response.writeHead(303, { location: '/login' }).end();
      give(session);
      if (pathname === '/broken') {
        response.writeHead(303, { location: 'http://127.0.0.1:1/' });
        return response.end();
      }
      if (pathname === '/login') return response.writeHead(303, { location: '/account' }).end();
      return response.end(`<h1>Page ${pathname}</h1><a href="/logout">Sign out</a>`);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get signIns() {
      return signIns;
    },
    get reuses() {
      return reuses;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
