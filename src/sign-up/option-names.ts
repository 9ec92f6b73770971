/** Words of lists for a woman, and for a form of address. */
export const FEMALE: readonly string[] = ['female', 'f', 'w', 'woman', 'frau', 'femme', 'mrs', 'ms', 'weiblich'];
/** Words of lists for a man, and for a form of address. */
export const MALE: readonly string[] = ['male', 'm', 'man', 'mann', 'homme', 'mr', 'herr', 'männlich'];

const ENGLISH = 'en';
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  US: ['USA', 'United States of America'],
  GB: ['UK', 'Great Britain'],
};

/**
 * Returns the names that a list may have for a country: in English, in the language of the page, and its code.
 *
 * @param country English name, or ISO 3166 code
 * @param language language of the page, such as `de`
 */
export function countryNames(country: string, language: string): string[] {
  const code = codeOf(country) ?? country;
  const names = [nameOf('region', code, ENGLISH), nameOf('region', code, language)];
  return unique([country, ...names, code, ...(OTHER_NAMES[code] ?? [])]);
}

/** Returns the names that a list may have for a language. @param code such as `en` */
export function languageNames(code: string, language: string): string[] {
  return unique([nameOf('language', code, code), nameOf('language', code, language), code]);
}

/** Returns the names that a list may have for a month. @param month from 1 */
export function monthNames(month: number, language: string): string[] {
  const date = new Date(Date.UTC(2000, month - 1, 15));
  const name = (locale: string, form: 'long' | 'short'): string =>
    new Intl.DateTimeFormat(locale, { month: form, timeZone: 'UTC' }).format(date);
  const locales = [ENGLISH, ...(isLocale(language) ? [language] : [])];
  const names = (['long', 'short'] as const).flatMap((form) => locales.map((locale) => name(locale, form)));
  return unique([...names, String(month), String(month).padStart(2, '0')]);
}

/** Returns the code of a country by its English name. */
function codeOf(country: string): string | undefined {
  if (/^[A-Z]{2}$/.test(country)) return country;
  const known = Object.entries(OTHER_NAMES).find(([, names]) => names.includes(country));
  if (known) return known[0];
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return codes.find((code) => nameOf('region', code, ENGLISH)?.toLowerCase() === country.toLowerCase());
}

function nameOf(type: 'region' | 'language', code: string, locale: string): string | undefined {
  if (!isLocale(locale)) return undefined;
  try {
    return new Intl.DisplayNames(locale, { type, fallback: 'none' }).of(code);
  } catch {
    return undefined; // not a code
  }
}

function isLocale(language: string): boolean {
  try {
    return language !== '' && Intl.DisplayNames.supportedLocalesOf(language).length > 0;
  } catch {
    return false; // not a language tag
  }
}

function unique(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined && name !== ''))] as string[];
}
