import parse from 'nodemailer/lib/addressparser';

export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

/**
 * Reads addresses in all forms that vendors accept: `Acme <no-reply@acme.test>`, several with commas, an object with
 * `email` or `address`, and lists of them. An address without a host is kept, so that `invalidAddress` finds it.
 */
export function readAddresses(value: unknown): MailAddress[] {
  if (Array.isArray(value)) return value.flatMap(readAddresses);
  if (typeof value === 'string') return parse(value, { flatten: true }).map(({ name, address }) => ({ name, address }));
  if (typeof value !== 'object' || value === null) return [];
  const { email, address = email, name } = value as Record<string, unknown>;
  return typeof address === 'string' ? [{ name: typeof name === 'string' ? name : '', address }] : [];
}

/** Returns the first address that is none, or `undefined`. */
export function invalidAddress(addresses: readonly MailAddress[]): string | undefined {
  // No white space, as it could begin another header or recipient.
  const invalid = addresses.find(({ address }) => !/^[^\s@"<>]+@[^\s@<>]+$|^"[^\r\n]*"@[^\s@<>]+$/.test(address));
  return invalid && (invalid.address || invalid.name || '(empty)');
}
