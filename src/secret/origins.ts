import type { Page } from '@playwright/test';

/**
 * Returns true if a secret may be typed on an origin: the list contains it literally, or contains its parent domain as
 * `https://*.example.com`.
 */
export function allowsOrigin(allowed: readonly string[], origin: string): boolean {
  return allowed.some((pattern) => {
    const [scheme = '', host = ''] = pattern.split('://*');
    return host === '' ? pattern === origin : origin.startsWith(`${scheme}://`) && origin.endsWith(host);
  });
}

/** Form of an entry of a list of origins, for error messages. */
export const ORIGIN_FORM = 'write it like https://app.example.com, or https://*.example.com for its subdomains';

/** Problem of an entry of a list of origins; `undefined` if it is valid. */
export function originProblem(pattern: string): string | undefined {
  const plain = pattern.replace('://*.', '://any.');
  const isOrigin = /^https?:[^*]*$/.test(plain) && URL.canParse(plain) && new URL(plain).origin === plain;
  return isOrigin ? undefined : `\`origins\` has "${pattern}": ${ORIGIN_FORM}`;
}

/** Origin of a document that belongs to no site: of a sandboxed frame, a `data:` URL, or an empty page. */
export const OPAQUE_ORIGIN = 'null';

/** Returns the origin of a page by its URL; `undefined` for a page that belongs to no site. */
export function pageOrigin(page: Page): string | undefined {
  const url = page.url();
  return /^https?:/.test(url) && URL.canParse(url) ? new URL(url).origin : undefined;
}

/** Describes the origin of a document. */
export function describeOrigin(origin: string): string {
  return origin === OPAQUE_ORIGIN ? 'opaque (an empty page, a sandboxed frame or a `data:` URL)' : origin;
}

/** Describes where a secret may be typed. */
export function describeOrigins(allowed: readonly string[]): string {
  return allowed.length > 0
    ? `is allowed only on ${allowed.join(' and ')}`
    : 'is not allowed on any origin, because its persona lists none';
}
