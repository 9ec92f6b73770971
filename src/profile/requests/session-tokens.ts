import { Parser } from 'htmlparser2';
import { decodePercent } from '../../core/decode-percent.ts';
import { Secret } from '../../secret/secret.ts';
import type { ProfileState, StoredItem } from '../state.ts';
import type { Cookie } from './cookie.ts';

/** A token that the scripts of a site send with their requests. */
export interface SessionToken {
  /** `csrf` proves that a request comes from a page of the site; `bearer` is sent as `Authorization: Bearer …`. */
  readonly kind: 'csrf' | 'bearer';
  /** Name of the element, cookie or entry that holds it. For an entry with JSON, the path in it, as `auth.access_token`. */
  readonly name: string;
  readonly from: 'meta' | 'form' | 'cookie' | 'localStorage' | 'sessionStorage';
  /** Origin of the page or of the storage, or the domain of the cookie. */
  readonly at: string;
  readonly value: Secret;
}

const CSRF_NAME = /csrf|xsrf|authenticity_?token|request_?verification_?token|^_token$/i;
/** Names of elements that say how a token is sent. */
const CSRF_SETTING = /param|header|field/i;
const BEARER_NAME = /token|jwt|bearer/i;
/** Tokens that are sent to nobody but an authorization server, or that prove nothing. */
const OTHER_TOKEN = /refresh|csrf|xsrf|type|expir|device|push|fcm|captcha/i;
const JWT = /^eyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*$/;
/** Shorter values are settings, in characters. */
const MIN_TOKEN = 8;
const MIN_BEARER = 16;
/** Longer entries are data, in characters. */
const MAX_ENTRY = 64 * 1024;

/** Returns the tokens of a session. @param owner of the secrets */
export function sessionTokens(
  owner: string,
  state: ProfileState,
  page: { html: string; origin: string },
): SessionToken[] {
  const token = ({ value, ...found }: Found): SessionToken => {
    return { ...found, value: new Secret(`${owner}/${found.kind} token ${found.name}`, value) };
  };
  const stored = [
    ...state.origins.map(({ origin, localStorage: items }) => ({ from: 'localStorage' as const, origin, items })),
    ...(state.sessionStorage ?? []).map((storage) => ({ from: 'sessionStorage' as const, ...storage })),
  ];
  return [
    ...csrfInPage(page.html, page.origin),
    ...csrfInCookies(state.cookies),
    ...stored.flatMap(({ from, origin, items }) => bearersIn(items).map((found) => ({ ...found, from, at: origin }))),
  ].map(token);
}

type Found = Omit<SessionToken, 'value'> & { readonly value: string };

/** Finds the tokens of `<meta name="csrf-token">` and of hidden fields. */
function csrfInPage(html: string, at: string): Found[] {
  const found = new Map<string, Found>();
  const note = (from: 'meta' | 'form', name: string | undefined, value: string | undefined): void => {
    if (name === undefined || !CSRF_NAME.test(name) || (value ?? '').length < MIN_TOKEN) return;
    if (from === 'meta' && CSRF_SETTING.test(name)) return;
    found.set(`${from} ${name}`, { kind: 'csrf', name, from, at, value: value! });
  };
  const parser = new Parser({
    onopentag(tag, { name, content, value }) {
      if (tag === 'meta') note('meta', name, content);
      if (tag === 'input') note('form', name, value);
    },
  });
  parser.end(html);
  return [...found.values()];
}

/** Finds tokens in cookies that scripts can read. They send them in a header, without the percent-encoding. */
function csrfInCookies(cookies: readonly Cookie[]): Found[] {
  return cookies
    .filter(({ name, value, httpOnly }) => !httpOnly && CSRF_NAME.test(name) && value.length >= MIN_TOKEN)
    .map(({ name, value, domain }) => ({
      kind: 'csrf',
      name,
      from: 'cookie',
      at: domain,
      value: decodePercent(value),
    }));
}

function bearersIn(items: readonly StoredItem[]): { kind: 'bearer'; name: string; value: string }[] {
  return items.flatMap(({ name, value }) =>
    value.length > MAX_ENTRY ? [] : bearersOf(name, contentOf(value)).map((found) => ({ kind: 'bearer', ...found })),
  );
}

function bearersOf(path: string, data: unknown): { name: string; value: string }[] {
  if (typeof data === 'string') return isBearer(path, data) ? [{ name: path, value: data }] : [];
  if (data === null || typeof data !== 'object') return [];
  return Object.entries(data).flatMap(([key, value]) => bearersOf(`${path}.${key}`, value));
}

function isBearer(path: string, value: string): boolean {
  const key = path.slice(path.lastIndexOf('.') + 1);
  if (value.length < MIN_BEARER || /\s/.test(value) || OTHER_TOKEN.test(key)) return false;
  return JWT.test(value) || BEARER_NAME.test(key);
}

function contentOf(text: string): unknown {
  if (!/^\s*["[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
