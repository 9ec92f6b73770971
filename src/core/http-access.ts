import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** True for the addresses and the name of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Returns the host name of a request, without port and brackets. */
export function hostOf({ host = '' }: Pick<IncomingHttpHeaders, 'host'>): string {
  return host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

/** Returns the token of a request: a bearer token, or the password of Basic authentication; empty if it has none. */
export function tokenInHeader(authorization = ''): string {
  const [, scheme = '', value = ''] = /^(\S+) +(.*)$/.exec(authorization) ?? []; // a token may contain spaces
  if (scheme.toLowerCase() !== 'basic') return value;
  const pair = Buffer.from(value, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}
