import { OPAQUE_ORIGIN } from '../secret/origins.ts';
import { siteOf } from '../waiting/sender.ts';

/** Names that no public DNS has: RFC 2606, RFC 6762, and ICANN's `internal`. */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|lan|home|test|example|invalid)$/;
/** Addresses of this machine and of private networks: RFC 1918, RFC 3927, RFC 4193. */
const PRIVATE_ADDRESS = /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|\[(?:::1\]|f[cd]|fe80))/;

/**
 * Returns the origin of a page if it belongs to a site of somebody else: on a public host, and not a part of the
 * application under test.
 *
 * @param application origin of the application under test, if it is known
 */
export function foreignSite(origin: string | undefined, application: string | undefined): string | undefined {
  if (origin === undefined || origin === OPAQUE_ORIGIN || !URL.canParse(origin)) return undefined;
  const { hostname } = new URL(origin);
  const isPrivate = !hostname.includes('.') || PRIVATE_NAME.test(hostname) || PRIVATE_ADDRESS.test(hostname);
  const isOwn = application !== undefined && siteOf(new URL(application).hostname) === siteOf(hostname);
  return isPrivate || isOwn ? undefined : origin;
}
