import { expect, test } from '@playwright/test';
import { generatePassword, satisfiesRules } from '../../src/secret/generate-password.ts';
import { type PasswordHints, passwordRulesOf, readAppleRules } from '../../src/secret/password-rules.ts';

/** Rules as pages state them, with the check of the site that states them. */
const CASES: readonly (readonly [hints: PasswordHints, accepts: RegExp])[] = [
  [{}, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^a-zA-Z\d])[a-zA-Z].{11,}$/],
  [{ texts: ['At least 28 letters and digits only'] }, /^[A-Za-z0-9]{28,}$/],
  [{ texts: ['6-20 characters'] }, /^.{6,20}$/],
  [{ texts: ['Between 8 and 16 characters'] }, /^.{8,16}$/],
  [{ texts: ['No more than 10 characters'] }, /^.{1,10}$/],
  [{ texts: ['Maximal 12 Zeichen'] }, /^.{1,12}$/],
  [{ texts: ['パスワードは8文字以上16文字以内'] }, /^.{8,16}$/],
  [{ texts: ['密码必须为 6-16 位'] }, /^.{6,16}$/],
  [{ texts: ['비밀번호는 15자 이하'] }, /^.{1,15}$/],
  [{ texts: ['Passordet må ha minst 30 tegn'] }, /^.{30,}$/],
  [{ texts: ['8 characters, and not one of your last 24 passwords'] }, /^.{8,64}$/],
  [{ texts: ['at least 1 special character such as *, -, or #'] }, /[*#-]/],
  [{ minLength: 40 }, /^.{40,}$/],
  [{ maxLength: 8 }, /^.{8}$/],
  [{ minLength: 6, maxLength: 6 }, /^.{6}$/],
  [{ pattern: '[a-z0-9]{10}' }, /^[a-z0-9]{10}$/],
  [{ pattern: '(?=.*\\d)(?=.*[a-z])(?=.*[A-Z]).{8,}' }, /^.{8,}$/],
  [{ pattern: '[A-Za-z]+' }, /^[A-Za-z]+$/],
  [
    { passwordRules: 'minlength: 20; required: lower; required: upper; required: digit; required: [-];' },
    /^(?=.*-)[a-zA-Z0-9-]{20,}$/,
  ],
  [
    { passwordRules: 'minlength: 8; maxlength: 10; required: upper, digit; allowed: lower;' },
    /^(?=.*[A-Z0-9])[a-zA-Z0-9]{8,10}$/,
  ],
];

for (const [hints, accepts] of CASES) {
  test(`a password for ${JSON.stringify(hints)}`, () => {
    for (let round = 0; round < 30; round++) {
      const password = generatePassword(passwordRulesOf(hints));
      expect(password).toMatch(accepts);
      expect(password).not.toMatch(/(.)\1\1/);
    }
  });
}

test('a password that breaks a rule does not satisfy it', () => {
  const rules = readAppleRules('minlength: 8; required: digit; allowed: lower; max-consecutive: 2');
  expect(satisfiesRules('abcdefg1', rules)).toBe(true);
  for (const wrong of ['abcdefgh', 'abcdef1', 'Abcdefg1', 'aaabcde1']) expect(satisfiesRules(wrong, rules)).toBe(false);
  expect(satisfiesRules('abcdefg1', { ...rules, pattern: '[a-z]+' })).toBe(false);
});

test('no password satisfies rules that contradict each other', () => {
  const rules = passwordRulesOf({ pattern: '[a-z]{3}', minLength: 12 });
  expect(() => generatePassword(rules)).toThrow(expect.objectContaining({ code: 'PASSWORD_RULES_UNMET' }));
});
