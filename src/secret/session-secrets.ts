import { decodePercent } from '../core/decode-percent.ts';
import { registerSecret } from './secret.ts';

/** Shorter cookies and stored values are settings, not credentials. */
const MIN_COOKIE = 12;
const MIN_STORED = 20;
/** Names under which applications store credentials. */
const SECRET_NAME = /token|secret|session|password|credential|key$|jwt/i;
/** The beginning of every JSON Web Token. */
const JWT_START = 'eyJ';
/** Longer bodies and stored values are data, in characters. */
const MAX_JSON = 64 * 1024;

/** Members of JSON Web Keys that are private or symmetric. */
const PRIVATE_MEMBERS = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'priv']);
/** Blobs that are longer in Base64 are not searched for tokens. */
const MAX_BLOB = 64 * 1024;

interface Item {
  readonly name: string;
  readonly value: string;
}

interface Session {
  readonly cookies: readonly Item[];
  readonly origins?: readonly { readonly localStorage: readonly Item[]; readonly indexedDB?: unknown }[];
  readonly sessionStorage?: readonly { readonly items: readonly Item[] }[];
  readonly credentials?: readonly { readonly id?: string; readonly privateKey?: string }[];
  readonly indexedRecords?: readonly object[];
}

/** Registers what keeps a browser signed in as secrets: cookies, passkeys and values that pages have stored. */
export function registerSessionSecrets(
  owner: string,
  { cookies, origins = [], sessionStorage = [], credentials = [], indexedRecords = [] }: Session,
): void {
  for (const { name, value } of cookies) registerCookie(owner, name, value);
  for (const { localStorage } of origins) registerItems(`${owner}/localStorage`, localStorage);
  for (const { items } of sessionStorage) registerItems(`${owner}/sessionStorage`, items);
  for (const { privateKey = '' } of credentials)
    if (privateKey.length >= MIN_STORED) registerSecret(`${owner}/passkey`, privateKey);
  for (const { indexedDB } of origins) if (indexedDB) registerTokens(`${owner}/indexedDB`, '', indexedDB);
  registerTokens(`${owner}/indexedDB`, '', indexedRecords);
}

/** Returns name and value of a cookie that a `Set-Cookie` header sets, see RFC 6265, section 5.2. */
export function cookieIn(header: string): Item {
  const [pair = ''] = header.split(';', 1);
  const at = pair.indexOf('=');
  return { name: pair.slice(0, Math.max(0, at)).trim(), value: pair.slice(at + 1).trim() };
}

/** Registers the token of an `Authorization` header. That of another scheme than `Basic` or `Digest` is a session. */
export function registerAuthorization(owner: string, header: string): void {
  const [, token = ''] = /^(?!basic\b|digest\b)[\w-]+\s+([^\s,]+)$/i.exec(header.trim()) ?? [];
  if (token.length >= MIN_COOKIE) registerSecret(`${owner}/bearer token`, token);
}

/** Registers the tokens among the values that a page has stored. Others are settings and data of the page. */
export function registerStoredTokens(owner: string, items: readonly Item[]): void {
  for (const { name, value } of items) registerTokens(`${owner}/storage ${name}`, name, contentOf(value));
}

/** Registers the tokens in a JSON body, such as the answer to a sign-in. */
export function registerTokensIn(owner: string, body: string): void {
  registerTokens(`${owner}/token`, '', contentOf(body));
}

/** Returns the parsed value of a JSON text, or the text. */
function contentOf(text: string): unknown {
  return /^\s*[[{]/.test(text) && text.length <= MAX_JSON ? parseJson(text) : text;
}

/** Registers stored items, and separately the tokens in those that contain JSON: a page may send such a token alone. */
function registerItems(label: string, items: readonly Item[]): void {
  for (const { name, value } of items) {
    if (value.length < MIN_STORED) continue;
    registerSecret(`${label} ${name}`, value);
    if (/^\s*[[{]/.test(value)) registerTokens(`${label} ${name}`, '', parseJson(value));
  }
}

/** Registers the tokens in data of any shape: values whose names mark secrets, and JSON Web Tokens. */
function registerTokens(label: string, name: string, data: unknown): void {
  if (typeof data === 'string') {
    if (data.length >= MIN_STORED && !/\s/.test(data) && (SECRET_NAME.test(name) || /^eyJ.*\..*\./.test(data)))
      registerSecret(label, data);
  } else if (Array.isArray(data)) for (const item of data) registerTokens(label, name, item);
  else if (data !== null && typeof data === 'object') {
    if ('kty' in data) registerPrivateKey(label, data);
    if ('t' in data && (data.t === 'blob' || data.t === 'file') && 'v' in data) registerBlob(label, data.v);
    // Playwright stores the members of objects as { k: name, v: value }.
    const ownName = 'k' in data && typeof data.k === 'string' ? data.k : name;
    for (const [key, value] of Object.entries(data))
      registerTokens(label, /^(?:v|value)$/.test(key) ? ownName : key, value);
  }
}

/** Registers the private members of a JSON Web Key (RFC 7518 section 6). */
function registerPrivateKey(label: string, jwk: object): void {
  for (const [name, value] of Object.entries(jwk))
    if (PRIVATE_MEMBERS.has(name) && typeof value === 'string' && value.length >= MIN_STORED)
      registerSecret(`${label} key`, value);
}

/** Registers the tokens in a stored blob that holds JSON. */
function registerBlob(label: string, base64: unknown): void {
  if (typeof base64 !== 'string' || base64.length > MAX_BLOB) return;
  const text = Buffer.from(base64, 'base64').toString('utf8');
  if (/^\s*[[{]/.test(text)) registerTokens(label, '', parseJson(text));
  else registerTokens(label, 'token', text);
}

/** Registers a cookie, and the token of a signed one: `token.signature`. A site may show that token elsewhere. */
export function registerCookie(owner: string, name: string, value: string): void {
  if (value.length < MIN_COOKIE) return;
  const label = `${owner}/cookie ${name}`;
  registerSecret(label, value);
  const plain = decodePercent(value);
  if (plain !== value) registerSecret(label, plain);
  const [token = ''] = plain.split('.', 1);
  // The header of a JSON Web Token is public.
  if (token !== plain && token.length >= MIN_STORED && !token.startsWith(JWT_START)) registerSecret(label, token);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
