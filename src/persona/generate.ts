import { randomInt } from 'node:crypto';
import { Secret } from '../secret/secret.ts';
import type { Source } from '../sources/source.ts';
import { type PersonaRecord, emptyRecord } from '../vault/record.ts';
import type { UnopenedPersona } from './open-options.ts';
import { MemoryStore } from './persona-store.ts';
import type { Credentials } from './credentials.ts';

/** Domain of generated addresses. RFC 2606 reserves `.test`: mail to it never leaves the machine. */
export const DEFAULT_EMAIL_DOMAIN = 'persona.test';

/** Name of the site of a new persona, until it is saved. */
const FIRST_SITE = 'site';

/** RFC 5321 section 4.5.3.1.1 limits a local part to 64 octets. */
const MAX_TITLE = 28;

/**
 * Generates a new persona with an address of its own and a strong password.
 *
 * @param unique a name that no other persona has, in lower-case letters, digits and dots
 * @param title purpose of the persona: the readable part of its address
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

/** Returns a new persona before it is opened, with its document in memory. */
export function freshPersona(credentials: Credentials): UnopenedPersona {
  const { name, email, password, origins = [] } = credentials;
  const site = { name: FIRST_SITE, origins, ...(password ? { password: password.reveal() } : {}) };
  const record: PersonaRecord = { ...emptyRecord(name), ...(email === undefined ? {} : { email }), sites: [site] };
  const primary = { name: FIRST_SITE, isFirst: true, credentials };
  return { name, record, primary, others: [], store: new MemoryStore(record) };
}

/** Gives a new persona an address from its source, if the source does not accept arbitrary addresses. */
export async function withSourceAddress(source: Source, credentials: Credentials): Promise<Credentials> {
  const email = await source.createAddress?.('email', credentials.name);
  return email === undefined ? credentials : { ...credentials, email };
}

/** Title of the persona that a generated address belongs to; `undefined` for any other address. */
export function titleOfGenerated(address: string, domain: string): string | undefined {
  const [local = '', host] = address.split('@');
  const [, slug] = /^([a-z0-9-]+)\.[0-9a-f]{10}\.\d+-\d+$/.exec(local) ?? [];
  return host === domain ? slug?.replaceAll('-', ' ') : undefined;
}

const CLASSES = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '!#%*+-=?@_'];

/** Generates 20 characters with at least one of each class that password rules require: about 118 bits. */
export function strongPassword(): string {
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
