import type { CookieJar } from './cookie-jar.ts';

/** Maximum number of redirects, as of the Fetch standard. */
const MAX_REDIRECTS = 20;
/** Headers that are not sent to another origin after a redirect. */
const PRIVATE_HEADERS = ['authorization', 'cookie', 'proxy-authorization', 'host'];
/** Headers that describe a body. */
const BODY_HEADERS = ['content-encoding', 'content-language', 'content-location', 'content-type', 'content-length'];

/** Request that can be sent again. */
export interface Sendable {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: ArrayBuffer | undefined;
  readonly redirect: RequestRedirect;
  /** Other options of `fetch`, such as `signal`. */
  readonly init: RequestInit;
}

/** Answer to a request, and the URLs that led to it. */
export interface Sent {
  readonly response: Response;
  readonly urls: readonly URL[];
}

/** Reads the arguments of `fetch`. A body is read at once, so that the request can be sent again. */
export async function sendableOf(
  input: string | URL | Request,
  init: RequestInit | undefined,
  base: string,
): Promise<Sendable> {
  const request = new Request(input instanceof Request ? input : new URL(input, base), init);
  return {
    url: new URL(request.url),
    method: request.method,
    headers: new Headers(request.headers),
    body: request.body ? await request.arrayBuffer() : undefined,
    redirect: request.redirect,
    init: { ...init, signal: request.signal },
  };
}

/**
 * Sends a request with the cookies of a jar, and keeps those of the answers. Redirects are followed as browsers do, with the
 * cookies for each URL.
 *
 * @see https://fetch.spec.whatwg.org/#http-redirect-fetch
 * @param onCookie called with each cookie that an answer sets
 * @throws TypeError after too many redirects, or for a redirect to another scheme than HTTP
 */
export async function send(
  { url: start, init, redirect, ...request }: Sendable,
  jar: CookieJar,
  fetch: typeof globalThis.fetch,
  onCookie: (name: string, value: string) => void,
): Promise<Sent> {
  let { method, body } = request;
  const headers = new Headers(request.headers);
  const urls = [start];
  for (let url = start; ;) {
    const sent = withCookies(headers, jar.header(url));
    const response = await fetch(url, { ...init, method, headers: sent, body: body ?? null, redirect: 'manual' });
    for (const header of response.headers.getSetCookie()) {
      const cookie = jar.set(header, url);
      if (cookie) onCookie(cookie.name, cookie.value);
    }
    const location = response.headers.get('location');
    const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== null;
    if (!isRedirect || redirect === 'manual') return { response: asRedirected(response, urls), urls };
    await response.body?.cancel();
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (redirect === 'error' || urls.length > MAX_REDIRECTS || !/^https?:$/.test(next?.protocol ?? '')) {
      const why = redirect === 'error' ? 'a redirect' : next ? 'too many redirects' : 'a redirect to nowhere';
      throw new TypeError(`fetch failed: ${why} at ${url.origin}${url.pathname}`);
    }
    if (changesToGet(response.status, method)) {
      [method, body] = ['GET', undefined];
      for (const name of BODY_HEADERS) headers.delete(name);
    }
    if (next!.origin !== url.origin) for (const name of PRIVATE_HEADERS) headers.delete(name);
    url = next!;
    urls.push(url);
  }
}

function changesToGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

/** Adds cookies to those of the caller. */
function withCookies(headers: Headers, cookies: string): Headers {
  if (cookies === '') return headers;
  const all = new Headers(headers);
  const own = headers.get('cookie');
  all.set('cookie', own === null ? cookies : `${cookies}; ${own}`);
  return all;
}

/** `redirected` tells of redirects, although each was followed by hand. */
function asRedirected(response: Response, urls: readonly URL[]): Response {
  return urls.length > 1 ? Object.defineProperty(response, 'redirected', { value: true }) : response;
}
