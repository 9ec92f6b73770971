import { randomInt } from 'node:crypto';
import { Secret } from '../secret/secret.ts';
import type { Source } from '../sources/source.ts';
import type { Credentials } from './credentials.ts';

/** RFC 2606 keeps this top-level domain free: no mail to it ever leaves the machine. */
export const DEFAULT_EMAIL_DOMAIN = 'persona.test';

/** RFC 5321 section 4.5.3.1.1 limits a local part to 64 octets. */
const MAX_TITLE = 28;

/**
 * A persona that nobody was before: an address of its own and a strong password.
 *
 * @param unique what no other persona has, in lower-case letters, digits and dots
 * @param title what it is for; the readable part of its address
 */
export function generateCredentials(unique: string, title: string, domain: string): Credentials {
  const slug =
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, MAX_TITLE)
      .replace(/^-+|-+$/g, '') || 'persona';
  const name = `${slug}.${unique}`;
  return { name, email: `${name}@${domain}`, password: new Secret(`${name}/password`, strongPassword()) };
}

/** Gives a fresh persona an address at its source, where not just any will do. */
export async function addressedAt(source: Source, credentials: Credentials): Promise<Credentials> {
  const email = await source.createAddress?.('email', credentials.name);
  return email === undefined ? credentials : { ...credentials, email };
}

/** What the persona of a fresh address is for, as its address says it; nothing for any other address. */
export function titleOfFresh(address: string, domain: string): string | undefined {
  const [local = '', host] = address.split('@');
  const [, slug] = /^([a-z0-9-]+)\.[0-9a-f]{10}\.\d+-\d+$/.exec(local) ?? [];
  return host === domain ? slug?.replaceAll('-', ' ') : undefined;
}

const CLASSES = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '!#%*+-=?@_'];

/** 20 characters, at least one of each class that password rules ask for: about 118 bits. */
function strongPassword(): string {
  const all = CLASSES.join('');
  const characters = [...CLASSES.map(pick), ...Array.from({ length: 16 }, () => pick(all))];
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? '', characters[last] ?? ''];
  }
  return characters.join('');
}

function pick(from: string): string {
  return from.charAt(randomInt(from.length));
}
