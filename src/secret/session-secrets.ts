import { decoded } from './link-secrets.ts';
import { keepSecret } from './secret.ts';

/** A shorter value is a setting, not a session. */
const MIN_COOKIE = 12;
const MIN_STORED = 20;

interface Session {
  readonly cookies: readonly { readonly name: string; readonly value: string }[];
  readonly origins?: readonly { readonly localStorage: readonly { readonly name: string; readonly value: string }[] }[];
}

/** Makes what keeps a browser signed in known as secrets: its cookies, and what pages have stored. */
export function keepSession(owner: string, { cookies, origins = [] }: Session): void {
  for (const { name, value } of cookies) if (value.length >= MIN_COOKIE) keepCookie(`${owner}/cookie ${name}`, value);
  for (const { name, value } of origins.flatMap(({ localStorage }) => localStorage))
    if (value.length >= MIN_STORED) keepSecret(`${owner}/localStorage ${name}`, value);
}

/** A signed cookie holds the token that a site may show elsewhere, too: `token.signature`. */
function keepCookie(label: string, value: string): void {
  keepSecret(label, value);
  const plain = decoded(value);
  if (plain !== value) keepSecret(label, plain);
  const [token = ''] = plain.split('.', 1);
  // What all web tokens begin with is no secret.
  if (token !== plain && token.length >= MIN_STORED && !token.startsWith('eyJ')) keepSecret(label, token);
}
