import { expect, test } from '@playwright/test';
import { generatePassword } from '../../src/secret/generate-password.ts';
import { passwordRulesOf, readAppleRules } from '../../src/secret/password-rules.ts';
import fc from '../support/property.ts';

/** Classes of Apple's rules, as the tests understand them. */
const CLASS = { upper: /[A-Z]/, lower: /[a-z]/, digit: /[0-9]/, special: /[^A-Za-z0-9]/ } as const;
type ClassName = keyof typeof CLASS;
const className = fc.constantFrom<ClassName>('upper', 'lower', 'digit', 'special');
const random = { random: (below: number) => Math.floor(Math.random() * below) };

test('a password satisfies every combination of lengths and classes', () => {
  const rules = fc.record({
    from: fc.integer({ min: 4, max: 40 }),
    more: fc.integer({ min: 0, max: 30 }),
    required: fc.uniqueArray(className, { maxLength: 4 }),
    allowed: fc.uniqueArray(className, { maxLength: 4 }),
    consecutive: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(rules, ({ from, more, required, allowed, consecutive }) => {
      const text = [
        `minlength: ${from}; maxlength: ${from + more}; max-consecutive: ${consecutive}`,
        ...required.map((name) => `required: ${name}`),
        ...(allowed.length > 0 ? [`allowed: ${allowed.join(', ')}`] : []),
      ].join(';');
      const password = generatePassword(readAppleRules(text), random);
      expect(password.length).toBeGreaterThanOrEqual(from);
      expect(password.length).toBeLessThanOrEqual(from + more);
      for (const name of required) expect(password).toMatch(CLASS[name]);
      const all: ClassName[] = required.length + allowed.length > 0 ? [...required, ...allowed] : ['upper', 'lower', 'digit', 'special']; // prettier-ignore
      for (const character of password) expect(all.some((name) => CLASS[name].test(character))).toBe(true);
      expect(password).not.toMatch(new RegExp(`(.)\\1{${consecutive}}`));
    }),
  );
});

test('a password fits the pattern and the lengths of a field', () => {
  const patterns = [
    ['(?=.*\\d)(?=.*[a-z])(?=.*[A-Z]).{8,}', {}],
    ['(?=.*[0-9])(?=.*[!@#$%^&*])[a-zA-Z0-9!@#$%^&*]{6,16}', { maxLength: 16 }],
    ['[A-Za-z0-9]{8,12}', {}],
    ['[a-z0-9]+', { minLength: 10 }],
    ['\\d{6}', { maxLength: 6 }],
    ['^(?=.*[A-Za-z])(?=.*\\d)[A-Za-z\\d]{8,}$', {}],
    ['\\S{12,72}', {}],
    ['.{0,}', { minLength: 64, maxLength: 64 }],
    ['[^\\s&<>]{8,}', {}],
  ] as const;
  for (const [pattern, lengths] of patterns) {
    for (let run = 0; run < 5; run++) {
      const password = generatePassword(passwordRulesOf({ pattern, ...lengths }));
      expect(password, pattern).toMatch(new RegExp(`^(?:${pattern})$`, 'u'));
    }
  }
});

test('a pattern that takes forever, or that nothing matches, ends in an error that says so', () => {
  for (const pattern of ['(?:(?:.+)+)+#§', 'never this one'])
    expect(() => generatePassword(passwordRulesOf({ pattern }))).toThrow(
      expect.objectContaining({ code: 'PASSWORD_RULES_UNMET', message: expect.stringContaining(pattern) }),
    );
});

test('a pattern that does not compile is ignored, as browsers do', () => {
  expect(generatePassword(passwordRulesOf({ pattern: '(((' }))).toHaveLength(20);
});

test('the password is strong: long, of all classes, without runs, and never the same', () => {
  const passwords = Array.from({ length: 300 }, () => generatePassword());
  expect(new Set(passwords).size).toBe(300);
  for (const password of passwords) {
    expect(password).toHaveLength(20);
    for (const one of Object.values(CLASS)) expect(password).toMatch(one);
    expect(password).toMatch(/^[A-Za-z]/);
    expect(password).not.toMatch(/(.)\1\1|abc|123|cba|321/i);
  }
});
