import { expect, test } from '@playwright/test';
import { formatDate } from '../../src/sign-up/birth-date.ts';
import { generatePerson } from '../../src/sign-up/person.ts';
import { fitsUsername, generateUsername } from '../../src/sign-up/username.ts';

test('the same seed makes the same person, another one another person', async () => {
  const [one, same, other] = await Promise.all(['a 0', 'a 0', 'a 1'].map(generatePerson));
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

test('a person has a name of letters, and is an adult', async () => {
  for (let seed = 0; seed < 40; seed++) {
    const { givenName, familyName, birthDate, postalCode, street } = await generatePerson(String(seed));
    expect(`${givenName} ${familyName}`).toMatch(/^[A-Za-z]+ [A-Za-z]+$/);
    expect(birthDate).toMatch(/^19[789]\d-\d\d-\d\d$/);
    expect(postalCode).toMatch(/^\d{5}$/);
    expect(street).toMatch(/^\d+ [A-Za-z ]+$/);
  }
});

test('two user names are never the same, and each satisfies the rules of its field', () => {
  const rules = { minLength: 4, maxLength: 10, pattern: '[a-z][a-z0-9_]{3,9}' };
  const names = Array.from({ length: 200 }, () => generateUsername('Josephine', rules));
  expect(new Set(names).size).toBe(200);
  for (const name of names) expect(fitsUsername(name!, rules)).toBe(true);
  expect(generateUsername('Ann', { minLength: 0, maxLength: 0, pattern: '[A-Z][a-z]+\\d*' })).toMatch(
    /^[A-Z][a-z]+\d*$/,
  );
});

const DATES: readonly (readonly [hint: string, date: string])[] = [
  ['DD.MM.YYYY', '07.03.1984'],
  ['TT.MM.JJJJ', '07.03.1984'],
  ['jj/mm/aaaa', '07/03/1984'],
  ['Date of birth (YYYY-MM-DD)', '1984-03-07'],
  ['dd-mm-yyyy', '07-03-1984'],
  ['MM/DD/YYYY', '03/07/1984'],
  ['', '03/07/1984'],
];
for (const [hint, date] of DATES)
  test(`a date for "${hint}"`, () => {
    expect(formatDate('1984-03-07', hint)).toBe(date);
  });
