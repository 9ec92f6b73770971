import { isIP } from 'node:net';
import type { ProfileState } from '../state.ts';

/** A cookie as Playwright stores it: a domain with a leading dot includes its subdomains; `expires` is in seconds. */
export type Cookie = ProfileState['cookies'][number];

/** Section 5.1.3. A domain without a leading dot is that of one host. */
export function domainMatches(host: string, domain: string): boolean {
  if (!domain.startsWith('.')) return host === domain;
  return host === domain.slice(1) || (host.endsWith(domain) && !isAddress(host));
}

/** Section 5.1.4. */
export function pathMatches(requested: string, path: string): boolean {
  if (!requested.startsWith(path)) return false;
  return requested.length === path.length || path.endsWith('/') || requested[path.length] === '/';
}

/** True for a URL that no one else can read. Browsers treat the own machine alike. */
export function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** True for a host that is an IP address. */
export function isAddress(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, '')) !== 0;
}
