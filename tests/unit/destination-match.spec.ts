import { expect, test } from '@playwright/test';
import { mayBeAddress, mayBeNumber } from '../../src/challenge/destination-match.ts';

for (const [destination, expected] of [
  ['alice@persona.test', true],
  ['a•••@persona.test', true],
  ['a***e@p***.test', true],
  ['al…@…', true],
  ['axxxx@persona.test', true],
  ['A•••@Persona.TEST', true],
  ['b•••@persona.test', false],
  ['a•••@acme.test', false],
  ['alice@persona.tes', false],
  ['a•••e•e@persona.test', false],
] as const) {
  test(`${destination} ${expected ? 'may be' : 'is not'} the address of Alice`, () => {
    expect(mayBeAddress(destination, 'alice@persona.test')).toBe(expected);
  });
}

test('a domain in letters of a country may be the one in punycode', () => {
  expect(mayBeAddress('a•••@bücher.example', 'alice@bücher.example')).toBe(true);
  expect(mayBeAddress('a•••@xn--bcher-kva.example', 'alice@bücher.example')).toBe(true);
});

test('an address with the letter x is itself', () => {
  expect(mayBeAddress('max@xerox.test', 'max@xerox.test')).toBe(true);
});

test('a hostile destination is matched in no time', () => {
  const started = performance.now();
  expect(mayBeAddress(`${'a*'.repeat(5000)}b`, `${'a'.repeat(60)}@persona.test`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});

for (const [destination, expected] of [
  ['•• 68', true],
  ['+1 (•••) •••-2368', true],
  ['+12025552368', true],
  ['(202) 555-2368', true],
  ['0202 555 2368', true],
  ['+1 202 55• ••••', true],
  ['•• 42', false],
  ['+12025550000', false],
] as const) {
  test(`${destination} ${expected ? 'may be' : 'is not'} the number +12025552368`, () => {
    expect(mayBeNumber(destination, '+12025552368')).toBe(expected);
  });
}
