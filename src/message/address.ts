import { domainToASCII, domainToUnicode } from 'node:url';
import { readNumber } from './phone-number.ts';

export type MessageKind = 'email' | 'sms';

/**
 * Returns the spelling in which addresses and phone numbers are compared: lower case and punycode for e-mail, digits
 * for a number. RFC 5321 leaves the case of a local part to its host, and every large host ignores it.
 *
 * Two spellings are the same only if they name the same mailbox or number: a character that only looks like another, or
 * that Unicode declares compatible to it, stays what it is.
 */
export function foldAddress(kind: MessageKind, address: string): string {
  return kind === 'sms' ? foldNumber(address) : foldEmail(address);
}

function foldEmail(address: string): string {
  const bare = lowerCase(trim(address)).replace(/^"((?:[^"\\]|\\.)*)"(?=@[^@]*$)/, (_, quoted: string) =>
    unquote(quoted),
  );
  const at = bare.lastIndexOf('@');
  return at < 0 ? bare : `${bare.slice(0, at)}@${foldDomain(bare.slice(at + 1))}`;
}

/**
 * Returns a domain in punycode, and without the dot that ends an absolute name (RFC 1034 section 3.1). Letters that
 * IDNA would replace by others, such as full-width ones, are not part of a domain (RFC 5892), and stay.
 */
function foldDomain(domain: string): string {
  const name = domain.replace(/(?<=[^.\s])\.$/, '');
  if (isAscii(name)) return name;
  const ascii = domainToASCII(name);
  return domainToUnicode(ascii) === name ? ascii : name;
}

/** Removes the quotes of a local part that needs none: both are the same mailbox (RFC 5321, section 4.1.2). */
function unquote(quoted: string): string {
  const bare = quoted.replace(/\\(.)/g, '$1');
  return /^[^\s"\\@]+$/.test(bare) ? bare : `"${bare.replace(/["\\]/g, '\\$&')}"`;
}

function foldNumber(number: string): string {
  return readNumber(number) ?? lowerCase(trim(number)); // an alphanumeric sender such as "ACME"
}

/** Removes the blanks of ASCII. Others are part of a local part (RFC 6531). */
function trim(text: string): string {
  return text.replace(/^[\t\n\r ]+/, '').replace(/(?<![\t\n\r ])[\t\n\r ]+$/, '');
}

/** Returns a text in lower case. A letter that shares its small letter with another, such as `K` (Kelvin) or `İ`, stays. */
function lowerCase(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text.replace(/\p{Lu}/gu, (letter) => {
    const small = letter.toLowerCase();
    return small.toUpperCase() === letter ? small : letter;
  });
}

// Most addresses are plain ASCII, and this runs for every mail that comes in.
function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(text);
}
