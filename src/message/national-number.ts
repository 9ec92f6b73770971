import { digitsOf, splitChannel } from './phone-number.ts';

/** A phone number with its country code, or the reason why it has none. */
export type InternationalNumber = { readonly number: string } | { readonly problem: string };

/** Shorter numbers are short codes of a country, which have no international form. */
const MIN_DIGITS = 7;
/** A zero, or an area code in parentheses. No area code has one digit: `(1)` and `(7)` are codes of countries. */
const NATIONAL = /^(?:0|\((?!\d\)))/;
/** A number of the North American Numbering Plan, in the groups in which it is written without its country code. */
const NORTH_AMERICAN = /^[2-9]\d{2}[ .-]\d{3}[ .-]\d{4}$/;

/** Returns true if a text is the code of a country: two capital letters (ISO 3166-1). */
export function isCountry(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Z]{2}$/.test(value);
}

/**
 * Adds the country code to a phone number that is written without one, such as `0170 1234567`. Other numbers, short codes
 * and names stay as they are.
 *
 * A number that begins with neither `+` nor `00` may still contain the code of its country, as many gateways send it. It is
 * taken for a national one if it is written like one, or if the default country has no prefix by which to tell.
 *
 * @param country the code of the country that numbers without a country code belong to, such as `DE`
 */
export async function withCountryCode(text: string, country: string | undefined): Promise<InternationalNumber> {
  const { channel, bare: rest } = splitChannel(text);
  const digits = digitsOf(rest) ?? '';
  const bare = rest.trim();
  if (/^(?:\+|00)/.test(bare) || digits.length < MIN_DIGITS) return { number: text };
  const isWrittenAsNational = NATIONAL.test(bare) || NORTH_AMERICAN.test(bare);
  if (country === undefined) return isWrittenAsNational ? { problem: noCountry(text) } : { number: text };
  const number = await nationalNumber(bare, digits, country, isWrittenAsNational);
  if (number === undefined) return { problem: `"${text}" is not a phone number of ${country} (\`defaultCountry\`)` };
  return { number: channel + number };
}

/** Loads the numbering plans, which only these numbers need. */
async function nationalNumber(
  bare: string,
  digits: string,
  country: string,
  isWrittenAsNational: boolean,
): Promise<string | undefined> {
  const plans = await import('libphonenumber-js/min');
  if (!plans.isSupportedCountry(country)) return undefined;
  if (!isWrittenAsNational && digits.startsWith(plans.getCountryCallingCode(country))) {
    const international = plans.parsePhoneNumberFromString(`+${digits}`);
    if (international?.isPossible()) return `+${digits}`;
  }
  const read = (written: string): ReturnType<typeof plans.parsePhoneNumberFromString> =>
    plans.parsePhoneNumberFromString(written, { defaultCountry: country, extract: false });
  // Where people write numbers with a zero, one without a zero begins with the code of some country.
  if (!isWrittenAsNational && read(`0${digits}`)?.nationalNumber === digits) return bare;
  const national = read(bare);
  return national?.isPossible() ? national.number : isWrittenAsNational ? undefined : bare;
}

function noCountry(text: string): string {
  return `"${text}" is a number without a country code. Send it in E.164 form, such as +12025552368, or say which country it belongs to: \`defaultCountry: 'US'\` of withTwoFactor (sink --default-country US)`;
}
