import { decodePercent } from '../core/decode-percent.ts';
import type { ProfileState } from './state.ts';

/** Tolerance for the clock of a site that is behind the clock of this machine, in milliseconds. */
const SKEW = 60_000;
/** Shorter values are settings, not credentials. */
const MIN_CREDENTIAL = 12;
const TOKEN_NAME = /token|auth|session|sess\b|sid\b|jwt|login|user|account|credential|msal|oidc/i;
/** Names of short-lived values that are not the session: tokens against forgery, the state of a sign-in in progress. */
const NOT_SESSION = /csrf|xsrf|nonce|verifier|pkce|challenge|state$|flow/i;
const JWT = /eyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*/g;

/** A part of a session that gives access, without its value. */
export interface SessionCredential {
  readonly kind: 'cookie' | 'localStorage' | 'sessionStorage' | 'indexedDB';
  readonly name: string;
  /** The domain of a cookie, or an origin. */
  readonly at: string;
  /** Expiry in milliseconds since the epoch. @default only the site knows */
  readonly expires?: number;
}

/**
 * Lists the parts of a state that probably give access, with their expiry as far as it can be read without the site:
 * the expiry of cookies, and the `exp` of JSON Web Tokens in cookies and storage (RFC 7519, 4.1.4).
 */
export function sessionCredentials(state: ProfileState): SessionCredential[] {
  const stored = [
    ...state.origins.map(({ origin, localStorage }) => ({
      kind: 'localStorage' as const,
      origin,
      items: localStorage,
    })),
    ...(state.sessionStorage ?? []).map((storage) => ({ kind: 'sessionStorage' as const, ...storage })),
  ];
  return [
    ...cookieCredentials(state),
    ...stored.flatMap(({ kind, origin: at, items }) =>
      items
        .filter(({ name, value }) => expiryOfTokens(value) !== undefined || isToken(name, value))
        .map(({ name, value }) => credential(kind, name, at, expiryOfTokens(value))),
    ),
    // Firebase and others store tokens in databases, in formats of their own.
    ...state.origins.filter(hasDatabases).map(({ origin }) => credential('indexedDB', '', origin, undefined)),
  ];
}

/** Returns the time at which the last credential expires, in milliseconds since the epoch; `undefined` if unknown. */
export function latestExpiry(credentials: readonly SessionCredential[]): number | undefined {
  const latest = Math.max(...credentials.map(({ expires }) => expires ?? Infinity));
  return Number.isFinite(latest) ? latest : undefined;
}

/**
 * Returns the time at which the session probably ends, in milliseconds since the epoch: the earliest expiry of the
 * credentials whose names look like those of a session, else the latest of all; `undefined` if unknown.
 *
 * @param outlived credentials to ignore, since a session was alive without them
 * @param since time at which the session was alive, in milliseconds since the epoch: what had expired then is ignored
 */
export function probableExpiry(
  credentials: readonly SessionCredential[],
  outlived: readonly string[] = [],
  since: number = -Infinity,
): number | undefined {
  const times = credentials
    .filter((one) => looksLikeSession(one) && !outlived.includes(credentialKey(one)))
    .flatMap(({ expires = -Infinity }) => (expires > since ? [expires] : []));
  return times.length > 0 ? Math.min(...times) : latestExpiry(credentials);
}

/** Returns the credentials that look like a session and had expired at a time, as texts without values. */
export function expiredCredentials(credentials: readonly SessionCredential[], now: number): string[] {
  const expired = credentials.filter((one) => looksLikeSession(one) && (one.expires ?? Infinity) + SKEW < now);
  return expired.map(credentialKey);
}

/** Returns true if a state has certainly expired. In doubt it returns false, and the site is asked. */
export function isExpired(state: ProfileState, now: number): boolean {
  const expiry = latestExpiry(sessionCredentials(state));
  return expiry !== undefined && expiry + SKEW < now;
}

function looksLikeSession({ name }: SessionCredential): boolean {
  return TOKEN_NAME.test(name) && !NOT_SESSION.test(name);
}

function credentialKey({ kind, name, at }: SessionCredential): string {
  return `${kind} ${name} of ${at}`;
}

function cookieCredentials({ cookies }: ProfileState): SessionCredential[] {
  const long = cookies.filter(({ value }) => value.length >= MIN_CREDENTIAL);
  // If a site hides cookies from scripts, these are its credentials; the others may belong to anyone.
  const hidden = long.filter(({ httpOnly }) => httpOnly);
  return (hidden.length > 0 ? hidden : long).map(({ name, domain, value, expires }) => {
    const times = [expires > 0 ? expires * 1000 : undefined, expiryOfTokens(decodePercent(value))];
    const known = times.filter((time) => time !== undefined);
    return credential('cookie', name, domain, known.length > 0 ? Math.min(...known) : undefined);
  });
}

function credential(
  kind: SessionCredential['kind'],
  name: string,
  at: string,
  expires: number | undefined,
): SessionCredential {
  return { kind, name, at, ...(expires === undefined ? {} : { expires }) };
}

function isToken(name: string, value: string): boolean {
  return value.length >= MIN_CREDENTIAL && (TOKEN_NAME.test(name) || TOKEN_NAME.test(value));
}

function hasDatabases(origin: object): boolean {
  return 'indexedDB' in origin && Array.isArray(origin.indexedDB) && origin.indexedDB.length > 0;
}

/**
 * Returns the time at which the last web token in a text expires. Returns `undefined` if there is none, one does not
 * expire, or the text contains a refresh token, too.
 */
function expiryOfTokens(text: string): number | undefined {
  const tokens = text.match(JWT);
  if (!tokens) return undefined;
  if (/refresh/i.test(text.replace(JWT, ''))) return undefined;
  const times = tokens.map(expiryOf);
  return times.includes(undefined) ? undefined : Math.max(...times.map(Number));
}

function expiryOf(token: string): number | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { exp } = payload as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
