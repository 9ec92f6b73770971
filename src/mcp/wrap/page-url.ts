/** Starts of the URLs of pages. A `javascript:` URL would run a script in the page, a `file:` URL read a file. */
const ALLOWED = /^(?:https?:\/\/|data:|blob:|about:)/i;
/** A scheme. A host name before a port looks like one, such as `localhost:3000`. */
const SCHEME = /^[a-z][a-z\d+.-]*:(?!\d+(?:[/?#]|$))/i;
/** Hosts on this machine, which rarely have a certificate. */
const LOCAL = /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])/i;

/** The schemes that `pageUrl` lets pass, for a message. */
export const PAGE_SCHEMES = 'http:, https:, data:, blob:, about:';

/**
 * Returns the URL with its scheme, or undefined if no page has such a URL.
 *
 * A browser and Playwright's server read unusual URLs in different ways: `javascript:1/…` is a host with a port to one
 * of them, and a script to the other. The result begins with an allowed scheme, so that both read it alike.
 */
export function pageUrl(url: string): string | undefined {
  const text = url.trim();
  // A browser leaves out some control characters, so that a scheme can be split by one.
  if (/\p{Cc}/u.test(text)) return undefined;
  if (ALLOWED.test(text)) return text;
  if (SCHEME.test(text)) return undefined;
  return `${LOCAL.test(text) ? 'http' : 'https'}://${text}`;
}
