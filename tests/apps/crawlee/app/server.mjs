// @ts-check
// A site to crawl: its sessions are good for 50 pages. It counts the sign-ins and the pages.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const USES = 50;
const FORM = `<h1>Sign in</h1><form method="post" action="/login">
  <label>Email <input name="email" type="email" autocomplete="username"></label>
  <label>Password <input name="password" type="password" autocomplete="current-password"></label>
  <button>Sign in</button></form>`;

/** @type {Map<string, number>} how many pages each session may still fetch */
const sessions = new Map();
const stats = { signIns: 0, pages: 0, refused: 0 };

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://any');
  response.setHeader('content-type', 'text/html');
  if (pathname === '/favicon.ico') return response.writeHead(404).end();
  if (pathname === '/stats') return response.end(JSON.stringify(stats));
  if (request.method === 'POST') {
    if (new URLSearchParams(await text(request)).get('password') !== 'Correct-Horse-4711')
      return response.end(`<p role="alert">Wrong password.</p>${FORM}`);
    const id = `session-number-${++stats.signIns}-of-the-crawler`;
    sessions.set(id, USES);
    response.setHeader('set-cookie', `sid=${id}; HttpOnly; Path=/; Max-Age=3600`);
    return response.writeHead(303, { location: '/account' }).end();
  }
  const [, id = ''] = /sid=([\w-]+)/.exec(request.headers.cookie ?? '') ?? [];
  const left = sessions.get(id) ?? 0;
  if (pathname === '/login')
    return left > 0 ? response.writeHead(303, { location: '/account' }).end() : response.end(FORM);
  if (left === 0) {
    stats.refused++;
    // Some sites answer one way, and some the other.
    const isOdd = Number(pathname.slice(-1)) % 2 === 1;
    return isOdd
      ? response.writeHead(401).end('Sign in first.')
      : response.writeHead(303, { location: '/login' }).end();
  }
  if (pathname.startsWith('/page/')) {
    stats.pages++;
    sessions.set(id, left - 1);
  }
  response.end(`<title>${pathname}</title><h1>Signed in at ${pathname}</h1><a href="/logout">Sign out</a>`);
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
const address = server.address();
console.log(`crawlee ready url=http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`);
process.once('SIGTERM', () => process.exit());
