import { foldAddress } from '../message/address.ts';
import { MASKED } from './factor.ts';

/**
 * Returns true if a destination that a page shows, masked or not, may be this e-mail address. A run of mask characters
 * stands for any text.
 *
 * @example
 * mayBeAddress('a•••@persona.test', 'alice@persona.test'); // true
 */
export function mayBeAddress(destination: string, address: string): boolean {
  const parts = destination.toLowerCase().split(/[*•·∙●○#…x]+/u);
  // Pages show the domain as it is written; the folded one is in punycode. An `x` may be a mask.
  const spellings = [foldAddress('email', address), address.toLowerCase()];
  return spellings.some((spelling) => consistsOf(spelling.replaceAll('x', ''), parts));
}

/** Returns true if a text begins with the first part, ends with the last one, and has the others in between, in order. */
function consistsOf(text: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

/** Returns true if a destination that a page shows, masked or not, may be this number. Its last digits decide. */
export function mayBeNumber(destination: string, number: string): boolean {
  const shown = MASKED.test(destination) ? (destination.split(/[*•·∙●○xX#…]/u).at(-1) ?? '') : destination;
  const digits = shown.replace(/\D/g, '').replace(/^0+/, '');
  return number.replace(/\D/g, '').endsWith(digits);
}
