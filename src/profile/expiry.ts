import { decodePercent } from '../core/decode-percent.ts';
import type { ProfileState } from './state.ts';

/** How far the clock of a site may be behind this machine's, in milliseconds. */
const SKEW = 60_000;
/** A shorter value is a setting, not a session. */
const MIN_CREDENTIAL = 12;
const TOKEN_NAME = /token|auth|session|sess\b|sid\b|jwt|login|user|account|credential|msal|oidc/i;
const JWT = /eyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*/g;

/** Something of a session that lets a browser in. Its value is left out. */
export interface Pass {
  readonly kind: 'cookie' | 'localStorage' | 'sessionStorage' | 'indexedDB';
  readonly name: string;
  /** The domain of a cookie, or an origin. */
  readonly at: string;
  /** In milliseconds since the epoch; nothing where only the site knows. */
  readonly expires?: number;
}

/**
 * What of a state probably lets the browser in, and until when, as far as it can be read without asking the site: the
 * expiry of cookies, and the `exp` of JSON Web Tokens in them and in storage (RFC 7519, 4.1.4).
 */
export function passesOf(state: ProfileState): Pass[] {
  const stored = [
    ...state.origins.map(({ origin, localStorage }) => ({
      kind: 'localStorage' as const,
      origin,
      items: localStorage,
    })),
    ...(state.sessionStorage ?? []).map((one) => ({ kind: 'sessionStorage' as const, ...one })),
  ];
  return [
    ...cookiePasses(state),
    ...stored.flatMap(({ kind, origin: at, items }) =>
      items
        .filter(({ name, value }) => expiryOfTokens(value) !== undefined || isToken(name, value))
        .map(({ name, value }) => passOf(kind, name, at, expiryOfTokens(value))),
    ),
    // Firebase and others keep their tokens there, in forms of their own.
    ...state.origins.filter(hasDatabases).map(({ origin }) => passOf('indexedDB', '', origin, undefined)),
  ];
}

/** When a session is dead at the latest, in milliseconds since the epoch; nothing where only the site knows. */
export function endOf(passes: readonly Pass[]): number | undefined {
  const ends = passes.map(({ expires }) => expires ?? Infinity);
  const last = Math.max(...ends);
  return Number.isFinite(last) ? last : undefined;
}

/**
 * Whether a state lets nobody in any more, for sure. It is asked before the site is, so it says no where there is any
 * doubt.
 */
export function isExpired(state: ProfileState, now: number): boolean {
  const end = endOf(passesOf(state));
  return end !== undefined && end + SKEW < now;
}

function cookiePasses({ cookies }: ProfileState): Pass[] {
  const long = cookies.filter(({ value }) => value.length >= MIN_CREDENTIAL);
  // Where a site hides cookies from scripts, it is those that count; others may be anybody's.
  const hidden = long.filter(({ httpOnly }) => httpOnly);
  return (hidden.length > 0 ? hidden : long).map(({ name, domain, value, expires }) => {
    const ends = [expires > 0 ? expires * 1000 : undefined, expiryOfTokens(decodePercent(value))];
    const known = ends.filter((end) => end !== undefined);
    return passOf('cookie', name, domain, known.length > 0 ? Math.min(...known) : undefined);
  });
}

function passOf(kind: Pass['kind'], name: string, at: string, expires: number | undefined): Pass {
  return { kind, name, at, ...(expires === undefined ? {} : { expires }) };
}

function isToken(name: string, value: string): boolean {
  return value.length >= MIN_CREDENTIAL && (TOKEN_NAME.test(name) || TOKEN_NAME.test(value));
}

function hasDatabases(origin: object): boolean {
  return 'indexedDB' in origin && Array.isArray(origin.indexedDB) && origin.indexedDB.length > 0;
}

/**
 * When the last of the web tokens in a text expires; nothing where there is none, one has no end, or something else
 * stands beside them, such as a token that renews them.
 */
function expiryOfTokens(text: string): number | undefined {
  const tokens = text.match(JWT);
  if (!tokens) return undefined;
  if (/refresh/i.test(text.replace(JWT, ''))) return undefined;
  const ends = tokens.map(expiryOf);
  return ends.includes(undefined) ? undefined : Math.max(...ends.map(Number));
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
