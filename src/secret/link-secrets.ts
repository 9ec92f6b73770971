import { decodePercent } from '../core/decode-percent.ts';
import { registerSecret } from './secret.ts';

/** Names of parameters under which a short value, too, is a secret. */
const TELLING = /token|code|otp|ticket|secret|sig|nonce|hash|key|magic/i;
const MIN_TOKEN = 12;
const MIN_TOLD = 4;

/** Makes those parts of a link known as secrets that let somebody in, and then the link, too. */
export function registerLinkSecrets(label: string, link: string): string {
  const tokens = tokensOf(link);
  for (const token of tokens) registerSecret(label, token);
  return tokens.length > 0 ? registerSecret(label, link) : link;
}

function tokensOf(link: string): string[] {
  if (!URL.canParse(link)) return [];
  const { pathname, searchParams, hash } = new URL(link);
  const parameters = [...searchParams, ...new URLSearchParams(hash.slice(1))];
  const told = parameters.flatMap(([name, value]) => (isToken(value, name) ? value : []));
  return [
    ...told,
    ...pathname
      .split('/')
      .map(decodePercent)
      .filter((part) => isToken(part)),
  ];
}

function isToken(value: string, name = ''): boolean {
  if (!/^[\w.~+/=-]+$/.test(value) || value.startsWith('/')) return false;
  if (TELLING.test(name) && value.length >= MIN_TOLD) return true;
  return value.length >= MIN_TOKEN && /\d/.test(value) && /[A-Za-z]/.test(value);
}
