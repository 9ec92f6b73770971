import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { TwoFactorError } from '../core/errors.ts';
import { Secret } from '../secret/secret.ts';

export interface Refused {
  readonly status: 401 | 403;
  readonly reason: string;
}

/**
 * Who may read the codes. On loopback: programs of this machine, but no page in its browser, which would come with
 * an origin, or under a host name that was pointed to this address (DNS rebinding). Elsewhere: who has the token.
 */
export class Guard {
  readonly #host: string;
  readonly #token: Secret | undefined;

  /** @throws TwoFactorError `SINK_START_FAILED` for a host that is not loopback, without a token. */
  constructor(host: string, token?: string) {
    this.#host = host;
    this.#token = token ? new Secret('sink/token', token) : undefined;
    if (this.#token || isLoopback(host)) return;
    throw new TwoFactorError(
      'SINK_START_FAILED',
      `The sink does not listen on "${host}" without a token: whoever reaches it would read every code of the suite. ` +
        'Give one with --token or PLAYWRIGHT_2FA_SINK_TOKEN and put it into the URL that the tests use (http://any:TOKEN@host:8025), or listen on 127.0.0.1.',
    );
  }

  /** Why a request is not served, if so. */
  refuses({ headers, url = '/' }: IncomingMessage): Refused | undefined {
    if (this.#token) {
      if (this.#token.equals(inAddress(url) ?? presented(headers.authorization))) return undefined;
      return {
        status: 401,
        reason: 'This sink asks for its token: Authorization: Bearer TOKEN, or Basic with the token as password.',
      };
    }
    const named = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    if (named !== this.#host && !isLoopback(named)) {
      return { status: 403, reason: `This sink answers to ${this.#host} and localhost, not to "${named}".` };
    }
    if (headers.origin && headers.origin !== `http://${headers.host}`) {
      return { status: 403, reason: `This sink does not talk to pages of ${headers.origin}.` };
    }
    return undefined;
  }
}

/** Who calls a webhook can be given no more than an address, and may have a token of its own. */
function inAddress(url: string): string | undefined {
  if (!url.startsWith('/inbound/')) return undefined;
  return new URL(url, 'http://sink').searchParams.get('token') ?? undefined;
}

function presented(authorization = ''): string {
  const [, scheme = '', value = ''] = /^(\S+) +(.*)$/.exec(authorization) ?? []; // a token may have blanks
  if (scheme.toLowerCase() !== 'basic') return value;
  const pair = Buffer.from(value, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
