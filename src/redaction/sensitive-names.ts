/** Names whose values are masked, because the values are unknown, such as a session that a server just created. */
export interface SensitiveNames {
  /** Names of HTTP headers, in lower case. */
  readonly headers: ReadonlySet<string>;
  /** Names of JSON members, form fields and query parameters, in lower case. */
  readonly members: ReadonlySet<string>;
  /** Names of cookies that are not masked. */
  readonly harmlessCookies: ReadonlySet<string>;
  /** Headers and members in their usual letter cases. */
  readonly searchTerms: readonly string[];
}

/** Additional names to mask. */
export interface RedactSettings {
  /** Headers to mask besides `authorization`, `cookie`, `set-cookie` and similar ones. @default [] */
  readonly headers?: readonly string[];
  /** JSON members, form fields and query parameters to mask besides `password`, `access_token` and similar ones. @default [] */
  readonly members?: readonly string[];
  /** Cookies to leave in traces. @default [] */
  readonly harmlessCookies?: readonly string[];
}

const HEADERS = [
  ...['Authorization', 'Proxy-Authorization', 'Cookie', 'Set-Cookie'],
  ...['X-API-Key', 'X-Auth-Token', 'X-CSRF-Token', 'X-XSRF-Token'],
];

const MEMBERS = [
  ...['access_token', 'accessToken', 'refresh_token', 'refreshToken', 'id_token', 'idToken'],
  ...['session_token', 'sessionToken', 'client_secret', 'clientSecret'],
  ...['password', 'passwd', 'private_key', 'privateKey'],
];

/** Returns the built-in names and those of the settings. */
export function sensitiveNames({
  headers = [],
  members = [],
  harmlessCookies = [],
}: RedactSettings = {}): SensitiveNames {
  const all = { headers: [...HEADERS, ...headers].filter(Boolean), members: [...MEMBERS, ...members].filter(Boolean) };
  const lower = (names: readonly string[]): Set<string> => new Set(names.map((name) => name.toLowerCase()));
  return {
    headers: lower(all.headers),
    members: lower(all.members),
    harmlessCookies: new Set(harmlessCookies),
    searchTerms: [...all.headers, ...all.members].flatMap((name) => [...new Set(cases(name).flatMap(searchable))]),
  };
}

function cases(name: string): string[] {
  const lower = name.toLowerCase();
  const title = lower.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  return [name, lower, name.toUpperCase(), title, name.charAt(0).toUpperCase() + name.slice(1)];
}

/** Returns the texts to search for. A name of one letter is searched for together with what follows a name. */
function searchable(name: string): string[] {
  return name.length > 1 ? [name] : ['"', '\\', '=', ':'].map((end) => name + end);
}
