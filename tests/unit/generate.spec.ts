import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import { foldAddress } from '../../src/message/address.ts';
import { generateCredentials } from '../../src/persona/generate.ts';

/** The unique part, in the format of the fixtures: a random value of the worker, then a counter. */
const unique = fc.stringMatching(/^[0-9a-f]{10}\.\d{1,4}-\d{1,6}$/);
const title = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.lorem(),
  fc.constantFrom('', '---', 'Ünï', 'a'.repeat(300)),
);

test('an address is valid, short enough, and unchanged by folding', () => {
  fc.assert(
    fc.property(unique, title, (unique, title) => {
      const { email = '', name } = generateCredentials(unique, title, 'persona.test');
      const [local = '', domain] = email.split('@');
      expect([email, domain]).toEqual([`${name}@persona.test`, 'persona.test']);
      expect(Buffer.byteLength(local)).toBeLessThanOrEqual(64);
      expect(local).toMatch(/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/); // a dot-atom of RFC 5321
      expect(local).toMatch(/^[a-z0-9].*[a-z0-9]$/);
      expect(foldAddress('email', email)).toBe(email);
    }),
  );
});

test('addresses are unique for every combination of titles', () => {
  fc.assert(
    fc.property(fc.uniqueArray(unique, { minLength: 2, maxLength: 50 }), title, (uniques, title) => {
      const emails = uniques.map((one) => generateCredentials(one, title, 'persona.test').email);
      expect(new Set(emails).size).toBe(uniques.length);
    }),
  );
});

test('the title makes the address readable', () => {
  expect(generateCredentials('x.1', 'A new user: signs up!', 'persona.test').email).toBe(
    'a-new-user-signs-up.x.1@persona.test',
  );
});

test('a password has a character of each class that password rules require', () => {
  fc.assert(
    fc.property(unique, (unique) => {
      const password = generateCredentials(unique, 'x', 'persona.test').password?.reveal() ?? '';
      expect(password).toHaveLength(20);
      for (const one of [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9]/]) expect(password).toMatch(one);
      expect(password).not.toMatch(/[\s"'<>&\\`$]/); // characters that forms and shells alter
    }),
  );
});

test('passwords differ, and so do their first characters', () => {
  const passwords = Array.from(
    { length: 500 },
    () => generateCredentials('x', 'x', 'persona.test').password?.reveal() ?? '',
  );
  expect(new Set(passwords).size).toBe(500);
  expect(new Set(passwords.map((password) => password.charAt(0))).size).toBeGreaterThan(20);
});
