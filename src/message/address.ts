import { domainToASCII } from 'node:url';

export type MessageKind = 'email' | 'sms';

/**
 * Returns the spelling in which addresses and phone numbers are compared: lower case and punycode for e-mail, digits
 * for a number. RFC 5321 leaves the case of a local part to its host, and every large host ignores it.
 */
export function foldAddress(kind: MessageKind, address: string): string {
  return kind === 'sms' ? foldNumber(address) : foldEmail(address);
}

function foldEmail(address: string): string {
  const bare = address
    .trim()
    .toLowerCase()
    .replace(/^"((?:[^"\\]|\\.)*)"(?=@[^@]*$)/, (_, quoted: string) => unquote(quoted));
  const at = bare.lastIndexOf('@');
  const domain = bare.slice(at + 1);
  // Most addresses are plain ASCII, and this runs for every mail that comes in.
  // eslint-disable-next-line no-control-regex
  if (at < 0 || /^[\x00-\x7f]*$/.test(domain)) return bare;
  return `${bare.slice(0, at)}@${domainToASCII(domain) || domain}`;
}

/** Removes the quotes of a local part that needs none: both are the same mailbox (RFC 5321, section 4.1.2). */
function unquote(quoted: string): string {
  const bare = quoted.replace(/\\(.)/g, '$1');
  return /^[^\s"\\@]+$/.test(bare) ? bare : `"${bare.replace(/["\\]/g, '\\$&')}"`;
}

/** Returns a number as E.164 without separators: `+1 (555) 010-0123` and `0015550100123` are both `+15550100123`. */
function foldNumber(number: string): string {
  const digits = number.replace(/\D/g, '');
  if (digits === '') return number.trim().toLowerCase(); // an alphanumeric sender such as "ACME"
  if (number.trim().startsWith('+')) return `+${digits}`;
  return digits.startsWith('00') ? `+${digits.slice(2)}` : `+${digits}`;
}
