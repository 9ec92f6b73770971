import { randomBytes } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { isStrong } from '../../src/secret/strength.ts';

test.describe('a shared secret is too weak', () => {
  for (const [name, secret] of [
    ['if it is empty', ''],
    ['if it is short', 'Tr0ub4dor&3'],
    ['with 15 characters', 'kT9#vQ2!mZ7$wX4'],
    ['of one character', 'a'.repeat(40)],
    ['of few different characters', 'abacabadabacabaeabacabad'],
    ['that repeats a shorter one', 'hunter2!'.repeat(4)],
    ['of the digits in order', '12345678901234567890'],
    ['of the alphabet', 'abcdefghijklmnopqrstuvwxyz'],
    ['of the alphabet backwards, in capitals', 'ZYXWVUTSRQPONMLKJIHGFEDCBA'],
  ] as const) {
    test(name, () => expect(isStrong(secret)).toBe(false));
  }
});

test.describe('a shared secret is strong enough', () => {
  for (const secret of ['correct horse battery staple', '2f1c9a7be04d83656f', 'ein Pferd frißt keinen Gurkensalat'])
    test(`such as "${secret}"`, () => expect(isStrong(secret)).toBe(true));

  test('if it is 18 random bytes in Base64 or hexadecimal digits', () => {
    for (let count = 0; count < 1000; count++) {
      const bytes = randomBytes(18);
      expect([bytes.toString('base64'), bytes.toString('hex')].map(isStrong)).toEqual([true, true]);
    }
  });
});
