import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { TwoFactorError } from '../core/errors.ts';
import { hostOf, isLoopback, tokenInHeader } from '../core/http-access.ts';
import { Secret } from '../secret/secret.ts';

/** The path of an inbound webhook, as it is sent: a parser would resolve `..` in it. */
const INBOUND = /^\/inbound\/[\w-]+(?:\?|$)/;
const MISPLACED_TOKEN =
  'The token was sent in the URL, which logs keep. Send it in a header: Authorization: Bearer TOKEN. Only /inbound/SENDER takes ?token=.';

/** Makes a browser ask for the token, as the password of Basic authentication, and send it with further requests. */
const CHALLENGE = {
  'www-authenticate': 'Basic realm="playwright-2fa sink: the token is the password", charset="UTF-8"',
};

const SIGNED_BY_AMAZON = 'AWS4-HMAC-SHA256 ';
const CREDENTIAL = 'Credential=';

const OTHER_SITE = 'This sink refuses requests that a page of another site makes. Send them from a program.';

/** A request that the sink refuses. */
export interface RequestRefusal {
  readonly status: 401 | 403;
  readonly reason: string;
}

/**
 * Access control of the HTTP server.
 *
 * On loopback, programs on this machine may read messages. Web pages in its browser may not: they send a foreign origin,
 * or a foreign host name that resolves to this address (DNS rebinding). On any other address, a token is required.
 */
export class Guard {
  readonly #host: string;
  readonly #token: Secret | undefined;

  /** @throws TwoFactorError `SINK_START_FAILED` if the host is not a loopback address and there is no token */
  constructor(host: string, token?: string) {
    this.#host = host;
    this.#token = token ? new Secret('sink/token', token) : undefined;
    if (this.#token || isLoopback(host)) return;
    throw new TwoFactorError(
      'SINK_START_FAILED',
      `The sink needs a token to listen on "${host}": without one, any program that can connect could read every code of the suite. ` +
        'Set one with --token-file or PLAYWRIGHT_2FA_SINK_TOKEN and put it into the URL that the tests use (http://any:TOKEN@host:8025), or listen on 127.0.0.1.',
    );
  }

  /** Returns the refusal of a request, or `undefined` if the request is allowed. */
  refuse({ headers, url = '/' }: IncomingMessage): RequestRefusal | undefined {
    if (hasMisplacedToken(url)) return { status: 401, reason: MISPLACED_TOKEN };
    if (isSentByOtherSite(headers)) return { status: 403, reason: OTHER_SITE };
    if (this.#token) {
      if (this.#token.equals(tokenInUrl(url) ?? tokenInHeaders(headers))) {
        // A browser that has the token sends it with the requests of all pages.
        return isForeign(headers) ? foreignPage(headers) : undefined;
      }
      return {
        status: 401,
        reason: 'This sink requires its token: Authorization: Bearer TOKEN, or Basic with the token as the password.',
      };
    }
    const host = hostOf(headers);
    if (host !== this.#host && !isLoopback(host)) {
      return { status: 403, reason: `This sink serves ${this.#host} and localhost, not "${host}".` };
    }
    if (headers.origin && headers.origin !== `http://${headers.host}`) return foreignPage(headers);
    return undefined;
  }
}

/**
 * Returns the token in the headers. The clients of vendors send it as their API key: in a header of their own, or as the
 * access key id of a request that Amazon's clients sign (Signature Version 4), whose signature is not checked.
 */
function tokenInHeaders(headers: IncomingHttpHeaders): string {
  const { authorization = '' } = headers;
  const key = headers['x-postmark-server-token'] ?? headers['api-key'];
  if (authorization === '' && typeof key === 'string') return key;
  return accessKeyId(authorization) ?? tokenInHeader(authorization);
}

/**
 * Returns the access key id of a signed request to Amazon, `Credential=ID/DATE/REGION/SERVICE/aws4_request`. A token as the
 * id may have slashes.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
function accessKeyId(authorization: string): string | undefined {
  if (!authorization.startsWith(SIGNED_BY_AMAZON)) return undefined;
  const fields = authorization.slice(SIGNED_BY_AMAZON.length).split(',');
  const credential = fields.map((field) => field.trim()).find((field) => field.startsWith(CREDENTIAL));
  const parts = credential?.slice(CREDENTIAL.length).split('/') ?? [];
  const [date = '', region, service, end] = parts.slice(-4);
  const isScope = parts.length > 4 && /^\d{8}$/.test(date) && region && service && end === 'aws4_request';
  return isScope ? parts.slice(0, -4).join('/') : undefined;
}

/**
 * True if a browser says that a page of another origin makes a request. An image sends no origin. To open a page of the
 * sink is allowed: a route that stores something by GET refuses that itself.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
function isSentByOtherSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return (site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate';
}

/** True if a page of another host has sent a request. A proxy may add TLS, so the scheme does not count. */
function isForeign({ origin, host }: IncomingHttpHeaders): boolean {
  return origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === hostAsIn(origin, host));
}

/** Returns the host of a request as a URL has it: without the port that is the default of the scheme. */
function hostAsIn(origin: string, host = ''): string | undefined {
  const url = `${new URL(origin).protocol}//${host}`;
  return URL.canParse(url) ? new URL(url).host : undefined;
}

function foreignPage({ origin }: IncomingHttpHeaders): RequestRefusal {
  return { status: 403, reason: `This sink refuses requests from pages of ${origin}.` };
}

/** Returns the token in the query of an inbound webhook: SMS providers can be given a URL, but no header. */
function tokenInUrl(url: string): string | undefined {
  return INBOUND.test(url) ? (queryOf(url).get('token') ?? undefined) : undefined;
}

/** URLs are kept in logs and histories, so only a caller that can send no header may put the token into one. */
function hasMisplacedToken(url: string): boolean {
  return !INBOUND.test(url) && queryOf(url).has('token');
}

/**
 * Returns the headers of a refusal. Only who opens a page is challenged: a program that gets a challenge gains nothing, and a
 * script of a page would make the browser ask out of nowhere.
 */
export function challengeOf({ method, headers }: IncomingMessage, { status }: RequestRefusal): Record<string, string> {
  const opensPage = method === 'GET' && /\btext\/html\b/.test(headers.accept ?? '');
  return status === 401 && opensPage ? CHALLENGE : {};
}

function queryOf(url: string): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start));
}
