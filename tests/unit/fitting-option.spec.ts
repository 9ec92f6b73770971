import { expect, test } from '@playwright/test';
import { fittingOption } from '../../src/sign-up/fitting-option.ts';
import { countryNames, languageNames, monthNames } from '../../src/sign-up/option-names.ts';

function choice(options: readonly string[], wanted: readonly string[]): string | undefined {
  const found = fittingOption(
    options.map((text) => [text]),
    wanted,
  );
  return found && options[found.index];
}

test('prefers the option with the wanted name to one that contains it', () => {
  const countries = ['United States Minor Outlying Islands', 'United Arab Emirates', 'United States'];
  expect(choice(countries, countryNames('US', 'en'))).toBe('United States');
  expect(choice(['Female', 'Male'], ['male'])).toBe('Male');
  expect(choice(['Female', 'Other'], ['male'])).toBeUndefined();
});

test('finds a name beside a flag, a code or a calling code', () => {
  expect(choice(['🇨🇦 Canada (+1)', '🇺🇸 United States (+1)'], countryNames('US', 'en'))).toBe('🇺🇸 United States (+1)');
  expect(choice(['CA +1', 'DE +49'], ['+49'])).toBe('DE +49');
  expect(choice(['+441', '+44'], ['+44'])).toBe('+44');
  expect(choice(['03 – March', '10 – October'], monthNames(3, 'en'))).toBe('03 – March');
});

test('knows countries, months and languages in the language of the page', () => {
  expect(choice(['Deutschland', 'Vereinigte Staaten'], countryNames('United States', 'de'))).toBe('Vereinigte Staaten');
  expect(choice(['アメリカ合衆国', 'ドイツ'], countryNames('Germany', 'ja'))).toBe('ドイツ');
  expect(choice(['mars', 'mai'], monthNames(5, 'fr'))).toBe('mai');
  expect(choice(['Deutsch', 'Englisch'], languageNames('en', 'de'))).toBe('Englisch');
  expect(countryNames('Atlantis', 'xx-invalid-language-tag')).toEqual(['Atlantis']);
});
