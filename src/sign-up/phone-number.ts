import { isList } from '../challenge/account-form/list-boxes.ts';
import type { LocatedField } from '../challenge/page/look-at-sign-up.ts';

/** A number in the parts that forms ask for. */
interface PhoneParts {
  /** E.164, such as `+12025552368`. */
  readonly full: string;
  /** `1`. */
  readonly callingCode: string;
  /** ISO 3166 code, such as `US`; empty if the number does not tell. */
  readonly country: string;
  /** `2025552368`. */
  readonly national: string;
}

/** Splits a number in E.164 form. */
export async function partsOf(phone: string): Promise<PhoneParts> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  const number = parsePhoneNumberFromString(phone);
  if (!number) return { full: phone, callingCode: '', country: '', national: phone.replace(/\D/g, '') };
  const { countryCallingCode, nationalNumber, country } = number;
  return { full: phone, callingCode: countryCallingCode, country: country ?? 'US', national: nationalNumber };
}

const CODE_NAME =
  /country ?code|dial ?code|calling ?code|phone ?code|phone ?country|prefix|landesvorwahl|indicatif|prefijo|tel-country-code/i;

/** True for the field of a phone that takes the code of the country. */
export function isCountryCode({ controls, label, view }: LocatedField): boolean {
  const { type, names, autocomplete, maxLength } = controls[0]!;
  if (isList({ type }) || view.options.length > 3) return true;
  if (autocomplete.includes('tel-country-code')) return true;
  return (
    (maxLength < 0 || maxLength <= 6) && CODE_NAME.test(`${label} ${names.replaceAll(/([a-z])([A-Z])/g, '$1 $2')}`)
  );
}

/** Returns the value of each text field of a number: one field, one beside the code of its country, or several short ones. */
export function phoneValues(parts: PhoneParts, fields: readonly LocatedField[]): string[] {
  const codes = fields.filter(isCountryCode);
  const others = fields.filter((field) => !codes.includes(field));
  const short = others.filter(({ controls: [first] }) => first!.maxLength > 0 && first!.maxLength <= 5);
  let rest = parts.national;
  return fields.map((field) => {
    if (codes.includes(field)) return `+${parts.callingCode}`;
    if (short.length > 1 && short.includes(field)) {
      const isLast = field === short.at(-1);
      const part = rest.slice(
        0,
        isLast ? undefined : field.controls[0]!.maxLength === 5 ? 3 : Math.min(3, field.controls[0]!.maxLength),
      );
      rest = rest.slice(part.length);
      return part;
    }
    const { maxLength, pattern } = field.controls[0]!;
    const takesDigits =
      /^\^?(?:\[0-9\]|\\d)(?:\{|\+|\*)/.test(pattern) || (maxLength > 0 && maxLength < parts.full.length);
    return codes.length > 0 || takesDigits ? parts.national : parts.full;
  });
}
