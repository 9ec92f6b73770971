import { expect, test } from '@playwright/test';
import { generatePassword, satisfies } from '../../src/sign-up/password.ts';
import { type StatedRules, readPasswordRules } from '../../src/sign-up/password-rules.ts';

/** Rules as pages state them, with the check of the site that states them. */
const CASES: readonly (readonly [rule: StatedRules, accepts: RegExp])[] = [
  [{}, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w])[a-zA-Z].{11,}$/],
  [{ text: 'At least 28 letters and digits only' }, /^[A-Za-z0-9]{28,}$/],
  [{ text: '6-20 characters' }, /^.{6,20}$/],
  [{ text: 'Between 8 and 16 characters' }, /^.{8,16}$/],
  [{ text: 'No more than 10 characters' }, /^.{1,10}$/],
  [{ text: 'Maximal 12 Zeichen' }, /^.{1,12}$/],
  [{ text: 'パスワードは8文字以上16文字以内' }, /^.{8,16}$/],
  [{ text: '密码必须为 6-16 位' }, /^.{6,16}$/],
  [{ text: '비밀번호는 15자 이하' }, /^.{1,15}$/],
  [{ text: 'Passordet må ha minst 30 tegn' }, /^.{30,}$/],
  [{ text: '8 characters, and not one of your last 24 passwords' }, /^.{8,64}$/],
  [{ text: 'at least 1 special character such as *, -, or #' }, /[*#-]/],
  [{ minLength: 40 }, /^.{40,}$/],
  [{ maxLength: 8 }, /^.{8}$/],
  [{ minLength: 6, maxLength: 6 }, /^.{6}$/],
  [{ pattern: '[a-z0-9]{10}' }, /^[a-z0-9]{10}$/],
  [{ pattern: '(?=.*\\d)(?=.*[a-z])(?=.*[A-Z]).{8,}' }, /^.{8,}$/],
  [{ pattern: '[A-Za-z]+' }, /^[A-Za-z]+$/],
  [
    { attribute: 'minlength: 20; required: lower; required: upper; required: digit; required: [-];' },
    /^(?=.*-)[a-zA-Z0-9-]{20,}$/,
  ],
  [
    { attribute: 'minlength: 8; maxlength: 10; required: upper, digit; allowed: lower;' },
    /^(?=.*[A-Z0-9])[a-zA-Z0-9]{8,10}$/,
  ],
  [{ attribute: 'data-val-length-min: 25' }, /^.{25,}$/],
];

for (const [rule, accepts] of CASES) {
  test(`a password for ${JSON.stringify(rule)}`, () => {
    for (let round = 0; round < 30; round++) {
      const rules = readPasswordRules(rule);
      const password = generatePassword(rules);
      expect(password).toMatch(accepts);
      expect(password).not.toMatch(/(.)\1/);
    }
  });
}

test('a password that breaks a rule does not satisfy it', () => {
  const rules = readPasswordRules({ attribute: 'minlength: 8; required: digit; allowed: lower; max-consecutive: 2' });
  expect(satisfies('abcdefg1', rules)).toBe(true);
  expect(satisfies('abcdefgh', rules)).toBe(false);
  expect(satisfies('abcdef1', rules)).toBe(false);
  expect(satisfies('Abcdefg1', rules)).toBe(false);
  expect(satisfies('aaabcde1', rules)).toBe(false);
});

test('no password satisfies rules that contradict each other', () => {
  expect(generatePassword(readPasswordRules({ pattern: '[a-z]{3}', minLength: 12 }))).toBeUndefined();
  expect(generatePassword(readPasswordRules({ attribute: 'required: [&]; max-consecutive: 1' }))).toBeUndefined();
});
