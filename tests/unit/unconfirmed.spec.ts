import { expect, test } from '@playwright/test';
import { isUnconfirmed } from '../../src/sign-in/address-confirmation.ts';

for (const words of [
  'Email not verified',
  'Your account has not been activated yet.',
  'Please confirm your e-mail address first.',
  'Bestätigen Sie Ihre E-Mail-Adresse, bevor Sie sich anmelden.',
  "Votre adresse n'a pas été confirmée.",
  'Debes confirmar: tu cuenta no ha sido verificado',
  'Аккаунт не активирован.',
  '邮箱未验证',
  '이메일이 인증되지 않았습니다.',
])
  test(`an unconfirmed account is named by: ${words}`, () => expect(isUnconfirmed(words)).toBe(true));

for (const words of [
  'Wrong email or password.',
  'Please verify your email and password and try again.',
  'Invalid credentials',
  'Your identity could not be verified.',
  'Falsches Passwort',
  'Too many attempts. Confirm that you are human.',
])
  test(`no unconfirmed account is named by: ${words}`, () => expect(isUnconfirmed(words)).toBe(false));

test('no words name nothing', () => expect(isUnconfirmed(undefined)).toBe(false));
