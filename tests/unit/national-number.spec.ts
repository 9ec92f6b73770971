import { expect, test } from '@playwright/test';
import { withCountryCode } from '../../src/message/national-number.ts';

const NUMBERS: readonly (readonly [country: string, written: string, number: string])[] = [
  ['DE', '0170 1234567', '+491701234567'],
  ['DE', '(0170) 1234567', '+491701234567'],
  ['DE', '0170/1234567', '+491701234567'],
  ['US', '(415) 555-0123', '+14155550123'],
  ['US', '415-555-0123', '+14155550123'],
  ['US', '4155550123', '+14155550123'],
  ['US', '1 415 555 0123', '+14155550123'],
  ['GB', '07700 900123', '+447700900123'],
  ['ES', '612 34 56 78', '+34612345678'],
  ['IT', '333 1234567', '+393331234567'],
  ['IT', '06 12345678', '+390612345678'],
  ['RU', '8 (912) 345-67-89', '+79123456789'],
  ['DE', 'whatsapp:0170 1234567', 'whatsapp:+491701234567'],
];

for (const [country, written, number] of NUMBERS)
  test(`${written} is ${number} in ${country}`, async () => {
    expect(await withCountryCode(written, country)).toEqual({ number });
  });

test('a number that begins with the code of the country needs no other', async () => {
  expect(await withCountryCode('4915112345678', 'DE')).toEqual({ number: '+4915112345678' });
  expect(await withCountryCode('447700900123', 'GB')).toEqual({ number: '+447700900123' });
  expect(await withCountryCode('34612345678', 'ES')).toEqual({ number: '+34612345678' });
});

test('international numbers, those of other countries, short codes and names stay as they are', async () => {
  const others = ['+1 (415) 555-0123', '0049 170 1234567', '12345', 'ACME', 'whatsapp:+491701234567', 'ACME2024777'];
  for (const country of ['DE', undefined])
    for (const number of [...others, '14155550123', '4155550123', '(1) 415-555-0123'])
      expect(await withCountryCode(number, country)).toEqual({ number });
});

test('digits with anything else between them are not a number of the country', async () => {
  for (const number of ['0170abc1234567', '0170\uFF111234567', '0170 é 1234567', '0170,1234567'])
    expect(await withCountryCode(number, 'DE')).toEqual({ number });
});

test('without a country, a number that is written as a national one is a problem that names the option', async () => {
  for (const number of [
    '0170 1234567',
    '(415) 555-0123',
    '(11) 91234-5678',
    '415-555-0123',
    '07700900123',
    'whatsapp:0170 1234567',
  ])
    expect(await withCountryCode(number, undefined)).toEqual({
      problem: expect.stringMatching(/without a country code.*`defaultCountry: 'US'`.*--default-country/),
    });
});

test('a number that the country does not have is a problem', async () => {
  for (const [number, country] of [
    ['0170 12345678901234', 'DE'],
    ['0170 1234567', 'XX'],
    ['012 345 678 901 23', 'FR'],
  ] as const)
    expect(await withCountryCode(number, country)).toEqual({ problem: expect.stringContaining('`defaultCountry`') });
});
