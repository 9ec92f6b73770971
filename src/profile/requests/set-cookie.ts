import { domainToASCII } from 'node:url';
import { type Cookie, domainMatches, isAddress, isSecure } from './cookie.ts';
import { parseCookieDate } from './cookie-date.ts';

/** Second-level labels under which countries register domains, such as `co.uk`. */
const REGISTRY_LABEL = /^(?:co|com|net|org|edu|gov|mil|ac|go|ne|or|gob|gouv|nom|sch|ltd|plc|id|web|info|biz|asn)$/;
/** Maximum age of a cookie, in seconds (RFC 6265bis section 5.5: 400 days). */
const MAX_AGE = 400 * 24 * 3600;
/** Maximum length of name and value together, and of an attribute, in bytes (RFC 6265bis section 5.6). */
const MAX_PAIR = 4096;
const MAX_ATTRIBUTE = 1024;

/** Parses a header `Set-Cookie` (section 5.2), and checks it against the URL that sent it (section 5.3). */
export function parseSetCookie(header: string, url: URL, now: number): Cookie | undefined {
  // oxlint-disable-next-line no-control-regex -- RFC 6265bis section 5.6 forbids them
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(header)) return undefined;
  const [pair = '', ...rest] = header.split(';');
  const at = pair.indexOf('=');
  const [name, value] = [at < 0 ? '' : pair.slice(0, at), pair.slice(at + 1)].map(trim) as [string, string];
  if ((name === '' && value === '') || name.length + value.length > MAX_PAIR) return undefined;
  const attributes = new Map<string, string>();
  for (const attribute of rest) {
    const [key = '', ...values] = attribute.split('=');
    const text = trim(values.join('='));
    if (text.length <= MAX_ATTRIBUTE) attributes.set(trim(key).toLowerCase(), text);
  }
  const domain = domainOf(attributes.get('domain'), url.hostname);
  if (domain === undefined) return undefined;
  const path = attributes.get('path') ?? '';
  const cookie: Cookie = {
    ...{ name, value, domain },
    path: path.startsWith('/') ? path : defaultPath(url.pathname),
    expires: expiryOf(attributes, now),
    httpOnly: attributes.has('httponly'),
    secure: attributes.has('secure'),
    sameSite: sameSiteOf(attributes.get('samesite')),
  };
  if (cookie.secure && !isSecure(url)) return undefined;
  return hasValidPrefix(cookie, attributes) ? cookie : undefined;
}

/** Returns the domain of a cookie, with a leading dot if it includes subdomains; undefined if the host may not set it. */
function domainOf(attribute: string | undefined, host: string): string | undefined {
  const asked = domainToASCII((attribute ?? '').replace(/^\./, '').toLowerCase());
  if (asked === '') return (attribute ?? '').replace(/^\./, '') === '' ? host : undefined;
  if (asked === host && (isAddress(host) || isPublicSuffix(host))) return host;
  if (!domainMatches(host, `.${asked}`) || isPublicSuffix(asked)) return undefined;
  return `.${asked}`;
}

/** True for a domain that belongs to many sites, by its form: `com`, `co.uk`. A browser has a list of all. */
function isPublicSuffix(domain: string): boolean {
  const labels = domain.split('.');
  const [second = '', top = ''] = labels.slice(-2);
  return labels.length === 1 || (labels.length === 2 && top.length === 2 && REGISTRY_LABEL.test(second));
}

/** Section 5.1.4. */
function defaultPath(pathname: string): string {
  const end = pathname.lastIndexOf('/');
  return end <= 0 ? '/' : pathname.slice(0, end);
}

/** Returns the expiry in seconds since the epoch, or -1. `Max-Age` goes before `Expires` (section 5.3, step 3). */
function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number {
  const latest = now / 1000 + MAX_AGE;
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge))
    return Number(maxAge) <= 0 ? 0 : Math.min(latest, now / 1000 + Number(maxAge));
  const date = parseCookieDate(attributes.get('expires') ?? '');
  return date === undefined ? -1 : Math.min(latest, Math.max(0, date / 1000));
}

/** RFC 6265bis section 5.6.7. A browser treats other values as `Lax`. */
function sameSiteOf(value: string | undefined): Cookie['sameSite'] {
  const known = { strict: 'Strict', none: 'None' } as const;
  return known[value?.toLowerCase() as keyof typeof known] ?? 'Lax';
}

/** RFC 6265bis section 4.1.3. */
function hasValidPrefix(
  { name, value, secure, domain, path }: Cookie,
  attributes: ReadonlyMap<string, string>,
): boolean {
  // A browser would send a value without a name like a name.
  const lower = (name === '' ? value : name).toLowerCase();
  if (name === '') return !/^__(?:secure|host)-/.test(lower);
  if (lower.startsWith('__secure-')) return secure;
  if (!lower.startsWith('__host-')) return true;
  return secure && !domain.startsWith('.') && path === '/' && attributes.get('path') === '/';
}

/** Removes the white space of section 5.2: spaces and tabs. */
function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}
