import { decodePercent } from '../core/decode-percent.ts';
import { registerSecret } from './secret.ts';

/** A shorter value is a setting, not a session. */
const MIN_COOKIE = 12;
const MIN_STORED = 20;
/** What a program calls a value that lets somebody in. */
const SECRET_NAME = /token|secret|session|password|credential|key$|jwt/i;

interface Item {
  readonly name: string;
  readonly value: string;
}

interface Session {
  readonly cookies: readonly Item[];
  readonly origins?: readonly { readonly localStorage: readonly Item[]; readonly indexedDB?: unknown }[];
  readonly sessionStorage?: readonly { readonly items: readonly Item[] }[];
  readonly credentials?: readonly { readonly id?: string; readonly privateKey?: string }[];
}

/** Makes what keeps a browser signed in known as secrets: its cookies, its passkeys, and what pages have stored. */
export function registerSessionSecrets(
  owner: string,
  { cookies, origins = [], sessionStorage = [], credentials = [] }: Session,
): void {
  for (const { name, value } of cookies) if (value.length >= MIN_COOKIE) keepCookie(`${owner}/cookie ${name}`, value);
  for (const { localStorage } of origins) keepStored(`${owner}/localStorage`, localStorage);
  for (const { items } of sessionStorage) keepStored(`${owner}/sessionStorage`, items);
  for (const { privateKey = '' } of credentials)
    if (privateKey.length >= MIN_STORED) registerSecret(`${owner}/passkey`, privateKey);
  for (const { indexedDB } of origins) if (indexedDB) keepTokens(`${owner}/indexedDB`, '', indexedDB);
}

/** What a page stores may be data with a token in it, which goes elsewhere by itself. */
function keepStored(label: string, items: readonly Item[]): void {
  for (const { name, value } of items) {
    if (value.length < MIN_STORED) continue;
    registerSecret(`${label} ${name}`, value);
    if (/^\s*[[{]/.test(value)) keepTokens(`${label} ${name}`, '', parsed(value));
  }
}

/** The tokens in data of any shape: what goes under such a name, or is a web token by its looks. */
function keepTokens(label: string, name: string, data: unknown): void {
  if (typeof data === 'string') {
    if (data.length >= MIN_STORED && !/\s/.test(data) && (SECRET_NAME.test(name) || /^eyJ.*\..*\./.test(data)))
      registerSecret(label, data);
  } else if (Array.isArray(data)) for (const one of data) keepTokens(label, name, one);
  else if (data !== null && typeof data === 'object') {
    // Playwright writes members of stored objects as { k: name, v: value }.
    const own = 'k' in data && typeof data.k === 'string' ? data.k : name;
    for (const [key, value] of Object.entries(data)) keepTokens(label, /^(?:v|value)$/.test(key) ? own : key, value);
  }
}

/** A signed cookie holds the token that a site may show elsewhere, too: `token.signature`. */
function keepCookie(label: string, value: string): void {
  registerSecret(label, value);
  const plain = decodePercent(value);
  if (plain !== value) registerSecret(label, plain);
  const [token = ''] = plain.split('.', 1);
  // What all web tokens begin with is no secret.
  if (token !== plain && token.length >= MIN_STORED && !token.startsWith('eyJ')) registerSecret(label, token);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
