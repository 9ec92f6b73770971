import { expect, test } from '@playwright/test';
import { generatePassword } from '../../src/secret/generate-password.ts';
import { passwordRulesOf, readAppleRules } from '../../src/secret/password-rules.ts';

const LETTERS = /^[A-Za-z]+$/;
const ALPHANUMERIC = /^[A-Za-z0-9]+$/;

test.describe("Apple's rules", () => {
  test('the examples of its documentation', () => {
    const first = readAppleRules('minlength: 20; required: lower; required: upper; required: digit; required: [-];');
    expect(first).toMatchObject({ minLength: 20 });
    expect(first.required).toHaveLength(4);
    expect(first.required[3]).toBe('-');
    expect(generatePassword(first)).toMatch(/^[A-Za-z0-9-]{20,}$/);
    const second = readAppleRules('minlength: 8; maxlength: 8; required: digit; required: lower; max-consecutive: 2; ');
    expect(generatePassword(second)).toMatch(/^[a-z0-9]{8}$/);
  });

  test('one of several classes is enough where a rule lists them together', () => {
    const { required } = readAppleRules('required: upper, digit');
    expect(required).toHaveLength(1);
    expect(required[0]).toContain('A');
    expect(required[0]).toContain('7');
  });

  test('classes with brackets, semicolons and commas in them', () => {
    expect(readAppleRules('allowed: lower, [;,:]; minlength: 9')).toMatchObject({ minLength: 9 });
    expect(readAppleRules('allowed: [;,:]').allowed).toBe(';,:');
    expect(readAppleRules('required: []()]').required).toEqual([']()']);
  });

  test('of two lengths the stricter one holds, and nonsense is left out', () => {
    const rules = readAppleRules('minlength: 8; MINLENGTH: 12; maxlength: x; required: martian; ; :');
    expect(rules).toEqual({ required: [], minLength: 12 });
  });
});

test.describe('plain text', () => {
  const CASES: readonly (readonly [text: string, minLength: number | undefined, maxLength: number | undefined])[] = [
    ['At least 8 characters', 8, undefined],
    ['Must be at least eight characters long.', 8, undefined],
    ['8-16 characters', 8, 16],
    ['Between 8 and 20 characters, with 1 number', 8, 20],
    ['Your password must be 12 or more characters.', 12, undefined],
    ['Passwords can have up to 15 characters', undefined, 15],
    ['Minimum 8 characters, maximum 14 characters', 8, 14],
    ['No more than 12 characters.', undefined, 12],
    ['Use fewer than 17 characters', undefined, 16],
    ['not less than 10 characters', 10, undefined],
    ['exactly 8 characters', 8, 8],
    ['Mindestens 8 Zeichen, höchstens 12 Zeichen', 8, 12],
    ['8 bis 16 Zeichen', 8, 16],
    ['Entre 8 et 12 caractères', 8, 12],
    ['Au moins 10 caractères', 10, undefined],
    ['Entre 6 y 12 caracteres', 6, 12],
    ['De 8 a 10 caracteres', 8, 10],
    ['No máximo 12 caracteres', undefined, 12],
    ['Da 8 a 12 caratteri', 8, 12],
    ['8 tot 14 tekens', 8, 14],
    ['Högst 14 tecken', undefined, 14],
    ['от 8 до 12 символов', 8, 12],
    ['Не более 14 символов', undefined, 14],
    ['Не менее 8 символов', 8, undefined],
    ['Od 8 do 12 znaków', 8, 12],
    ['8文字以上12文字以下', 8, 12],
    ['8~16文字', 8, 16],
    ['８〜１２文字', 8, 12],
    ['密码长度为8-16个字符', 8, 16],
    ['最多12个字符', undefined, 12],
    ['8자 이상 12자 이하', 8, 12],
    ['En fazla 12 karakter', undefined, 12],
    ['لا تقل عن 8 أحرف', 8, undefined],
    ['Your last 5 passwords cannot be used', undefined, undefined],
    ['Founded in 1998, we have 250 employees', undefined, undefined],
    ['Contains 1 uppercase letter and 2 digits', undefined, undefined],
    ['Call 555 123 if you have trouble with characters', undefined, undefined],
  ];
  for (const [text, minLength, maxLength] of CASES)
    test(`"${text}"`, () => {
      const rules = passwordRulesOf({ texts: [text] });
      expect([rules.minLength, rules.maxLength]).toEqual([minLength, maxLength]);
    });

  for (const text of [
    'Only letters and numbers',
    '8 to 16 characters, letters and numbers only',
    'No special characters, please',
    'Must not contain special characters',
    'Nur Buchstaben und Zahlen',
    'Keine Sonderzeichen',
    'Sans caractères spéciaux',
    'Sin caracteres especiales',
    'Somente letras e números',
    'Только буквы и цифры',
    '半角英数字のみ',
    '只能包含字母和数字',
  ])
    test(`"${text}" leaves letters and digits`, () => {
      expect(generatePassword(passwordRulesOf({ texts: [text] }))).toMatch(ALPHANUMERIC);
    });

  for (const text of [
    'Not only letters: add special characters',
    'No fewer than 2 special characters',
    'Letters, numbers and special characters. No spaces.',
    'Mindestens ein Sonderzeichen',
    'Ne pas réutiliser votre mot de passe (8 caractères, dont un caractère spécial)',
  ])
    test(`"${text}" does not forbid special characters`, () => {
      expect(generatePassword(passwordRulesOf({ texts: [text] }))).not.toMatch(ALPHANUMERIC);
    });

  test('a list of permitted characters, and a list of forbidden ones', () => {
    for (let run = 0; run < 50; run++) {
      const permitted = generatePassword(passwordRulesOf({ texts: ['One special character (@$!%&)'] }));
      expect(permitted).toMatch(/^[A-Za-z0-9@$!%&]+$/);
      const forbidden = generatePassword(
        passwordRulesOf({ texts: ['The password may not contain # ! % @ or spaces'] }),
      );
      expect(forbidden).not.toMatch(/[#!%@]/);
    }
  });

  test('an amount of characters of one class', () => {
    for (let run = 0; run < 50; run++) {
      const text = '3 digits and 2 special characters, no more than 10 characters';
      const password = generatePassword(passwordRulesOf({ texts: [text] }));
      expect(password.replaceAll(/\D/g, '').length).toBeGreaterThanOrEqual(3);
      expect(password.replaceAll(/[A-Za-z0-9]/g, '').length).toBeGreaterThanOrEqual(2);
      expect(password).toHaveLength(10);
    }
  });
});

test('a text that contradicts the field does not count', () => {
  const rules = passwordRulesOf({ minLength: 12, maxLength: 64, texts: ['Usernames have up to 8 characters'] });
  expect(rules).toMatchObject({ minLength: 12, maxLength: 64 });
  expect(passwordRulesOf({ maxLength: 10, texts: ['at least 14 characters'] })).toMatchObject({ maxLength: 10 });
});

test('the attributes of a field and the texts beside it hold together', () => {
  const password = generatePassword(
    passwordRulesOf({
      minLength: 6,
      maxLength: 40,
      pattern: '[^-]*',
      texts: ['at most 9 characters', 'Letters and numbers only'],
    }),
  );
  expect(password).toMatch(/^[A-Za-z0-9]{9}$/);
  expect(password).not.toMatch(LETTERS);
});

test('fields without limits have -1, which limits nothing', () => {
  expect(passwordRulesOf({ minLength: -1, maxLength: -1, pattern: '', passwordRules: '' })).toEqual({ required: [] });
});
