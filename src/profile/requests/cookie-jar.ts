import { type Cookie, domainMatches, isSecure, pathMatches } from './cookie.ts';
import { parseSetCookie } from './set-cookie.ts';

/** Maximum number of cookies of one domain (RFC 6265 section 6.1 asks for 50 at least). */
const MAX_COOKIES = 180;

/**
 * The cookies of a session, kept and sent as a browser does.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6265#section-5
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis (prefixes, limits)
 */
export class CookieJar {
  readonly #now: () => number;
  /** In order of creation, by name, domain and path. */
  readonly #cookies = new Map<string, Cookie>();

  /** @param now milliseconds since the epoch */
  constructor(cookies: readonly Cookie[], now: () => number = Date.now) {
    this.#now = now;
    for (const cookie of cookies) this.add(cookie);
  }

  /** Adds a cookie that a browser or another jar has accepted. */
  add(cookie: Cookie): void {
    this.#cookies.set(keyOf(cookie), cookie);
  }

  /** Returns the cookies that have not expired. */
  all(): Cookie[] {
    return [...this.#cookies.values()].filter((cookie) => !this.#isExpired(cookie));
  }

  /** Returns the cookies that are sent to a URL, those with longer paths first (section 5.4). */
  for(url: URL): Cookie[] {
    const host = url.hostname;
    return this.all()
      .filter(({ domain, path, secure }) => {
        return domainMatches(host, domain) && pathMatches(url.pathname, path) && (!secure || isSecure(url));
      })
      .toSorted((a, b) => b.path.length - a.path.length);
  }

  /** Returns the value of the header `Cookie` for a URL; an empty text if there is none. */
  header(url: URL): string {
    return this.for(url)
      .map(({ name, value }) => (name === '' ? value : `${name}=${value}`))
      .join('; ');
  }

  /** Returns the header `Cookie` for a URL, if there is one. */
  headers(url: URL): { cookie?: string } {
    const cookie = this.header(url);
    return cookie === '' ? {} : { cookie };
  }

  /** Keeps the cookie of a header `Set-Cookie`. Returns it; undefined if it must be ignored, or was deleted. */
  set(header: string, url: URL): Cookie | undefined {
    const cookie = parseSetCookie(header, url, this.#now());
    if (!cookie) return undefined;
    const key = keyOf(cookie);
    const isPresent = this.#cookies.has(key);
    if (!isSecure(url) && this.#hidesSecure(cookie)) return undefined;
    if (this.#isExpired(cookie)) {
      this.#cookies.delete(key);
      return undefined;
    }
    this.#cookies.set(key, cookie);
    if (!isPresent) this.#evict(cookie.domain);
    return cookie;
  }

  /** True if a cookie of an insecure answer would hide or replace a secure one (RFC 6265bis section 5.7). */
  #hidesSecure({ name, domain, path }: Cookie): boolean {
    return this.all().some((other) => {
      const isNear = domainMatches(bare(domain), other.domain) || domainMatches(bare(other.domain), domain);
      return other.secure && other.name === name && isNear && pathMatches(path, other.path);
    });
  }

  #evict(domain: string): void {
    const own = [...this.#cookies].filter(([, cookie]) => cookie.domain === domain);
    for (const [key] of own.slice(0, Math.max(0, own.length - MAX_COOKIES))) this.#cookies.delete(key);
  }

  #isExpired({ expires }: Cookie): boolean {
    return expires !== -1 && expires * 1000 <= this.#now();
  }
}

function bare(domain: string): string {
  return domain.replace(/^\./, '');
}

function keyOf({ name, domain, path }: Cookie): string {
  return JSON.stringify([name, domain, path]);
}
