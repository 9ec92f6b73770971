import { keepSecret } from './secret.ts';

/** Names of parameters under which a short value, too, is a secret. */
const TELLING = /token|code|otp|ticket|secret|sig|nonce|hash|key|magic/i;
const MIN_TOKEN = 12;
const MIN_TOLD = 4;

/** Makes a link known as a secret, and those parts of it that let somebody in. */
export function keepLink(label: string, link: string): string {
  if (URL.canParse(link)) {
    const { pathname, search, searchParams, hash } = new URL(link);
    // All addresses of the site begin with it.
    if (pathname === '/' && search + hash === '') return link;
    const rest = new URLSearchParams(hash.slice(1));
    for (const [name, value] of [...searchParams, ...rest]) if (isToken(value, name)) keepSecret(label, value);
    for (const part of pathname.split('/')) if (isToken(decoded(part))) keepSecret(label, decoded(part));
  }
  return keepSecret(label, link);
}

function isToken(value: string, name = ''): boolean {
  if (!/^[\w.~+/=-]+$/.test(value) || value.startsWith('/')) return false;
  if (TELLING.test(name) && value.length >= MIN_TOLD) return true;
  return value.length >= MIN_TOKEN && /\d/.test(value) && /[A-Za-z]/.test(value);
}

/** Percent-decoded, or as it is if that makes no text. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
