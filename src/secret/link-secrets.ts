import { decodePercent } from '../core/decode-percent.ts';
import { registerSecret } from './secret.ts';

/** Names of parameters whose values are secret even if they are short. */
const SECRET_PARAMETER = /token|code|otp|ticket|secret|sig|nonce|hash|key|magic/i;
const MIN_TOKEN = 12;
const MIN_PARAMETER = 4;

/** Registers the tokens in a sign-in link, and then the link itself, as secrets. Returns the link. */
export function registerLinkSecrets(label: string, link: string): string {
  const tokens = tokensOf(link);
  for (const token of tokens) registerSecret(label, token);
  return tokens.length > 0 ? registerSecret(label, link) : link;
}

function tokensOf(link: string): string[] {
  if (!URL.canParse(link)) return [];
  const { pathname, searchParams, hash } = new URL(link);
  const parameters = [...searchParams, ...new URLSearchParams(hash.slice(1))];
  const segments = pathname.split('/').map(decodePercent);
  return [
    ...parameters.flatMap(([name, value]) => (isToken(value, name) ? value : [])),
    ...segments.filter((segment) => isToken(segment)),
  ];
}

function isToken(value: string, name = ''): boolean {
  if (!/^[\w.~+/=-]+$/.test(value) || value.startsWith('/')) return false;
  if (SECRET_PARAMETER.test(name) && value.length >= MIN_PARAMETER) return true;
  return value.length >= MIN_TOKEN && /\d/.test(value) && /[A-Za-z]/.test(value);
}
