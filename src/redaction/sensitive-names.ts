/** What is masked for its name, whatever its value: no one knows the session that a server has just begun. */
export interface SensitiveNames {
  /** Names of HTTP headers, in small letters. */
  readonly headers: ReadonlySet<string>;
  /** Names of members of JSON objects, of form fields and of query parameters, in small letters. */
  readonly members: ReadonlySet<string>;
  /** Cookies that may be seen; all others are masked. */
  readonly harmlessCookies: ReadonlySet<string>;
  /** Headers and members as they are usually written. */
  readonly spellings: readonly string[];
}

/** What a user may add to the names that are masked. */
export interface RedactSettings {
  /** More headers than `authorization`, `cookie`, `set-cookie` and the like. @default [] */
  readonly headers?: readonly string[];
  /** More members of JSON bodies, form fields and query parameters than `password`, `access_token` and the like. @default [] */
  readonly members?: readonly string[];
  /** Cookies that may be seen in traces. @default [] */
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

/** @param settings what is added to the names that are known */
export function sensitiveNames({
  headers = [],
  members = [],
  harmlessCookies = [],
}: RedactSettings = {}): SensitiveNames {
  const all = { headers: [...HEADERS, ...headers].filter(Boolean), members: [...MEMBERS, ...members].filter(Boolean) };
  const small = (names: readonly string[]): Set<string> => new Set(names.map((name) => name.toLowerCase()));
  return {
    headers: small(all.headers),
    members: small(all.members),
    harmlessCookies: new Set(harmlessCookies),
    spellings: [...all.headers, ...all.members].flatMap((name) => [...new Set(cases(name).flatMap(searchable))]),
  };
}

function cases(name: string): string[] {
  const small = name.toLowerCase();
  const title = small.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  return [name, small, name.toUpperCase(), title, name.charAt(0).toUpperCase() + name.slice(1)];
}

/** One letter stands everywhere; as a name it stands before one of these. */
function searchable(name: string): string[] {
  return name.length > 1 ? [name] : ['"', '\\', '=', ':'].map((end) => name + end);
}
