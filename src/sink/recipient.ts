import type { MessageKind } from '../message/address.ts';
import { withCountryCode } from '../message/national-number.ts';
import { readNumber } from '../message/phone-number.ts';

/**
 * Reads the recipient of a query. The form of the address says which kind of message it gets.
 *
 * @param country the country of numbers without a country code. @default they are refused
 */
export async function readRecipient(
  to: string | undefined,
  country: string | undefined,
): Promise<{ readonly kind: MessageKind; readonly to: string } | { readonly problem: string }> {
  if (!to) return { problem: '`to` is missing: the e-mail address or the phone number that the message is sent to' };
  if (to.includes('@')) return { kind: 'email', to };
  // In a query, a plus sign that is not encoded is a space.
  const number = await withCountryCode(to.replace(/^ /, '+'), country);
  if ('problem' in number) return { problem: `\`to\`: ${number.problem}` };
  if (readNumber(number.number) === undefined) return { problem: '`to` must be an e-mail address or a phone number' };
  return { kind: 'sms', to: number.number };
}
